#include "mpibert/records/readers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encoding.h"
#include "json_items.h"
#include "json_place.h"
#include "label_list.h"
#include "mpibert/core/utf8.h"

enum { SHOWN = 80 }; /* bytes at most that a message shows of a text */

/* Questions on their way to records. */
typedef struct squad_reader {
    const mpb_read_options *options; /* borrowed, like the next two */
    mpb_sink *sink;
    mpb_buffer context; /* owned, like all below */
    mpb_buffer id;
    mpb_buffer texts;    /* of the question and its answers, with room for all of them */
    mpb_answer *answers; /* (capacity) */
    size_t capacity;
    mpb_place place;      /* of the article */
    const char *article;  /* borrowed, like the next: its text */
    const char *question; /* where in it the question begins that is being read */
} squad_reader;

/* MPB_ERR_DATA: "PROBLEM (FILE, line N, question 'ID')". */
static mpb_status fail(const squad_reader *reader, const char *id, const char *problem)
{
    mpb_place place = reader->place;
    char where[MPB_PLACE_SIZE];

    place.line +=
        mpb_count_line_ends(reader->article, (uint64_t)(reader->question - reader->article));
    mpb_place_describe(&place, where);
    return MPB_FAIL(MPB_ERR_DATA, "%s (%s, question '%.*s')", problem, where, SHOWN, id);
}

/* Bytes of the first `wanted` code points, or of all of them; *found = how many these are. */
static size_t skip_code_points(const char *text, size_t size, uint64_t wanted, uint64_t *found)
{
    size_t at = 0;

    *found = 0;
    while (at < size && *found < wanted) {
        at++;
        while (at < size && ((unsigned char)text[at] & 0xC0) == 0x80) {
            at++;
        }
        (*found)++;
    }
    return at;
}

/* Bytes of a text that a message shows: whole code points. */
static int shown(const char *text, size_t size)
{
    if (size <= SHOWN) {
        return (int)size;
    }
    size = SHOWN;
    while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80) {
        size--;
    }
    return (int)size;
}

/* In the context, from the answer's start on, must stand the answer. */
static mpb_status check_place(const squad_reader *reader, const char *id, const mpb_answer *answer)
{
    char problem[4 * SHOWN];
    uint64_t count;
    size_t at = skip_code_points(reader->context.data, reader->context.size, answer->start, &count);
    const char *there = reader->context.data + at;
    size_t left = reader->context.size - at;

    if (count < answer->start) {
        snprintf(problem, sizeof(problem),
                 "the answer begins at %" PRIu64 ", the context has %" PRIu64 " characters",
                 answer->start, count);
        return fail(reader, id, problem);
    }
    if (left >= answer->size && memcmp(there, answer->text, answer->size) == 0) {
        return MPB_OK;
    }
    left = skip_code_points(there, left, mpb_utf8_length(answer->text, answer->size), &count);
    snprintf(problem, sizeof(problem),
             "'%.*s' stands at %" PRIu64 " of the context, the answer '%.*s' was expected",
             shown(there, left), there, answer->start, shown(answer->text, answer->size),
             answer->text);
    return fail(reader, id, problem);
}

/* The member `name` of an object, which is of that kind; `id` tells of which question (NULL: none).
 * */
static mpb_status get(const squad_reader *reader, const mpb_value *object, const char *name,
                      mpb_value_kind kind, const char *expected, const char *id, mpb_value *value)
{
    mpb_wanted_member member = {.name = name};
    char problem[MPB_PLACE_SIZE];

    mpb_value_pick(object, &member, 1);
    if (member.count == 1 && member.value.kind == kind) {
        *value = member.value;
        return MPB_OK;
    }
    if (member.count > 1) {
        snprintf(problem, sizeof(problem), "there are %zu members '%s', one was expected",
                 member.count, name);
    } else {
        snprintf(problem, sizeof(problem), "member '%s' is %s, %s was expected", name,
                 member.count == 0 ? "missing" : mpb_value_describe(&member.value), expected);
    }
    return id == NULL ? mpb_place_fail(&reader->place, problem) : fail(reader, id, problem);
}

/* *text (*size) = the text, appended to reader->texts, where there is room for it. */
static mpb_status keep_text(squad_reader *reader, const mpb_value *value, const char **text,
                            size_t *size)
{
    size_t begin = reader->texts.size;

    MPB_TRY(mpb_place_decode(value, &reader->place, &reader->texts));
    MPB_TRY(mpb_buffer_append(&reader->texts, "", 1));
    *text = reader->texts.data + begin;
    *size = reader->texts.size - 1 - begin;
    return MPB_OK;
}

/* Where the answer begins: a number from 0, as "12" or "12.0". */
static bool read_start(const mpb_value *value, uint64_t *start)
{
    enum { MAX_DIGITS = 18 };
    char digits[MAX_DIGITS + 1];
    size_t count = strspn(value->text, "0123456789");

    if (!mpb_is_whole_number(value->text, value->size) || count == 0 || count > MAX_DIGITS) {
        return false;
    }
    memcpy(digits, value->text, count);
    digits[count] = '\0';
    *start = strtoull(digits, NULL, 10);
    return true;
}

static mpb_status read_answer(squad_reader *reader, const mpb_value *object, const char *id,
                              mpb_answer *answer)
{
    mpb_value text;
    mpb_value start;

    MPB_TRY(get(reader, object, "text", MPB_VALUE_TEXT, "a string", id, &text));
    MPB_TRY(
        get(reader, object, "answer_start", MPB_VALUE_NUMBER, "a whole number from 0", id, &start));
    if (!read_start(&start, &answer->start)) {
        return fail(reader, id, "member 'answer_start' of an answer is not a whole number from 0");
    }
    MPB_TRY(keep_text(reader, &text, &answer->text, &answer->size));
    if (answer->size == 0) {
        return fail(reader, id, "member 'text' of an answer is empty");
    }
    return check_place(reader, id, answer);
}

static mpb_status reserve(squad_reader *reader, size_t count)
{
    size_t capacity = count > 2 * reader->capacity ? count : 2 * reader->capacity;
    mpb_answer *answers;

    if (count <= reader->capacity) {
        return MPB_OK;
    }
    answers = realloc(reader->answers, capacity * sizeof(*answers));
    MPB_REQUIRE(answers != NULL, MPB_ERR_SYSTEM, "no memory for %zu answers", capacity);
    reader->answers = answers;
    reader->capacity = capacity;
    return MPB_OK;
}

/* The answers of a question that has one. */
static mpb_status read_answers(squad_reader *reader, const mpb_value *question, mpb_record *record)
{
    mpb_wanted_member answers = {.name = "answers"};
    mpb_value_items items;

    mpb_value_pick(question, &answers, 1);
    if (answers.count > 0) {
        mpb_value list;

        MPB_TRY(get(reader, question, "answers", MPB_VALUE_ARRAY, "an array", record->id, &list));
        for (items = mpb_value_open(&list); mpb_value_next(&items); record->num_answers++) {
            MPB_TRY(reserve(reader, record->num_answers + 1));
            MPB_TRY(read_answer(reader, &items.value, record->id,
                                &reader->answers[record->num_answers]));
        }
    }
    record->answers = reader->answers;
    return record->num_answers == 0 && reader->options->need_labels
               ? fail(reader, record->id,
                      "the question has no answer, one or is_impossible was expected")
               : MPB_OK;
}

static mpb_status get_id(squad_reader *reader, const mpb_value *question, const char **id)
{
    mpb_wanted_member member = {.name = "id"};
    bool fits;

    mpb_value_pick(question, &member, 1);
    fits = member.value.kind == MPB_VALUE_TEXT || member.value.kind == MPB_VALUE_NUMBER;
    if (member.count != 1 || !fits) {
        return mpb_place_fail(&reader->place,
                              "a question has no member 'id' that is a string or a number");
    }
    mpb_buffer_reset(&reader->id);
    MPB_TRY(member.value.kind == MPB_VALUE_TEXT
                ? mpb_place_decode(&member.value, &reader->place, &reader->id)
                : mpb_buffer_append(&reader->id, member.value.text, member.value.size));
    *id = reader->id.data;
    return mpb_name_check(reader->id.data, reader->id.size, &reader->place);
}

/* *impossible: whether the question says that it has no answer. */
static mpb_status get_impossible(const squad_reader *reader, const mpb_value *question,
                                 const char *id, bool *impossible)
{
    mpb_wanted_member member = {.name = "is_impossible"};

    mpb_value_pick(question, &member, 1);
    *impossible = member.count > 0 && member.value.kind == MPB_VALUE_TRUE;
    if (member.count == 0 || (member.count == 1 && (member.value.kind == MPB_VALUE_TRUE ||
                                                    member.value.kind == MPB_VALUE_FALSE))) {
        return MPB_OK;
    }
    return fail(reader, id, "member 'is_impossible' is neither true nor false, or repeated");
}

static mpb_status take_question(squad_reader *reader, const mpb_value *object)
{
    mpb_record record = {.is_question = true, .place = reader->place};
    mpb_value text;
    bool impossible;

    reader->question = object->text;
    MPB_TRY(get_id(reader, object, &record.id));
    MPB_TRY(get(reader, object, "question", MPB_VALUE_TEXT, "a string", record.id, &text));
    MPB_TRY(get_impossible(reader, object, record.id, &impossible));
    mpb_buffer_reset(&reader->texts);
    MPB_TRY(mpb_buffer_reserve(&reader->texts, object->size));
    MPB_TRY(keep_text(reader, &text, &record.text, &record.size));
    record.text_b = reader->context.data;
    record.size_b = reader->context.size;
    if (!impossible) {
        MPB_TRY(read_answers(reader, object, &record));
    }
    return mpb_sink_take(reader->sink, &record);
}

static mpb_status take_paragraph(squad_reader *reader, const mpb_value *paragraph)
{
    mpb_value context;
    mpb_value questions;
    mpb_value_items items;

    MPB_TRY(get(reader, paragraph, "context", MPB_VALUE_TEXT, "a string", NULL, &context));
    MPB_TRY(get(reader, paragraph, "qas", MPB_VALUE_ARRAY, "an array", NULL, &questions));
    mpb_buffer_reset(&reader->context);
    MPB_TRY(mpb_place_decode(&context, &reader->place, &reader->context));
    for (items = mpb_value_open(&questions); mpb_value_next(&items);) {
        MPB_TRY(mpb_sink_settle(reader->sink, take_question(reader, &items.value)));
    }
    return MPB_OK;
}

static mpb_status take_article(squad_reader *reader, const char *text, size_t size)
{
    mpb_value article;
    mpb_value paragraphs;
    mpb_value_items items;

    reader->article = text;
    reader->question = text;
    MPB_TRY(mpb_place_read_json(text, size, &reader->place, &article));
    MPB_TRY(get(reader, &article, "paragraphs", MPB_VALUE_ARRAY, "an array", NULL, &paragraphs));
    for (items = mpb_value_open(&paragraphs); mpb_value_next(&items);) {
        MPB_TRY(mpb_sink_settle(reader->sink, take_paragraph(reader, &items.value)));
    }
    return MPB_OK;
}

mpb_status mpb_read_squad(const mpb_stretch *stretch, bool at_begin,
                          const mpb_read_options *options, mpb_sink *sink)
{
    squad_reader reader = {.options = options, .sink = sink, .place = stretch->place};
    mpb_json_items scan = mpb_json_items_begin(false, at_begin);
    mpb_span article;
    size_t counted = 0; /* bytes whose lines the place counts */
    mpb_status status = MPB_OK;

    for (size_t at = 0; status == MPB_OK &&
                        mpb_json_items_next(&scan, stretch->content, stretch->size, &at, &article);
         counted = article.begin) {
        const char *text = stretch->content + article.begin;

        reader.place.line +=
            mpb_count_line_ends(stretch->content + counted, article.begin - counted);
        status = mpb_sink_settle(sink, take_article(&reader, text, article.end - article.begin));
    }
    mpb_buffer_clear(&reader.context);
    mpb_buffer_clear(&reader.id);
    mpb_buffer_clear(&reader.texts);
    free(reader.answers);
    return status;
}
