/* Addresses: what they are, and how they are shown without their secrets. */

#include <ctype.h>
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "http_internal.h"

static bool has_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    bool found = curl_url_get(url, part, &text, 0) == CURLUE_OK;

    curl_free(text);
    return found;
}

static bool is_web(CURLU *url)
{
    char *scheme = NULL;
    bool web = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
               (strcasecmp(scheme, "http") == 0 || strcasecmp(scheme, "https") == 0);

    curl_free(scheme);
    return web;
}

bool mpb_http_is_base(const char *text)
{
    CURLU *url = curl_url();
    bool base = url != NULL && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
                is_web(url) && !has_part(url, CURLUPART_QUERY) &&
                !has_part(url, CURLUPART_FRAGMENT);

    curl_url_cleanup(url);
    return base;
}

static const char *last_of(const char *begin, const char *end, char wanted)
{
    while (end > begin && end[-1] != wanted) {
        end--;
    }
    return end > begin ? end - 1 : NULL;
}

/* A password that was not percent-encoded may hold any of / ? # @, so what stands behind the first
 * of them is shown only where no @ follows. */
void mpb_http_show(const char *url, char shown[MPB_HTTP_ADDRESS])
{
    const char *mark = strstr(url, "://");
    const char *begin = mark == NULL ? url : mark + strlen("://");
    const char *end = begin + strcspn(begin, "/?#");
    const char *at = last_of(begin, end, '@');
    const char *host = at == NULL ? begin : at + 1;

    if (strchr(end, '@') != NULL) {
        snprintf(shown, MPB_HTTP_ADDRESS, "%.*s...", (int)(begin - url), url);
    } else {
        snprintf(shown, MPB_HTTP_ADDRESS, "%.*s%.*s", (int)(begin - url), url,
                 (int)strcspn(host, "?#"), host);
    }
    for (char *c = shown; *c != '\0'; c++) {
        *c = iscntrl((unsigned char)*c) ? '?' : *c;
    }
}

bool mpb_http_same_host(const char *a, const char *b)
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
