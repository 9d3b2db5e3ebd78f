/* Failures of transfers in words. */

#include <curl/curl.h>
#include <string.h>

#include "http_internal.h"

enum { DENIED = 401, FORBIDDEN = 403, NOT_FOUND = 404, TOO_MANY = 429, SERVER_ERROR = 500 };

static mpb_status describe_patience(long seconds, const char *shown)
{
    if (seconds > 0) {
        return MPB_FAIL(MPB_ERR_SYSTEM,
                        "too many requests, the server asks to wait: try again in %ld s (HTTP 429, "
                        "%s)",
                        seconds, shown);
    }
    return MPB_FAIL(MPB_ERR_SYSTEM, "too many requests, try again later (HTTP 429, %s)", shown);
}

static mpb_status describe_answer(const mpb_http_request *request, const mpb_http_failure *failure,
                                  const char *shown)
{
    long answer = failure->answer;

    if (answer == DENIED || answer == FORBIDDEN) {
        return MPB_FAIL(MPB_ERR_SYSTEM, "the server gives no access%s%s (HTTP %ld, %s)",
                        request->denied == NULL ? "" : ": ",
                        request->denied == NULL ? "" : request->denied, answer, shown);
    }
    if (answer == TOO_MANY) {
        return describe_patience(failure->retry_after, shown);
    }
    if (answer >= SERVER_ERROR) {
        return MPB_FAIL(MPB_ERR_SYSTEM, "the server is in trouble, try again later (HTTP %ld, %s)",
                        answer, shown);
    }
    return MPB_FAIL(MPB_ERR_SYSTEM, "the server %s (HTTP %ld, %s)",
                    answer == NOT_FOUND ? "has no such model or file" : "refused", answer, shown);
}

/* The library's own text tells most, but it may quote an address of a proxy or a redirect as it
 * stands, password included. */
static const char *words_for(const mpb_http_failure *failure)
{
    bool quotes = strpbrk(failure->text, "@\"\n") != NULL || strstr(failure->text, "://") != NULL ||
                  strstr(failure->text, " '") != NULL;

    return failure->text[0] == '\0' || quotes ? curl_easy_strerror((CURLcode)failure->code)
                                              : failure->text;
}

mpb_status mpb_http_describe(const mpb_http_request *request, const mpb_http_failure *failure)
{
    char shown[MPB_HTTP_ADDRESS];

    mpb_http_show(request->url, shown);
    if (failure->code == CURLE_HTTP_RETURNED_ERROR) {
        return describe_answer(request, failure, shown);
    }
    if (failure->code == CURLE_ABORTED_BY_CALLBACK) {
        return MPB_FAIL(MPB_ERR_SYSTEM, "the download was interrupted (%s)", shown);
    }
    return MPB_FAIL(MPB_ERR_SYSTEM, "download failed: %s (%s)", words_for(failure), shown);
}
