#include "mpibert/io/http.h"

#include "check.h"

static void check_shown(const char *url, const char *expected)
{
    char shown[MPB_HTTP_ADDRESS];

    mpb_http_show(url, shown);
    CHECK_TEXT(shown, expected);
}

static void an_address_is_shown_without_its_secrets(void)
{
    check_shown("https://host/a/b", "https://host/a/b");
    check_shown("https://user:secret@host:8080/a", "https://host:8080/a");
    check_shown("https://token@host", "https://host");
    check_shown("https://user:se@cret@host/a", "https://host/a");
    check_shown("https://host/a?token=secret", "https://host/a");
    check_shown("https://host?token=secret", "https://host");
    check_shown("https://host/a#secret", "https://host/a");
    check_shown("user:secret@host/a", "host/a");
    check_shown("host/a\nb", "host/a?b");
}

static void a_password_that_was_not_encoded_is_not_shown_in_part(void)
{
    check_shown("https://user:sec/ret@host/a", "https://...");
    check_shown("https://user:sec?ret@host/a", "https://...");
    check_shown("https://user:sec#ret@host/a", "https://...");
    check_shown("user:sec/ret@host", "...");
    check_shown("https:/user:secret@host/a", "...");
}

static void a_base_address_has_a_host_and_a_path_at_most(void)
{
    CHECK(mpb_http_is_base("https://huggingface.co"));
    CHECK(mpb_http_is_base("http://user:secret@127.0.0.1:80/hub/"));
    CHECK(!mpb_http_is_base("huggingface.co"));
    CHECK(!mpb_http_is_base("file:///etc"));
    CHECK(!mpb_http_is_base("https://host/?token=secret"));
    CHECK(!mpb_http_is_base("https://host#part"));
    CHECK(!mpb_http_is_base("https://"));
    CHECK(!mpb_http_is_base("https://host\n/a"));
    CHECK(!mpb_http_is_base(""));
}

int main(void)
{
    an_address_is_shown_without_its_secrets();
    a_password_that_was_not_encoded_is_not_shown_in_part();
    a_base_address_has_a_host_and_a_path_at_most();
    return EXIT_SUCCESS;
}
