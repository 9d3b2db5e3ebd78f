/* Files of a model on the hub, held against what the hub's own listing says of them. */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fetch_internal.h"
#include "mpibert/core/utf8.h"
#include "mpibert/io/git_blob.h"
#include "mpibert/io/http.h"
#include "mpibert/io/sha256.h"

static const char default_endpoint[] = "https://huggingface.co";

#define MEBIBYTES(n) ((uint64_t)(n) << 20)

/* Far above what any model of this family has. */
static const uint64_t max_listing = MEBIBYTES(2);
static const uint64_t max_text = MEBIBYTES(32);
static const uint64_t max_weights = MEBIBYTES(32 << 10);

enum { HASH_SIZE = MPB_SHA256_TEXT + 2 }; /* bytes of a hash with quotes, and a terminator */

/* What the listing says of a file. */
typedef struct expectation {
    uint64_t bytes;       /* 0 if it is silent */
    char hash[HASH_SIZE]; /* as an entity tag: git's, or the SHA-256 of a large file; or "" */
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

/* The listing is read where it stands: it is nobody's to trust, and a tree of it may be large. */
static mpb_status parse_listing(mpb_fetch_source *source, const char *shown)
{
    const mpb_buffer *text = &source->listing;
    mpb_wanted_member files = {.name = "siblings"};
    mpb_value root;
    mpb_value_problem problem;
    size_t bad = 0;

    MPB_REQUIRE(mpb_utf8_valid(text->data, text->size, &bad), MPB_ERR_DATA,
                "the hub's listing is no UTF-8 (%s, byte %zu)", shown, bad + 1);
    MPB_REQUIRE(mpb_value_read(text->data, text->size, &root, &problem), MPB_ERR_DATA,
                "the hub's listing is no JSON: %s (%s, byte %zu)", problem.what, shown,
                problem.at + 1);
    if (root.kind == MPB_VALUE_OBJECT) {
        mpb_value_pick(&root, &files, 1);
    }
    MPB_REQUIRE(files.count == 1 && files.value.kind == MPB_VALUE_ARRAY, MPB_ERR_DATA,
                "the hub's listing has no 'siblings', a list of files was expected (%s)", shown);
    source->listed_files = files.value;
    return MPB_OK;
}

mpb_status fetch_hub_open(mpb_fetch_source *source)
{
    download d = {source->request, source->id};
    mpb_http_request request;
    mpb_http_reply reply;
    char url[MPB_HTTP_ADDRESS], shown[MPB_HTTP_ADDRESS];

    MPB_TRY(check_endpoint(source->request));
    MPB_TRY(make_url(source, "api/models/", "/revision/main?blobs=true", url));
    request = begin_request(url, &d);
    request.max_bytes = max_listing;
    request.may_be_absent = true;
    MPB_TRY(mpb_http_read(&request, &source->listing, &reply));
    mpb_http_show(url, shown);
    if (!reply.found) {
        return MPB_OK;
    }
    MPB_REQUIRE(source->listing.size > 0, MPB_ERR_DATA, "the hub's listing is empty (%s)", shown);
    return parse_listing(source, shown);
}

static bool is_listing(const mpb_fetch_source *source)
{
    return source->listing.size > 0;
}

static uint64_t read_bytes(const mpb_wanted_member *size)
{
    bool whole = size->count == 1 && size->value.kind == MPB_VALUE_NUMBER &&
                 isdigit((unsigned char)size->value.text[0]);

    return whole ? strtoull(size->value.text, NULL, 10) : 0;
}

/* hash = "" where it is none. */
static void read_hash(const mpb_wanted_member *member, char hash[HASH_SIZE])
{
    size_t length = 0;

    hash[0] = '\0';
    if (member->count == 1 && member->value.kind == MPB_VALUE_TEXT &&
        member->value.size < HASH_SIZE && mpb_value_decode(&member->value, hash, &length)) {
        hash[length] = '\0';
    }
}

enum { NAME, SIZE, BLOB, LARGE, NUM_MEMBERS }; /* of a file in the listing */

/* A large file lies in git as a pointer: what is said of the file itself stands in "lfs". */
static expectation read_expectation(const mpb_wanted_member file[NUM_MEMBERS])
{
    mpb_wanted_member large[] = {{.name = "size"}, {.name = "sha256"}};
    bool is_large = file[LARGE].count == 1 && file[LARGE].value.kind == MPB_VALUE_OBJECT;
    expectation expected;

    if (is_large) {
        mpb_value_pick(&file[LARGE].value, large, 2);
    }
    expected.bytes = read_bytes(is_large ? &large[0] : &file[SIZE]);
    read_hash(is_large ? &large[1] : &file[BLOB], expected.hash);
    return expected;
}

/* Whether the listing has the file; without a listing any file may be there. */
static bool is_listed(const mpb_fetch_source *source, const char *name, expectation *expected)
{
    mpb_value_items items;

    *expected = (expectation){.bytes = 0};
    if (!is_listing(source)) {
        return true;
    }
    items = mpb_value_open(&source->listed_files);
    while (mpb_value_next(&items)) {
        mpb_wanted_member file[NUM_MEMBERS] = {[NAME] = {.name = "rfilename"},
                                               [SIZE] = {.name = "size"},
                                               [BLOB] = {.name = "blobId"},
                                               [LARGE] = {.name = "lfs"}};

        if (items.value.kind != MPB_VALUE_OBJECT) {
            continue;
        }
        mpb_value_pick(&items.value, file, NUM_MEMBERS);
        if (file[NAME].count == 1 && file[NAME].value.kind == MPB_VALUE_TEXT &&
            mpb_value_is_text(&file[NAME].value, name)) {
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
    request.may_be_absent = optional && !is_listing(source);
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
