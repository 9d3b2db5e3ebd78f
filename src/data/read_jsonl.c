#include "readers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "encoding.h"
#include "flat_object.h"
#include "label_list.h"
#include "mpibert/io/json.h"

enum { NUMBER_SIZE = 32 };

static mpb_status fail_missing(const mpb_json *object, const char *name, const char *where)
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
                          name, names.data, where);
    }
    mpb_buffer_clear(&names);
    return status;
}

/* `value` is the member's, null or NULL. */
static mpb_status fail_absent(const mpb_json *object, const char *name, const mpb_json *value,
                              const char *expected, const char *where)
{
    MPB_REQUIRE(value == NULL, MPB_ERR_DATA, "member '%s' is null, %s was expected (%s)", name,
                expected, where);
    return fail_missing(object, name, where);
}

/* One line on its way to a record. */
typedef struct line_reader {
    const mpb_read_options *options; /* borrowed */
    const char *where;               /* the line, for messages */
    mpb_label_list labels;
    mpb_flat_object flat;
    char id[NUMBER_SIZE];
} line_reader;

/* *text = the string `name` of the line; NULL where it is absent or null and not `needed`. */
static mpb_status get_text(const line_reader *reader, const mpb_json *object, const char *name,
                           bool needed, const char **text)
{
    const mpb_json *value = mpb_json_member(object, name);
    bool absent = value == NULL || mpb_json_is_null(value);

    if (absent && needed) {
        return fail_absent(object, name, value, "a string", reader->where);
    }
    MPB_REQUIRE(absent || mpb_json_is_string(value), MPB_ERR_DATA,
                "member '%s' is not a string (%s)", name, reader->where);
    *text = absent ? NULL : mpb_json_text(value);
    return MPB_OK;
}

/* The example's id: a string or an integer. */
static mpb_status get_id(line_reader *reader, const mpb_json *object, const char **id)
{
    const char *given = reader->options->id_column;
    const char *name = given == NULL ? "id" : given;
    const mpb_json *value = mpb_json_member(object, name);

    if (value != NULL && mpb_json_is_integer(value)) {
        snprintf(reader->id, sizeof(reader->id), "%" PRId64, mpb_json_integer(value));
        *id = reader->id;
        return MPB_OK;
    }
    return get_text(reader, object, name, given != NULL, id);
}

/* An empty text is no label, as an empty cell of a table is none. */
static mpb_status add_label(line_reader *reader, const mpb_json *value)
{
    bool is_score = reader->options->task == MPB_TASK_REGRESSION;
    char digits[NUMBER_SIZE];

    if (mpb_json_is_string(value)) {
        const char *text = mpb_json_text(value);

        return text[0] == '\0' ? MPB_OK : mpb_label_list_add(&reader->labels, text, strlen(text));
    }
    if (mpb_json_is_integer(value)) {
        snprintf(digits, sizeof(digits), "%" PRId64, mpb_json_integer(value));
    } else if (is_score && mpb_json_is_number(value)) {
        snprintf(digits, sizeof(digits), "%.17g", mpb_json_number(value));
    } else {
        return MPB_FAIL(MPB_ERR_DATA, "member '%s' is neither a string nor %s (%s)",
                        reader->options->label_column, is_score ? "a number" : "an integer",
                        reader->where);
    }
    return mpb_label_list_add(&reader->labels, digits, strlen(digits));
}

static mpb_status get_labels(line_reader *reader, const mpb_json *object, mpb_record *record)
{
    const mpb_read_options *o = reader->options;
    const mpb_json *value =
        o->label_column == NULL ? NULL : mpb_json_member(object, o->label_column);

    mpb_label_list_reset(&reader->labels);
    if (value == NULL || mpb_json_is_null(value)) {
        return o->need_labels
                   ? fail_absent(object, o->label_column, value, "a label", reader->where)
                   : MPB_OK;
    }
    if (mpb_json_is_array(value)) {
        for (size_t i = 0; i < mpb_json_count(value); i++) {
            MPB_TRY(add_label(reader, mpb_json_item(value, i)));
        }
    } else {
        MPB_TRY(add_label(reader, value));
    }
    record->labels = mpb_label_list_finish(&reader->labels);
    record->num_labels = reader->labels.count;
    return MPB_OK;
}

static mpb_status take_object(line_reader *reader, const mpb_json *object, mpb_record *record,
                              mpb_sink *sink)
{
    const mpb_read_options *o = reader->options;
    const char *name_b = o->text_column_b == NULL ? "text_b" : o->text_column_b;

    MPB_REQUIRE(mpb_json_is_object(object), MPB_ERR_DATA,
                "the line is not a JSON object, {\"%s\": ...} was expected (%s)", o->text_column,
                reader->where);
    MPB_TRY(get_text(reader, object, o->text_column, true, &record->text));
    MPB_TRY(get_text(reader, object, name_b, o->text_column_b != NULL, &record->text_b));
    MPB_TRY(get_labels(reader, object, record));
    MPB_TRY(get_id(reader, object, &record->id));
    record->size = strlen(record->text);
    record->size_b = record->text_b == NULL ? 0 : strlen(record->text_b);
    return mpb_sink_take(sink, record);
}

static mpb_status parse_line(line_reader *reader, const char *line, size_t length,
                             const mpb_place *place, mpb_sink *sink)
{
    mpb_record record = {.place = *place};
    mpb_json *object = NULL;
    mpb_status status;

    MPB_TRY(mpb_json_parse(line, length, reader->where, &object));
    status = take_object(reader, object, &record, sink);
    mpb_json_destroy(&object);
    return status;
}

/* *text = the value of a flat member; false where it is not what the reader wants. */
static bool flat_text(const mpb_flat_object *flat, const char *name, bool needed, bool integers,
                      const char **text, size_t *size)
{
    const mpb_flat_member *member = name == NULL ? NULL : mpb_flat_object_find(flat, name);

    *text = NULL;
    *size = 0;
    if (member == NULL) {
        return !needed;
    }
    *text = flat->text.data + member->value;
    *size = member->size;
    return member->kind == MPB_FLAT_TEXT || (integers && member->kind == MPB_FLAT_INTEGER);
}

/* The record of a line that is a flat object and needs no closer look. */
static bool read_flat(line_reader *reader, mpb_record *record)
{
    const mpb_read_options *o = reader->options;
    const mpb_flat_object *flat = &reader->flat;
    const char *name_b = o->text_column_b == NULL ? "text_b" : o->text_column_b;
    const char *name_id = o->id_column == NULL ? "id" : o->id_column;
    const char *label;
    size_t size;

    if (!flat_text(flat, o->text_column, true, false, &record->text, &record->size) ||
        !flat_text(flat, name_b, o->text_column_b != NULL, false, &record->text_b,
                   &record->size_b) ||
        !flat_text(flat, name_id, o->id_column != NULL, true, &record->id, &size) ||
        !flat_text(flat, o->label_column, o->need_labels, true, &label, &size)) {
        return false;
    }
    mpb_label_list_reset(&reader->labels);
    if (size > 0) {
        if (mpb_label_list_add(&reader->labels, label, size) != MPB_OK) {
            return false;
        }
        record->labels = mpb_label_list_finish(&reader->labels);
        record->num_labels = 1;
    }
    return true;
}

/* A wrong line is parsed twice: only for the message is its number worth finding out. */
static mpb_status take_tree(line_reader *reader, const char *line, size_t length,
                            const mpb_place *place, mpb_sink *sink)
{
    char where[MPB_PLACE_SIZE];
    mpb_status status;

    reader->where = place->name;
    status = parse_line(reader, line, length, place, sink);
    if (status != MPB_ERR_DATA) {
        return status;
    }
    mpb_place_describe(place, where);
    reader->where = where;
    return parse_line(reader, line, length, place, sink);
}

static mpb_status take_line(line_reader *reader, const char *line, size_t length,
                            const mpb_place *place, mpb_sink *sink)
{
    mpb_record record = {.place = *place};

    MPB_TRY(mpb_text_check(line, length, place));
    if (mpb_flat_object_read(&reader->flat, line, length) && read_flat(reader, &record)) {
        return mpb_sink_take(sink, &record);
    }
    return take_tree(reader, line, length, place, sink);
}

mpb_status mpb_read_jsonl(const mpb_stretch *stretch, const mpb_read_options *options,
                          mpb_sink *sink)
{
    line_reader reader = {.options = options};
    mpb_place place = stretch->place;
    mpb_status status = MPB_OK;

    for (size_t at = 0; at < stretch->size && status == MPB_OK; place.line++) {
        size_t length;
        const char *line = mpb_next_line(stretch->content, stretch->size, &at, &length);

        if (!mpb_is_blank(line, length)) {
            status = mpb_sink_settle(sink, take_line(&reader, line, length, &place, sink));
        }
    }
    mpb_label_list_clear(&reader.labels);
    mpb_flat_object_clear(&reader.flat);
    return status;
}
