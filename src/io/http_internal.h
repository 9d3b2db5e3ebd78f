#pragma once

#include "mpibert/io/http.h"

/* Whether two URLs name the same host; a URL that cannot be read names no host. */
bool mpb_http_same_host(const char *a, const char *b);

/* What the library said about a transfer. */
typedef struct mpb_http_failure {
    int code;         /* a CURLcode */
    const char *text; /* of the library, "" if it gave none */
    long answer;      /* HTTP status, 0 before one came */
    long retry_after; /* seconds that the server asks to wait, or 0 */
} mpb_http_failure;

/* Describes it: MPB_ERR_SYSTEM. */
MPB_MUST_CHECK mpb_status mpb_http_describe(const mpb_http_request *request,
                                            const mpb_http_failure *failure);
