/* Files of a model on the hub, held against what the hub's own listing says of them. */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "fetch_internal.h"
#include "mpibert/io/git_blob.h"
#include "mpibert/io/http.h"
#include "mpibert/io/json.h"
#include "mpibert/io/sha256.h"

static const char default_endpoint[] = "https://huggingface.co";

#define MEBIBYTES(n) ((uint64_t)(n) << 20)

/* Far above what any model of this family has. */
static const uint64_t max_listing = MEBIBYTES(2);
static const uint64_t max_text = MEBIBYTES(32);
static const uint64_t max_weights = MEBIBYTES(32 << 10);

/* What the listing says of a file. */
typedef struct expectation {
    uint64_t bytes;   /* 0 if it is silent */
    const char *hash; /* as an entity tag: of git, or the SHA-256 of a large file; or NULL */
} expectation;

typedef struct download {
    const mpb_fetch_request *request;
    const char *file;
} download;

static bool pass_progress(void *context, uint64_t received, uint64_t total)
{
    const download *d = context;

    if (d->request->progress != NULL) {
        d->request->progress(d->request->context, d->file, received, total);
    }
    return d->request->stopped == NULL || !d->request->stopped();
}

static const char *endpoint_of(const mpb_fetch_request *request)
{
    return request->endpoint == NULL || request->endpoint[0] == '\0' ? default_endpoint
                                                                     : request->endpoint;
}

/* url = endpoint, `before`, the model, `after`. */
static mpb_status make_url(const mpb_fetch_source *source, const char *before, const char *after,
                           char url[MPB_HTTP_ADDRESS])
{
    const char *endpoint = endpoint_of(source->request);
    int length = (int)strnlen(endpoint, MPB_HTTP_ADDRESS);

    while (length > 0 && endpoint[length - 1] == '/') {
        length--;
    }
    length =
        snprintf(url, MPB_HTTP_ADDRESS, "%.*s/%s%s%s", length, endpoint, before, source->id, after);
    MPB_REQUIRE(length >= 0 && length < MPB_HTTP_ADDRESS, MPB_ERR_CONFIG,
                "the address of the model is too long (%s)", source->id);
    return MPB_OK;
}

static mpb_http_request begin_request(const char *url, download *d)
{
    bool with_token = d->request->token != NULL;

    return (mpb_http_request){
        .url = url,
        .token = d->request->token,
        .denied = with_token
                      ? "the token in HF_TOKEN may not read this model, or there is none of this "
                        "name; its page on the hub says how to get access"
                      : "the model is private or gated, or there is none of this name; set "
                        "HF_TOKEN to a token that may read it",
        .stall_seconds = d->request->stall_seconds,
        .progress = pass_progress,
        .context = d,
    };
}

static mpb_status check_endpoint(const mpb_fetch_request *request)
{
    char shown[MPB_HTTP_ADDRESS];

    mpb_http_show(endpoint_of(request), shown);
    MPB_REQUIRE(mpb_http_is_base(endpoint_of(request)), MPB_ERR_CONFIG,
                "HF_ENDPOINT is no address of a hub, https://HOST was expected (%s)", shown);
    return MPB_OK;
}

static mpb_status parse_listing(const mpb_buffer *text, const char *url, mpb_json **listing)
{
    const mpb_json *files;
    char shown[MPB_HTTP_ADDRESS];

    mpb_http_show(url, shown);
    MPB_TRY(mpb_json_parse(text->data, text->size, shown, listing));
    files = mpb_json_is_object(*listing) ? mpb_json_member(*listing, "siblings") : NULL;
    MPB_REQUIRE(files != NULL && mpb_json_is_array(files), MPB_ERR_DATA,
                "the hub's listing has no 'siblings', a list of files was expected (%s)", shown);
    return MPB_OK;
}

mpb_status fetch_hub_open(mpb_fetch_source *source)
{
    download d = {source->request, source->id};
    mpb_http_request request;
    mpb_http_reply reply;
    mpb_buffer text = {0};
    char url[MPB_HTTP_ADDRESS];
    mpb_status status;

    MPB_TRY(check_endpoint(source->request));
    MPB_TRY(make_url(source, "api/models/", "/revision/main?blobs=true", url));
    request = begin_request(url, &d);
    request.max_bytes = max_listing;
    request.may_be_absent = true;
    status = mpb_http_read(&request, &text, &reply);
    if (status == MPB_OK && reply.found) {
        status = parse_listing(&text, url, &source->listing);
    }
    mpb_buffer_clear(&text);
    return status;
}

static const char *text_member(const mpb_json *object, const char *name)
{
    const mpb_json *value = mpb_json_is_object(object) ? mpb_json_member(object, name) : NULL;

    return value != NULL && mpb_json_is_string(value) ? mpb_json_text(value) : NULL;
}

static uint64_t bytes_of(const mpb_json *file)
{
    const mpb_json *size = mpb_json_member(file, "size");
    bool known = size != NULL && mpb_json_is_integer(size) && mpb_json_integer(size) > 0;

    return known ? (uint64_t)mpb_json_integer(size) : 0;
}

/* A large file lies in git as a pointer: what is said of the file itself stands in "lfs". */
static expectation read_expectation(const mpb_json *file)
{
    const mpb_json *large = mpb_json_member(file, "lfs");

    if (large != NULL && mpb_json_is_object(large)) {
        return (expectation){bytes_of(large), text_member(large, "sha256")};
    }
    return (expectation){bytes_of(file), text_member(file, "blobId")};
}

/* Whether the listing has the file; without a listing any file may be there. */
static bool is_listed(const mpb_fetch_source *source, const char *name, expectation *expected)
{
    const mpb_json *files;

    *expected = (expectation){0, NULL};
    if (source->listing == NULL) {
        return true;
    }
    files = mpb_json_member(source->listing, "siblings");
    for (size_t i = 0; i < mpb_json_count(files); i++) {
        const mpb_json *file = mpb_json_item(files, i);
        const char *found = text_member(file, "rfilename");

        if (found != NULL && strcmp(found, name) == 0) {
            *expected = read_expectation(file);
            return true;
        }
    }
    return false;
}

static bool is_hash(const char *tag, size_t digits)
{
    return strlen(tag) == digits && strspn(tag, "0123456789abcdefABCDEF") == digits;
}

/* `tag` is a SHA-256, or git's hash; anything else says nothing about the content. */
static mpb_status check_hash(const char *shown, const char *path, const char *tag)
{
    char digest[MPB_SHA256_TEXT];
    const char *kind = "SHA-256";

    if (tag == NULL) {
        return MPB_OK;
    }
    if (is_hash(tag, MPB_SHA256_TEXT - 1)) {
        MPB_TRY(mpb_sha256_of_file(path, digest));
    } else if (is_hash(tag, MPB_GIT_BLOB_TEXT - 1)) {
        kind = "git hash";
        MPB_TRY(mpb_git_blob_of_file(path, digest));
    } else {
        return MPB_OK;
    }
    MPB_REQUIRE(strcasecmp(digest, tag) == 0, MPB_ERR_DATA,
                "the %s of what was received is %.16s..., the hub announces %.16s... (%s)", kind,
                digest, tag, shown);
    return MPB_OK;
}

static mpb_status check_file(const char *url, const char *path, const char *listed_hash,
                             const char *tag)
{
    char shown[MPB_HTTP_ADDRESS];

    mpb_http_show(url, shown);
    MPB_TRY(check_hash(shown, path, tag));
    return check_hash(shown, path, listed_hash);
}

static bool holds_weights(const char *name)
{
    static const char end[] = ".safetensors";
    size_t length = strlen(name);

    return length >= sizeof(end) && strcmp(name + length - strlen(end), end) == 0;
}

static mpb_status download_file(const mpb_fetch_source *source, const char *name,
                                const expectation *expected, bool optional, const char *path,
                                bool *found)
{
    download d = {source->request, name};
    char after[MPB_HTTP_ADDRESS], url[MPB_HTTP_ADDRESS];
    mpb_http_request request;
    mpb_http_reply reply;

    snprintf(after, sizeof(after), "/resolve/main/%s", name);
    MPB_TRY(make_url(source, "", after, url));
    request = begin_request(url, &d);
    request.expected_bytes = expected->bytes;
    request.max_bytes = holds_weights(name) ? max_weights : max_text;
    request.must_announce = holds_weights(name);
    request.may_be_absent = optional && source->listing == NULL;
    MPB_TRY(mpb_http_download(&request, path, &reply));
    *found = reply.found;
    return reply.found ? check_file(url, path, expected->hash, reply.tag) : MPB_OK;
}

mpb_status fetch_hub_get(const mpb_fetch_source *source, const char *name, bool optional,
                         const char *path, bool *found)
{
    expectation expected;

    *found = is_listed(source, name, &expected);
    if (*found) {
        return download_file(source, name, &expected, optional, path, found);
    }
    MPB_REQUIRE(optional, MPB_ERR_DATA, "the model has no %s on the hub (%s)", name, source->id);
    return MPB_OK;
}
