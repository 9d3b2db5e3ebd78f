#include "mpibert/io/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aside.h"

/* Older libraries know the protocols as bits only. */
#if LIBCURL_VERSION_NUM >= 0x075500
#define REDIRECT_OPTION CURLOPT_REDIR_PROTOCOLS_STR
#define START_OPTION CURLOPT_PROTOCOLS_STR
#define ONLY_HTTPS "https"
#define HTTP_AND_HTTPS "http,https"
#else
#define REDIRECT_OPTION CURLOPT_REDIR_PROTOCOLS
#define START_OPTION CURLOPT_PROTOCOLS
#define ONLY_HTTPS ((long)CURLPROTO_HTTPS)
#define HTTP_AND_HTTPS ((long)(CURLPROTO_HTTP | CURLPROTO_HTTPS))
#endif

enum {
    CONNECT_SECONDS = 15,
    STALL_SECONDS = 30, /* below STALL_BYTES a second for so long */
    STALL_BYTES = 1,
    MAX_REDIRECTS = 10,
    NOT_FOUND = 404
};

typedef struct transfer {
    const mpb_http_request *request;
    mpb_aside aside;
    mpb_status write_status;
    mpb_http_reply reply;
    char linked_tag[MPB_HTTP_TAG];
    char own_tag[MPB_HTTP_TAG];
    bool redirected; /* the reply under way comes from another server than was asked */
    CURL *curl;
    char text[CURL_ERROR_SIZE];
} transfer;

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    transfer *t = context;

    (void)size; /* always 1 */
    t->write_status = mpb_aside_write(&t->aside, bytes, count);
    if (t->write_status != MPB_OK) {
        return count == 0 ? 1 : 0;
    }
    t->reply.bytes += count;
    return count;
}

/* Copies the value of a header line without blanks, W/ and quotes; "" if it is too long. */
static void copy_value(const char *line, size_t length, char out[MPB_HTTP_TAG])
{
    while (length > 0 && strchr(" \t\r\n\"", line[length - 1]) != NULL) {
        length--;
    }
    while (length > 0 && strchr(" \t", line[0]) != NULL) {
        line++;
        length--;
    }
    if (length > 2 && line[0] == 'W' && line[1] == '/') {
        line += 2;
        length -= 2;
    }
    if (length > 0 && line[0] == '"') {
        line++;
        length--;
    }
    length = length < MPB_HTTP_TAG ? length : 0;
    memcpy(out, line, length);
    out[length] = '\0';
}

static bool starts_with(const char *line, size_t length, const char *name)
{
    return length > strlen(name) && strncasecmp(line, name, strlen(name)) == 0;
}

static void take_line(transfer *t, const char *line, size_t length)
{
    const char *linked = "x-linked-etag:";
    const char *own = "etag:";
    const char *bytes = "x-linked-size:";
    char number[MPB_HTTP_TAG];

    if (starts_with(line, length, linked) && t->linked_tag[0] == '\0') {
        copy_value(line + strlen(linked), length - strlen(linked), t->linked_tag);
    } else if (starts_with(line, length, own) && t->own_tag[0] == '\0' && !t->redirected) {
        copy_value(line + strlen(own), length - strlen(own), t->own_tag);
    } else if (starts_with(line, length, bytes) && t->reply.linked_bytes == 0) {
        copy_value(line + strlen(bytes), length - strlen(bytes), number);
        t->reply.linked_bytes = strtoull(number, NULL, 10);
    }
}

/* Whether two URLs name the same host; a URL that cannot be read names no host. */
static bool same_host(const char *a, const char *b)
{
    CURLU *urls[2] = {curl_url(), curl_url()};
    char *hosts[2] = {NULL, NULL};
    const char *texts[2] = {a, b};
    bool same;

    for (int i = 0; i < 2; i++) {
        if (urls[i] != NULL && curl_url_set(urls[i], CURLUPART_URL, texts[i], 0) == CURLUE_OK) {
            curl_url_get(urls[i], CURLUPART_HOST, &hosts[i], 0);
        }
    }
    same = hosts[0] != NULL && hosts[1] != NULL && strcasecmp(hosts[0], hosts[1]) == 0;
    for (int i = 0; i < 2; i++) {
        curl_free(hosts[i]);
        curl_url_cleanup(urls[i]);
    }
    return same;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    transfer *t = context;

    (void)size; /* always 1 */
    if (starts_with(bytes, count, "HTTP/")) {
        char *url = NULL;

        curl_easy_getinfo(t->curl, CURLINFO_EFFECTIVE_URL, &url);
        t->redirected = url == NULL || !same_host(url, t->request->url);
    }
    take_line(t, bytes, count);
    return count;
}

static int take_progress(void *context, curl_off_t total, curl_off_t received, curl_off_t to_send,
                         curl_off_t sent)
{
    const transfer *t = context;

    (void)to_send;
    (void)sent;
    t->request->progress(t->request->context, (uint64_t)received, (uint64_t)total);
    return 0;
}

static void set_options(CURL *curl, transfer *t)
{
    bool secure = starts_with(t->request->url, strlen(t->request->url), "https:");

    curl_easy_setopt(curl, CURLOPT_URL, t->request->url);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "mpibert");
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, t->text);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)MAX_REDIRECTS);
    curl_easy_setopt(curl, START_OPTION, HTTP_AND_HTTPS);
    curl_easy_setopt(curl, REDIRECT_OPTION, secure ? ONLY_HTTPS : HTTP_AND_HTTPS);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)STALL_BYTES);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
    if (t->request->progress != NULL) {
        curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, take_progress);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    }
}

static mpb_status check_bytes(const transfer *t, uint64_t expected)
{
    MPB_REQUIRE(expected == 0 || t->reply.bytes == expected, MPB_ERR_SYSTEM,
                "%llu bytes were received, %llu expected (%s)", (unsigned long long)t->reply.bytes,
                (unsigned long long)expected, t->request->url);
    return MPB_OK;
}

static mpb_status judge(transfer *t, CURLcode code)
{
    long answer = 0;

    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &answer);
    t->reply.found = true;
    if (code == CURLE_HTTP_RETURNED_ERROR && answer == NOT_FOUND && t->request->may_be_absent) {
        t->reply.found = false;
        return MPB_OK;
    }
    MPB_TRY(t->write_status);
    MPB_REQUIRE(code == CURLE_OK, MPB_ERR_SYSTEM, "download failed: %s (%s)",
                t->text[0] != '\0' ? t->text : curl_easy_strerror(code), t->request->url);
    MPB_TRY(check_bytes(t, t->request->expected_bytes));
    MPB_TRY(check_bytes(t, t->reply.linked_bytes));
    memcpy(t->reply.tag, t->linked_tag[0] != '\0' ? t->linked_tag : t->own_tag, MPB_HTTP_TAG);
    return MPB_OK;
}

static mpb_status perform(transfer *t)
{
    mpb_status status;

    t->curl = curl_easy_init();
    MPB_REQUIRE(t->curl != NULL, MPB_ERR_SYSTEM, "the HTTP library does not start (%s)",
                t->request->url);
    set_options(t->curl, t);
    status = judge(t, curl_easy_perform(t->curl));
    curl_easy_cleanup(t->curl);
    return status;
}

mpb_status mpb_http_download(const mpb_http_request *request, const char *path,
                             mpb_http_reply *reply)
{
    transfer t = {.request = request, .write_status = MPB_OK};
    mpb_status status;

    MPB_TRY(mpb_aside_begin(path, &t.aside));
    status = perform(&t);
    if (status == MPB_OK && !t.reply.found) {
        mpb_aside_abandon(&t.aside);
    } else {
        status = mpb_aside_end(&t.aside, status);
    }
    if (status == MPB_OK) {
        *reply = t.reply;
    }
    return status;
}
