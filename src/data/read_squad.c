#include "readers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/core/utf8.h"
#include "mpibert/io/json.h"
#include "squad_scan.h"

enum { SHOWN = 80 }; /* bytes at most that a message shows of a text */

/* Questions on their way to records. */
typedef struct squad_reader {
    const mpb_read_options *options; /* borrowed, like the next two */
    mpb_sink *sink;
    const char *context;
    size_t context_size;
    mpb_answer *answers; /* owned, (capacity) */
    size_t capacity;
    mpb_place place; /* of the article */
} squad_reader;

/* MPB_ERR_DATA: "PROBLEM (FILE, line N, question 'ID')". */
static mpb_status fail(const squad_reader *reader, const char *id, const char *problem)
{
    char where[MPB_PLACE_SIZE];

    mpb_place_describe(&reader->place, where);
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
    size_t at = skip_code_points(reader->context, reader->context_size, answer->start, &count);
    const char *there = reader->context + at;
    size_t left = reader->context_size - at;

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

static mpb_status read_answer(const squad_reader *reader, const mpb_json *object, const char *id,
                              mpb_answer *answer)
{
    const mpb_json *text = mpb_json_member(object, "text");
    const mpb_json *start = mpb_json_member(object, "answer_start");

    if (text == NULL || !mpb_json_is_string(text) || mpb_json_text(text)[0] == '\0') {
        return fail(reader, id, "member 'text' of an answer is not a string, or empty");
    }
    if (start == NULL || !mpb_json_is_integer(start) || mpb_json_integer(start) < 0) {
        return fail(reader, id, "member 'answer_start' of an answer is not an integer from 0");
    }
    *answer = (mpb_answer){.text = mpb_json_text(text),
                           .size = strlen(mpb_json_text(text)),
                           .start = (uint64_t)mpb_json_integer(start)};
    return check_place(reader, id, answer);
}

static mpb_status reserve(squad_reader *reader, size_t count)
{
    mpb_answer *answers;

    if (count <= reader->capacity) {
        return MPB_OK;
    }
    answers = realloc(reader->answers, count * sizeof(*answers));
    MPB_REQUIRE(answers != NULL, MPB_ERR_SYSTEM, "no memory for %zu answers", count);
    reader->answers = answers;
    reader->capacity = count;
    return MPB_OK;
}

/* The answers of a question that has one. */
static mpb_status read_answers(squad_reader *reader, const mpb_json *question, mpb_record *record)
{
    const mpb_json *answers = mpb_json_member(question, "answers");
    bool needed = reader->options->need_labels;

    if (answers != NULL && !mpb_json_is_array(answers)) {
        return fail(reader, record->id, "member 'answers' is not an array");
    }
    if (answers == NULL || mpb_json_count(answers) == 0) {
        return needed ? fail(reader, record->id,
                             "the question has no answer, one or is_impossible was expected")
                      : MPB_OK;
    }
    MPB_TRY(reserve(reader, mpb_json_count(answers)));
    for (size_t i = 0; i < mpb_json_count(answers); i++) {
        MPB_TRY(read_answer(reader, mpb_json_item(answers, i), record->id, &reader->answers[i]));
    }
    record->answers = reader->answers;
    record->num_answers = mpb_json_count(answers);
    return MPB_OK;
}

static mpb_status take_question(squad_reader *reader, const mpb_json *object)
{
    const mpb_json *id = mpb_json_member(object, "id");
    const mpb_json *text = mpb_json_member(object, "question");
    const mpb_json *impossible = mpb_json_member(object, "is_impossible");
    mpb_record record = {.is_question = true, .place = reader->place};

    if (id == NULL || !mpb_json_is_string(id)) {
        return mpb_place_fail(&reader->place, "member 'id' of a question is not a string");
    }
    record.id = mpb_json_text(id);
    if (text == NULL || !mpb_json_is_string(text)) {
        return fail(reader, record.id, "member 'question' is not a string");
    }
    if (impossible != NULL && !mpb_json_is_boolean(impossible)) {
        return fail(reader, record.id, "member 'is_impossible' is neither true nor false");
    }
    record.text = mpb_json_text(text);
    record.size = strlen(record.text);
    record.text_b = reader->context;
    record.size_b = reader->context_size;
    if (impossible == NULL || !mpb_json_boolean(impossible)) {
        MPB_TRY(read_answers(reader, object, &record));
    }
    return mpb_sink_take(reader->sink, &record);
}

static mpb_status take_paragraph(squad_reader *reader, const mpb_json *paragraph)
{
    const mpb_json *context = mpb_json_member(paragraph, "context");
    const mpb_json *questions = mpb_json_member(paragraph, "qas");

    if (context == NULL || !mpb_json_is_string(context)) {
        return mpb_place_fail(&reader->place, "member 'context' of a paragraph is not a string");
    }
    if (questions == NULL || !mpb_json_is_array(questions)) {
        return mpb_place_fail(&reader->place, "member 'qas' of a paragraph is not an array");
    }
    reader->context = mpb_json_text(context);
    reader->context_size = strlen(reader->context);
    for (size_t i = 0; i < mpb_json_count(questions); i++) {
        MPB_TRY(mpb_sink_settle(reader->sink, take_question(reader, mpb_json_item(questions, i))));
    }
    return MPB_OK;
}

static mpb_status take_paragraphs(squad_reader *reader, const mpb_json *article)
{
    const mpb_json *paragraphs = mpb_json_member(article, "paragraphs");

    if (paragraphs == NULL || !mpb_json_is_array(paragraphs)) {
        return mpb_place_fail(&reader->place, "member 'paragraphs' of an article is not an array");
    }
    for (size_t i = 0; i < mpb_json_count(paragraphs); i++) {
        MPB_TRY(
            mpb_sink_settle(reader->sink, take_paragraph(reader, mpb_json_item(paragraphs, i))));
    }
    return MPB_OK;
}

/* A wrong article is parsed twice: only for the message is its line worth finding out. */
static mpb_status parse_article(const squad_reader *reader, const char *text, size_t size,
                                mpb_json **article)
{
    char where[MPB_PLACE_SIZE];
    mpb_status status = mpb_json_parse(text, size, reader->place.name, article);

    if (status != MPB_ERR_DATA) {
        return status;
    }
    mpb_place_describe(&reader->place, where);
    strncat(where, ", in the article", sizeof(where) - strlen(where) - 1);
    return mpb_json_parse(text, size, where, article);
}

static mpb_status take_article(squad_reader *reader, const char *text, size_t size)
{
    mpb_json *article = NULL;
    mpb_status status;

    MPB_TRY(parse_article(reader, text, size, &article));
    status = take_paragraphs(reader, article);
    mpb_json_destroy(&article);
    return status;
}

mpb_status mpb_read_squad(const mpb_stretch *stretch, bool at_begin,
                          const mpb_read_options *options, mpb_sink *sink)
{
    squad_reader reader = {.options = options, .sink = sink, .place = stretch->place};
    mpb_squad_scan scan = mpb_squad_scan_begin(at_begin);
    mpb_span article;
    size_t counted = 0; /* bytes whose lines the place counts */
    mpb_status status = MPB_OK;

    for (size_t at = 0;
         status == MPB_OK && mpb_squad_next(&scan, stretch->content, stretch->size, &at, &article);
         counted = article.begin) {
        const char *text = stretch->content + article.begin;

        reader.place.line +=
            mpb_count_line_ends(stretch->content + counted, article.begin - counted);
        status = mpb_sink_settle(sink, take_article(&reader, text, article.end - article.begin));
    }
    free(reader.answers);
    return status;
}
