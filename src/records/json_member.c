#include "json_member.h"

#include "json_place.h"

static mpb_status append_names(const mpb_value *object, const mpb_place *place, mpb_buffer *names)
{
    mpb_value_items members = mpb_value_open(object);

    MPB_TRY(mpb_buffer_append_text(names, ""));
    while (mpb_value_next(&members) && names->size < MPB_PLACE_SIZE) {
        MPB_TRY(mpb_buffer_append_text(names, names->size == 0 ? "" : ", "));
        MPB_TRY(mpb_place_decode(&members.name, place, names));
    }
    return MPB_OK;
}

static mpb_status fail_missing(const mpb_value *object, const char *name, const mpb_place *place)
{
    mpb_buffer names = {0};
    mpb_status status = append_names(object, place, &names);
    char where[MPB_PLACE_SIZE];

    if (status == MPB_OK) {
        mpb_place_describe(place, where);
        status = MPB_FAIL(MPB_ERR_DATA, "there is no member '%s', the members are: %.400s (%s)",
                          name, names.data, where);
    }
    mpb_buffer_clear(&names);
    return status;
}

mpb_status mpb_json_member_fail(const mpb_wanted_member *member, const mpb_value *value,
                                const char *expected, const mpb_place *place)
{
    char where[MPB_PLACE_SIZE];

    mpb_place_describe(place, where);
    return MPB_FAIL(MPB_ERR_DATA, "member '%s' is %s, %s was expected (%s)", member->name,
                    mpb_value_describe(value), expected, where);
}

bool mpb_json_member_is_absent(const mpb_wanted_member *member)
{
    return member->count == 0 || member->value.kind == MPB_VALUE_NULL;
}

mpb_status mpb_json_member_check(const mpb_wanted_member *member, const mpb_value *object,
                                 bool needed, const char *expected, const mpb_place *place)
{
    char where[MPB_PLACE_SIZE];

    if (member->count > 1) {
        mpb_place_describe(place, where);
        return MPB_FAIL(MPB_ERR_DATA, "there are %zu members '%s', one was expected (%s)",
                        member->count, member->name, where);
    }
    if (!needed || !mpb_json_member_is_absent(member)) {
        return MPB_OK;
    }
    return member->count == 0 ? fail_missing(object, member->name, place)
                              : mpb_json_member_fail(member, &member->value, expected, place);
}
