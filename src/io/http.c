#include "mpibert/io/http.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aside.h"
#include "http_internal.h"

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
    STALL_BYTES = 1024, /* a second */
    MAX_REDIRECTS = 10,
    NOT_FOUND = 404
};

typedef struct transfer {
    const mpb_http_request *request;
    mpb_aside *aside;    /* where the body goes, or NULL */
    mpb_buffer *content; /* otherwise */
    mpb_status write_status;
    mpb_http_reply reply;
    char linked_tag[MPB_HTTP_TAG];
    char own_tag[MPB_HTTP_TAG];
    bool redirected; /* the reply under way comes from another server than was asked */
    CURL *curl;
    char text[CURL_ERROR_SIZE];
} transfer;

/* Bytes that the file must have, or 0 where nobody said. */
static uint64_t announced(const transfer *t)
{
    curl_off_t length = -1;

    if (t->request->expected_bytes > 0) {
        return t->request->expected_bytes;
    }
    if (t->reply.linked_bytes > 0) {
        return t->reply.linked_bytes;
    }
    curl_easy_getinfo(t->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    return length > 0 ? (uint64_t)length : 0;
}

static mpb_status check_limit(const transfer *t, uint64_t bytes)
{
    char shown[MPB_HTTP_ADDRESS];

    if (bytes <= t->request->max_bytes) {
        return MPB_OK;
    }
    mpb_http_show(t->request->url, shown);
    return MPB_FAIL(MPB_ERR_SYSTEM, "the file has %llu bytes or more, at most %llu are taken (%s)",
                    (unsigned long long)bytes, (unsigned long long)t->request->max_bytes, shown);
}

/* Before the first byte of a body is taken. */
static mpb_status check_beginning(const transfer *t)
{
    char shown[MPB_HTTP_ADDRESS];
    char *type = NULL;

    mpb_http_show(t->request->url, shown);
    curl_easy_getinfo(t->curl, CURLINFO_CONTENT_TYPE, &type);
    MPB_REQUIRE(type == NULL || strncasecmp(type, "text/html", strlen("text/html")) != 0,
                MPB_ERR_DATA,
                "a web page was sent, a file was expected: is the server a hub, or does a log-in "
                "page stand before it? (%s)",
                shown);
    MPB_REQUIRE(announced(t) > 0 || !t->request->must_announce, MPB_ERR_SYSTEM,
                "the server does not say how long the file is (%s)", shown);
    return check_limit(t, announced(t));
}

/* `expected` is 0 where nobody said. */
static mpb_status check_bytes(const transfer *t, uint64_t expected, bool whole)
{
    char shown[MPB_HTTP_ADDRESS];

    if (expected == 0 || t->reply.bytes == expected || (!whole && t->reply.bytes < expected)) {
        return MPB_OK;
    }
    mpb_http_show(t->request->url, shown);
    return MPB_FAIL(MPB_ERR_SYSTEM, "%llu bytes %swere received, %llu expected (%s)",
                    (unsigned long long)t->reply.bytes, whole ? "" : "or more ",
                    (unsigned long long)expected, shown);
}

static mpb_status take(transfer *t, const char *bytes, size_t count)
{
    if (t->reply.bytes == 0) {
        MPB_TRY(check_beginning(t));
    }
    t->reply.bytes += count;
    MPB_TRY(check_limit(t, t->reply.bytes));
    MPB_TRY(check_bytes(t, announced(t), false));
    return t->aside != NULL ? mpb_aside_write(t->aside, bytes, count)
                            : mpb_buffer_append(t->content, bytes, count);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    transfer *t = context;

    (void)size; /* always 1 */
    t->write_status = take(t, bytes, count);
    if (t->write_status != MPB_OK) {
        return count == 0 ? 1 : 0;
    }
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

static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    transfer *t = context;

    (void)size; /* always 1 */
    if (starts_with(bytes, count, "HTTP/")) {
        char *url = NULL;

        curl_easy_getinfo(t->curl, CURLINFO_EFFECTIVE_URL, &url);
        t->redirected = url == NULL || !mpb_http_same_host(url, t->request->url);
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
    return t->request->progress(t->request->context, (uint64_t)received, (uint64_t)total) ? 0 : 1;
}

static void set_options(CURL *curl, transfer *t)
{
    bool secure = starts_with(t->request->url, strlen(t->request->url), "https:");
    int stall = t->request->stall_seconds > 0 ? t->request->stall_seconds : MPB_HTTP_STALL_SECONDS;

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
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)stall);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)STALL_BYTES);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
    if (t->request->token != NULL) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, t->request->token);
    }
    if (t->request->progress != NULL) {
        curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, take_progress);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    }
}

static mpb_status judge(transfer *t, CURLcode code)
{
    mpb_http_failure failure = {.code = (int)code, .text = t->text};
    curl_off_t wait = 0;

    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &failure.answer);
    curl_easy_getinfo(t->curl, CURLINFO_RETRY_AFTER, &wait);
    failure.retry_after = (long)wait;
    t->reply.found = true;
    if (code == CURLE_HTTP_RETURNED_ERROR && failure.answer == NOT_FOUND &&
        t->request->may_be_absent) {
        t->reply.found = false;
        return MPB_OK;
    }
    MPB_TRY(t->write_status);
    if (code != CURLE_OK) {
        return mpb_http_describe(t->request, &failure);
    }
    MPB_TRY(check_bytes(t, t->request->expected_bytes, true));
    MPB_TRY(check_bytes(t, t->reply.linked_bytes, true));
    memcpy(t->reply.tag, t->linked_tag[0] != '\0' ? t->linked_tag : t->own_tag, MPB_HTTP_TAG);
    return MPB_OK;
}

static mpb_status perform(transfer *t)
{
    mpb_status status;

    t->curl = curl_easy_init();
    MPB_REQUIRE(t->curl != NULL, MPB_ERR_SYSTEM, "the HTTP library does not start");
    set_options(t->curl, t);
    status = judge(t, curl_easy_perform(t->curl));
    curl_easy_cleanup(t->curl);
    return status;
}

mpb_status mpb_http_download(const mpb_http_request *request, const char *path,
                             mpb_http_reply *reply)
{
    mpb_aside aside;
    transfer t = {.request = request, .aside = &aside, .write_status = MPB_OK};
    mpb_status status;

    MPB_TRY(mpb_aside_begin(path, &aside));
    status = perform(&t);
    if (status == MPB_OK && !t.reply.found) {
        mpb_aside_abandon(&aside);
    } else {
        status = mpb_aside_end(&aside, status);
    }
    if (status == MPB_OK) {
        *reply = t.reply;
    }
    return status;
}

mpb_status mpb_http_read(const mpb_http_request *request, mpb_buffer *content,
                         mpb_http_reply *reply)
{
    transfer t = {.request = request, .content = content, .write_status = MPB_OK};

    MPB_TRY(perform(&t));
    *reply = t.reply;
    return MPB_OK;
}
