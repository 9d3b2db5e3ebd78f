#include "readers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "mpibert/io/json.h"

enum { PLACE_SIZE = 512, NUMBER_SIZE = 32 };

static mpb_status fail_missing(const mpb_json *object, const char *name, const char *place)
{
    mpb_buffer names = {0};
    mpb_status status = mpb_buffer_append_text(&names, "");

    for (size_t i = 0; i < mpb_json_count(object) && status == MPB_OK; i++) {
        const char *member;

        mpb_json_member_at(object, i, &member);
        status = mpb_buffer_append_format(&names, "%s%.40s", i == 0 ? "" : ", ", member);
    }
    if (status == MPB_OK) {
        status = MPB_FAIL(MPB_ERR_DATA, "there is no member '%s', the members are: %.400s (%s)",
                          name, names.data, place);
    }
    mpb_buffer_clear(&names);
    return status;
}

/* *text = the string `name` of the line; NULL where it is absent or null and not `needed`. */
static mpb_status get_text(const mpb_json *object, const char *name, bool needed, const char *place,
                           const char **text)
{
    const mpb_json *value = mpb_json_member(object, name);
    bool absent = value == NULL || mpb_json_is_null(value);

    if (absent && needed) {
        return fail_missing(object, name, place);
    }
    MPB_REQUIRE(absent || mpb_json_is_string(value), MPB_ERR_DATA,
                "member '%s' is not a string (%s)", name, place);
    *text = absent ? NULL : mpb_json_text(value);
    return MPB_OK;
}

/* Likewise for a string or an integer, which is written to `digits`. */
static mpb_status get_name(const mpb_json *object, const char *name, bool needed, const char *place,
                           char digits[NUMBER_SIZE], const char **text)
{
    const mpb_json *value = name == NULL ? NULL : mpb_json_member(object, name);

    if (value != NULL && mpb_json_is_integer(value)) {
        snprintf(digits, NUMBER_SIZE, "%" PRId64, mpb_json_integer(value));
        *text = digits;
        return MPB_OK;
    }
    MPB_REQUIRE(value == NULL || mpb_json_is_null(value) || mpb_json_is_string(value), MPB_ERR_DATA,
                "member '%s' is neither a string nor an integer (%s)", name, place);
    if (name == NULL) {
        *text = NULL;
        return MPB_OK;
    }
    return get_text(object, name, needed, place, text);
}

static mpb_status add_object(const mpb_json *object, const char *place, mpb_collector *collector)
{
    const mpb_read_options *o = collector->options;
    const char *name_b = o->text_column_b == NULL ? "text_b" : o->text_column_b;
    const char *name_id = o->id_column == NULL ? "id" : o->id_column;
    mpb_found found = {.where = place};
    char label[NUMBER_SIZE];
    char id[NUMBER_SIZE];

    MPB_REQUIRE(mpb_json_is_object(object), MPB_ERR_DATA,
                "the line is not a JSON object, {\"%s\": ...} was expected (%s)", o->text_column,
                place);
    MPB_TRY(get_text(object, o->text_column, true, place, &found.text));
    MPB_TRY(get_text(object, name_b, o->text_column_b != NULL, place, &found.text_b));
    MPB_TRY(get_name(object, o->label_column, o->need_labels, place, label, &found.label));
    MPB_TRY(get_name(object, name_id, o->id_column != NULL, place, id, &found.id));
    found.size = strlen(found.text);
    found.size_b = found.text_b == NULL ? 0 : strlen(found.text_b);
    return mpb_collector_add(collector, &found);
}

static bool is_blank(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
            return false;
        }
    }
    return true;
}

static mpb_status add_line(const char *line, size_t length, const char *place,
                           mpb_collector *collector)
{
    mpb_json *object = NULL;
    mpb_status status;

    MPB_TRY(mpb_json_parse(line, length, place, &object));
    status = add_object(object, place, collector);
    mpb_json_destroy(&object);
    return status;
}

mpb_status mpb_read_jsonl(const char *content, size_t size, const char *where,
                          mpb_collector *collector)
{
    size_t at = 0;

    for (size_t number = 1; at < size; number++) {
        size_t length;
        const char *line = mpb_next_line(content, size, &at, &length);
        char place[PLACE_SIZE];

        snprintf(place, sizeof(place), "%s, line %zu", where, number);
        if (!is_blank(line, length)) {
            MPB_TRY(add_line(line, length, place, collector));
        }
    }
    return MPB_OK;
}
