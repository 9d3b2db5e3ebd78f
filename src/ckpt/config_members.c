#include <limits.h>
#include <string.h>

#include "config_internal.h"

const mpb_json *config_given(const mpb_json *object, const char *name)
{
    const mpb_json *member = mpb_json_member(object, name);

    return member == NULL || mpb_json_is_null(member) ? NULL : member;
}

mpb_status config_get_size(const mpb_json *root, const char *name, const char *where, int *out)
{
    int64_t value;

    MPB_TRY(mpb_json_get_integer(root, name, where, &value));
    MPB_REQUIRE(value >= 0 && value <= INT_MAX, MPB_ERR_DATA,
                "%s is %lld, a size was expected (%s)", name, (long long)value, where);
    *out = (int)value;
    return MPB_OK;
}

mpb_status config_get_number_or(const mpb_json *root, const char *name, double otherwise,
                                const char *where, float *out)
{
    double value = otherwise;

    if (config_given(root, name) != NULL) {
        MPB_TRY(mpb_json_get_number(root, name, where, &value));
    }
    *out = (float)value;
    return MPB_OK;
}

mpb_status config_require_text(const mpb_json *root, const char *name, const char *expected,
                               const char *where)
{
    const char *text = expected;

    if (config_given(root, name) != NULL) {
        MPB_TRY(mpb_json_get_text(root, name, where, &text));
    }
    MPB_REQUIRE(strcmp(text, expected) == 0, MPB_ERR_DATA,
                "%s is '%s', only '%s' is supported (%s)", name, text, expected, where);
    return MPB_OK;
}
