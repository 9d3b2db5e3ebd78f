#include "mpibert/records/readers.h"

#include <string.h>

#include "choice_list.h"
#include "encoding.h"
#include "json_items.h"
#include "json_member.h"
#include "json_place.h"
#include "json_words.h"
#include "label_list.h"

/* The members that a record is made of. */
enum { TEXT, TEXT_B, LABEL, ID, CHOICES, NUM_MEMBERS };

/* One object on its way to a record. */
typedef struct object_reader {
    const mpb_read_options *options; /* borrowed, like the next */
    mpb_sink *sink;
    mpb_labels kind; /* of labels */
    mpb_place place;
    mpb_wanted_member members[NUM_MEMBERS];
    mpb_wanted_member scores[MPB_MAX_SCORES]; /* (num_scores), of mpb_read_options.score_columns */
    size_t num_scores;                        /* 0: LABEL has the only one */
    mpb_buffer texts[NUM_MEMBERS];            /* owned; without escapes */
    mpb_label_list labels;
    mpb_choice_list choices;
    mpb_json_words words;
} object_reader;

static object_reader begin(const mpb_read_options *options, mpb_sink *sink)
{
    const mpb_labels kind = mpb_task_data_of(options->task)->labels;
    object_reader reader = {
        .options = options,
        .sink = sink,
        .kind = kind,
        .members = {
            [LABEL] = {.name = options->label_column},
            [ID] = {.name = options->id_column == NULL ? "id" : options->id_column},
            [CHOICES] = {.name = kind == MPB_LABELS_CHOICE ? options->choices_column : NULL},
        }};

    if (mpb_has_score_columns(options)) {
        reader.num_scores = options->score_columns->count;
    }
    for (size_t i = 0; i < reader.num_scores; i++) {
        reader.scores[i].name = options->score_columns->items[i];
    }
    return reader;
}

static void end(object_reader *reader)
{
    for (size_t i = 0; i < NUM_MEMBERS; i++) {
        mpb_buffer_clear(&reader->texts[i]);
    }
    mpb_label_list_clear(&reader->labels);
    mpb_choice_list_clear(&reader->choices);
    mpb_json_words_clear(&reader->words);
}

/* *text = the member's text, or NULL where there is none. */
static mpb_status get_text(object_reader *reader, const mpb_value *object, int which, bool needed,
                           const char **text, size_t *size)
{
    const mpb_wanted_member *member = &reader->members[which];
    mpb_buffer *out = &reader->texts[which];

    MPB_TRY(mpb_json_member_check(member, object, needed, "a string", &reader->place));
    if (mpb_json_member_is_absent(member)) {
        return MPB_OK;
    }
    if (member->value.kind != MPB_VALUE_TEXT) {
        return mpb_json_member_fail(member, &member->value,
                                    member->value.kind == MPB_VALUE_ARRAY
                                        ? "a string (lists of words are of model.task token)"
                                        : "a string",
                                    &reader->place);
    }
    mpb_buffer_reset(out);
    MPB_TRY(mpb_place_decode(&member->value, &reader->place, out));
    *text = out->data;
    *size = out->size;
    return MPB_OK;
}

/* A text, or a number as it is written. */
static mpb_status append_name(const mpb_value *value, const mpb_place *place, mpb_buffer *out)
{
    mpb_buffer_reset(out);
    MPB_TRY(value->kind == MPB_VALUE_TEXT ? mpb_place_decode(value, place, out)
                                          : mpb_buffer_append(out, value->text, value->size));
    return mpb_name_check(out->data, out->size, place);
}

/* The example's id. One that nobody asked for is not worth an error. */
static mpb_status get_id(object_reader *reader, const mpb_value *object, const char **id)
{
    const mpb_wanted_member *member = &reader->members[ID];
    bool asked = reader->options->id_column != NULL;
    bool fits = member->value.kind == MPB_VALUE_TEXT || member->value.kind == MPB_VALUE_NUMBER;

    if (asked) {
        MPB_TRY(
            mpb_json_member_check(member, object, true, "a string or a number", &reader->place));
    }
    if (mpb_json_member_is_absent(member) || (!fits && !asked)) {
        return MPB_OK;
    }
    if (!fits) {
        return mpb_json_member_fail(member, &member->value, "a string or a number", &reader->place);
    }
    MPB_TRY(append_name(&member->value, &reader->place, &reader->texts[ID]));
    *id = reader->texts[ID].data;
    return MPB_OK;
}

/* Numbers name classes where they are whole; as scores they may be any. */
static bool is_label(const mpb_value *value, mpb_labels kind)
{
    switch (value->kind) {
    case MPB_VALUE_TEXT:
    case MPB_VALUE_TRUE:
    case MPB_VALUE_FALSE:
        return true;
    case MPB_VALUE_NUMBER:
        return kind == MPB_LABELS_SCORE || mpb_is_whole_number(value->text, value->size);
    case MPB_VALUE_OBJECT:
    case MPB_VALUE_ARRAY:
    case MPB_VALUE_NOT_FINITE:
    case MPB_VALUE_NULL:
        break;
    }
    return false;
}

/* An empty text is no label, as an empty cell of a table is none. */
static mpb_status add_label(object_reader *reader, const mpb_wanted_member *member,
                            const mpb_value *value)
{
    mpb_buffer *name = &reader->texts[LABEL];

    if (!is_label(value, reader->kind)) {
        return mpb_json_member_fail(member, value,
                                    reader->kind == MPB_LABELS_SCORE
                                        ? "a string or a number"
                                        : "a string, true, false or a whole number",
                                    &reader->place);
    }
    MPB_TRY(append_name(value, &reader->place, name));
    return name->size == 0 ? MPB_OK : mpb_label_list_add(&reader->labels, name->data, name->size);
}

static mpb_status add_items(object_reader *reader, const mpb_wanted_member *member)
{
    mpb_value_items items = mpb_value_open(&member->value);

    if (member->value.kind != MPB_VALUE_ARRAY) {
        return add_label(reader, member, &member->value);
    }
    while (reader->labels.count <= MPB_MAX_RECORD_LABELS && mpb_value_next(&items)) {
        MPB_TRY(add_label(reader, member, &items.value));
    }
    return MPB_OK;
}

/* One label or a list of them, or a score of each member. */
static mpb_status add_labels(object_reader *reader, const mpb_value *object)
{
    const bool several = reader->num_scores > 0;
    const mpb_wanted_member *members = several ? reader->scores : &reader->members[LABEL];

    for (size_t i = 0; i < (several ? reader->num_scores : 1); i++) {
        if (reader->options->need_labels) {
            MPB_TRY(mpb_json_member_check(&members[i], object, true, "a label", &reader->place));
        }
        if (!mpb_json_member_is_absent(&members[i])) {
            MPB_TRY(several ? add_label(reader, &members[i], &members[i].value)
                            : add_items(reader, &members[i]));
        }
    }
    return MPB_OK;
}

/* What is no label is none where nobody needs one. */
static mpb_status get_labels(object_reader *reader, const mpb_value *object, mpb_record *record)
{
    mpb_status status;

    mpb_label_list_reset(&reader->labels);
    status = add_labels(reader, object);
    if (status != MPB_OK) {
        return status == MPB_ERR_DATA && !reader->options->need_labels ? MPB_OK : status;
    }
    record->labels = mpb_label_list_finish(&reader->labels);
    record->num_labels = reader->labels.count;
    return MPB_OK;
}

static mpb_status get_choices(object_reader *reader, const mpb_value *object, mpb_record *record)
{
    const mpb_wanted_member *member = &reader->members[CHOICES];

    if (reader->kind != MPB_LABELS_CHOICE) {
        return MPB_OK;
    }
    mpb_choice_list_reset(&reader->choices);
    MPB_TRY(mpb_json_member_check(member, object, true, "a list of choices", &reader->place));
    MPB_TRY(
        mpb_choice_list_add_json(&reader->choices, &member->value, member->name, &reader->place));
    mpb_choice_list_fill(&reader->choices, record);
    return MPB_OK;
}

static void pick_texts(object_reader *reader, const mpb_value *object, const char *text,
                       const char *text_b)
{
    reader->members[TEXT].name = text;
    reader->members[TEXT_B].name = text_b == NULL ? "text_b" : text_b;
    mpb_value_pick(object, reader->members, NUM_MEMBERS);
}

static void pick_members(object_reader *reader, const mpb_value *object)
{
    const mpb_read_options *o = reader->options;

    pick_texts(reader, object, o->text_column, o->text_column_b);
    if (!o->standard_members || reader->members[TEXT].count > 0) {
        return;
    }
    pick_texts(reader, object, "text", "text_b");
    if (reader->members[TEXT].count == 0) {
        pick_texts(reader, object, o->text_column, o->text_column_b);
    }
}

/* Words and their tags; where no tags are needed, a text that is not split will do, too. */
static mpb_status get_sentence(object_reader *reader, const mpb_value *object, mpb_record *record)
{
    const mpb_read_options *o = reader->options;
    const mpb_wanted_member *text = &reader->members[TEXT];
    const mpb_wanted_member *tags = o->need_labels ? &reader->members[LABEL] : NULL;

    if (tags == NULL && text->value.kind == MPB_VALUE_TEXT) {
        return get_text(reader, object, TEXT, true, &record->text, &record->size);
    }
    MPB_TRY(mpb_json_member_check(text, object, true, "a list of words", &reader->place));
    if (tags != NULL) {
        MPB_TRY(mpb_json_member_check(tags, object, true, "a list of tags", &reader->place));
    }
    return mpb_json_words_read(&reader->words, text, tags, o->tag_names, record);
}

/* A text as a whole, or two, with what belongs to it. */
static mpb_status get_example(object_reader *reader, const mpb_value *object, mpb_record *record)
{
    const bool is_pair = reader->options->text_column_b != NULL;

    MPB_TRY(get_text(reader, object, TEXT, true, &record->text, &record->size));
    MPB_TRY(get_text(reader, object, TEXT_B, is_pair, &record->text_b, &record->size_b));
    MPB_TRY(get_choices(reader, object, record));
    return get_labels(reader, object, record);
}

/* The object in text[0, size), which begins at reader->place. */
static mpb_status take_object(object_reader *reader, const char *text, size_t size)
{
    const mpb_read_options *o = reader->options;
    mpb_record record = {.place = reader->place};
    mpb_value object;
    char where[MPB_PLACE_SIZE];

    MPB_TRY(mpb_place_read_json(text, size, &reader->place, &object));
    if (object.kind != MPB_VALUE_OBJECT) {
        mpb_place_describe(&reader->place, where);
        return MPB_FAIL(MPB_ERR_DATA, "%s was found, a JSON object {\"%s\": ...} was expected (%s)",
                        mpb_value_describe(&object), o->text_column, where);
    }
    pick_members(reader, &object);
    mpb_value_pick(&object, reader->scores, reader->num_scores);
    MPB_TRY(reader->kind == MPB_LABELS_TAGS ? get_sentence(reader, &object, &record)
                                            : get_example(reader, &object, &record));
    MPB_TRY(get_id(reader, &object, &record.id));
    return mpb_sink_take(reader->sink, &record);
}

mpb_status mpb_read_jsonl(const mpb_stretch *stretch, const mpb_read_options *options,
                          mpb_sink *sink)
{
    object_reader reader = begin(options, sink);
    mpb_status status = MPB_OK;

    reader.place = stretch->place;
    for (size_t at = 0; at < stretch->size && status == MPB_OK; reader.place.line++) {
        size_t length;
        const char *line = mpb_next_line(stretch->content, stretch->size, &at, &length);

        if (!mpb_is_blank(line, length)) {
            status = mpb_sink_settle(sink, take_object(&reader, line, length));
        }
    }
    end(&reader);
    return status;
}

mpb_status mpb_read_json(const mpb_stretch *stretch, bool at_begin, const mpb_read_options *options,
                         mpb_sink *sink)
{
    object_reader reader = begin(options, sink);
    mpb_json_items scan = mpb_json_items_begin(true, at_begin);
    mpb_status status = MPB_OK;
    mpb_span item;
    size_t counted = 0; /* bytes whose lines the place counts */

    reader.place = stretch->place;
    for (size_t at = 0; status == MPB_OK &&
                        mpb_json_items_next(&scan, stretch->content, stretch->size, &at, &item);
         counted = item.begin) {
        reader.place.line += mpb_count_line_ends(stretch->content + counted, item.begin - counted);
        status = mpb_sink_settle(
            sink, take_object(&reader, stretch->content + item.begin, item.end - item.begin));
    }
    end(&reader);
    return status;
}
