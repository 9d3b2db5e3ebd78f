#pragma once

/* One file from an HTTP server. Redirects are followed (never from https to http); a server that
 * does not answer within 15 s, or sends nothing for 30 s, is given up. Local. */

#include <stdbool.h>
#include <stdint.h>

#include "mpibert/core/status.h"

enum { MPB_HTTP_TAG = 160 }; /* bytes of an entity tag, terminator included */

/* Called now and then while bytes arrive; `total` is 0 while unknown. */
typedef void mpb_http_progress_fn(void *context, uint64_t received, uint64_t total);

typedef struct mpb_http_request {
    const char *url;
    uint64_t expected_bytes;        /* 0: whatever the server sends */
    bool may_be_absent;             /* HTTP 404 is no failure */
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

/* Writes the body to `path`: aside, and renamed when it is whole. Failures are MPB_ERR_SYSTEM with
 * the URL and the library's text; `reply` and `path` are untouched then. */
MPB_MUST_CHECK mpb_status mpb_http_download(const mpb_http_request *request, const char *path,
                                            mpb_http_reply *reply);
