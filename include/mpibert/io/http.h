#pragma once

/* One file from an HTTP server. Local.
 *
 * Redirects are followed, ten at most and never from https to http; user, password and token go to
 * the host that was asked alone. A server that does not answer within 15 s, or sends less than
 * 1 KiB a second for `stall_seconds`, is given up. Messages name the address without user, password
 * and query. */

#include <stdbool.h>
#include <stdint.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"

enum {
    MPB_HTTP_TAG = 160,          /* bytes of an entity tag, terminator included */
    MPB_HTTP_ADDRESS = 2048,     /* bytes of a URL, terminator included */
    MPB_HTTP_STALL_SECONDS = 30, /* unless a request says otherwise */
};

/* Called at least once a second; `total` is 0 while unknown. False gives the transfer up. */
typedef bool mpb_http_progress_fn(void *context, uint64_t received, uint64_t total);

typedef struct mpb_http_request {
    const char *url;
    const char *token;              /* sent as "Authorization: Bearer", or NULL */
    const char *denied;             /* what to do about HTTP 401 and 403, for the message */
    uint64_t expected_bytes;        /* 0: what the server announces */
    uint64_t max_bytes;             /* above it a file is refused, announced or not */
    bool must_announce;             /* a file of unknown length is refused */
    bool may_be_absent;             /* HTTP 404 is no failure */
    int stall_seconds;              /* 0: MPB_HTTP_STALL_SECONDS */
    mpb_http_progress_fn *progress; /* or NULL */
    void *context;                  /* for progress; borrowed */
} mpb_http_request;

typedef struct mpb_http_reply {
    bool found;             /* false after a 404 that was allowed: no file was written */
    uint64_t bytes;         /* received */
    uint64_t linked_bytes;  /* X-Linked-Size of the first reply that has one, or 0 */
    char tag[MPB_HTTP_TAG]; /* X-Linked-ETag, otherwise the ETag of the server that was asked first
                               (not of one redirected to); without quotes; "" if absent or longer */
} mpb_http_reply;

/* Writes the body to `path`: aside, and renamed when it is whole. MPB_ERR_DATA: a web page came in
 * place of a file; other failures are MPB_ERR_SYSTEM. `reply` and `path` are untouched then. */
MPB_MUST_CHECK mpb_status mpb_http_download(const mpb_http_request *request, const char *path,
                                            mpb_http_reply *reply);

/* The same into memory: appends the body to `content`. */
MPB_MUST_CHECK mpb_status mpb_http_read(const mpb_http_request *request, mpb_buffer *content,
                                        mpb_http_reply *reply);

/* Whether `text` is http:// or https:// with a host and a path at most. */
bool mpb_http_is_base(const char *text);

/* shown = `url` as messages may print it: without user, password, query, control characters. */
void mpb_http_show(const char *url, char shown[MPB_HTTP_ADDRESS]);
