#include "mpibert/records/readers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"
#include "cells.h"
#include "encoding.h"
#include "sentence.h"
#include "word_columns.h"

enum { ID_SIZE = 32 }; /* bytes of a row's id */

/* What a row stands for. */
typedef enum row_kind { WORD, SEVERAL_WORDS, NO_WORD } row_kind;

/* A sentence on its way to a record. */
typedef struct conllu_reader {
    const mpb_columns *columns; /* borrowed */
    mpb_sentence sentence;
    mpb_buffer id; /* empty: the sentence has none */
    size_t rows;   /* of words or not */
} conllu_reader;

/* The text behind "# sent_id =" of a comment; false: it is another comment. */
static bool find_sentence_id(const char *line, size_t length, mpb_span *id)
{
    static const char name[] = "sent_id";
    size_t size = sizeof(name) - 1;

    *id = mpb_trim(line, 1, length);
    if (id->end - id->begin < size || memcmp(line + id->begin, name, size) != 0) {
        return false;
    }
    *id = mpb_trim(line, id->begin + size, length);
    if (id->begin == id->end || line[id->begin] != '=') {
        return false;
    }
    *id = mpb_trim(line, id->begin + 1, length);
    return true;
}

static mpb_status read_comment(conllu_reader *reader, const char *line, size_t length,
                               const mpb_place *place)
{
    mpb_span id;

    if (!find_sentence_id(line, length, &id)) {
        return MPB_OK;
    }
    if (id.begin == id.end || reader->id.size > 0) {
        return mpb_place_fail(place, id.begin == id.end ? "the sent_id is empty"
                                                        : "the sentence has a second sent_id");
    }
    MPB_TRY(mpb_name_check(line + id.begin, id.end - id.begin, place));
    return mpb_buffer_append(&reader->id, line + id.begin, id.end - id.begin);
}

/* *number = the digits at *text, which moves behind them; false: there are none. */
static bool read_number(const char **text, unsigned long *number)
{
    size_t digits = strspn(*text, "0123456789");

    *number = strtoul(*text, NULL, 10);
    *text += digits;
    return digits > 0;
}

/* What a row's id, "8", "8-9" or "7.1", says behind `before` words; false: it cannot stand there.
 * */
static bool find_kind(const char *id, size_t before, row_kind *kind)
{
    unsigned long first;
    unsigned long second;
    char separator;

    if (!read_number(&id, &first)) {
        return false;
    }
    separator = *id;
    if (separator == '\0') {
        *kind = WORD;
        return first == before + 1;
    }
    id++;
    if ((separator != '-' && separator != '.') || !read_number(&id, &second) || *id != '\0') {
        return false;
    }
    *kind = separator == '-' ? SEVERAL_WORDS : NO_WORD;
    return separator == '-' ? first == before + 1 && second >= first
                            : first == before && second > 0;
}

static mpb_status check_id(const conllu_reader *reader, const char *text, size_t size,
                           const mpb_place *place, row_kind *kind)
{
    size_t before = reader->sentence.count;
    char id[ID_SIZE];
    char where[MPB_PLACE_SIZE];

    snprintf(id, sizeof(id), "%.*s", size < ID_SIZE ? (int)size : ID_SIZE, text);
    if (size < ID_SIZE && find_kind(id, before, kind)) {
        return MPB_OK;
    }
    mpb_place_describe(place, where);
    return MPB_FAIL(MPB_ERR_DATA, "id '%s' was found, %zu was expected (%s)", id, before + 1,
                    where);
}

/* The cells of a row; a wrong number of them is MPB_ERR_DATA. */
static mpb_status split_row(const char *line, size_t length, const mpb_place *place,
                            mpb_span cells[MPB_CONLLU_COLUMNS])
{
    mpb_cells row = mpb_cells_begin(line, length, '\t');
    mpb_span cell;
    size_t count = 0;
    char where[MPB_PLACE_SIZE];

    for (; mpb_cells_next(&row, &cell); count++) {
        if (count < MPB_CONLLU_COLUMNS) {
            cells[count] = cell;
        }
    }
    if (count == MPB_CONLLU_COLUMNS) {
        return MPB_OK;
    }
    mpb_place_describe(place, where);
    return MPB_FAIL(MPB_ERR_DATA, "the row has %zu columns between tabs, %d were expected (%s)",
                    count, MPB_CONLLU_COLUMNS, where);
}

static mpb_status add_row(conllu_reader *reader, const char *line, size_t length,
                          const mpb_place *place)
{
    mpb_span cells[MPB_CONLLU_COLUMNS] = {0};
    const mpb_span *word = &cells[reader->columns->text];
    const mpb_span *label = &cells[reader->columns->label];
    row_kind kind = WORD;

    reader->rows++;
    MPB_TRY(split_row(line, length, place, cells));
    MPB_TRY(check_id(reader, line + cells[0].begin, cells[0].end - cells[0].begin, place, &kind));
    if (kind != WORD) {
        return MPB_OK;
    }
    if (word->begin == word->end || label->begin == label->end) {
        return mpb_place_fail(place, word->begin == word->end
                                         ? "the row has no word, one was expected"
                                         : "the word has no label, one was expected");
    }
    MPB_TRY(mpb_name_check(line + label->begin, label->end - label->begin, place));
    return mpb_sentence_add(&reader->sentence, place, line + word->begin, word->end - word->begin,
                            line + label->begin, label->end - label->begin);
}

static mpb_status read_lines(conllu_reader *reader, const mpb_stretch *block)
{
    mpb_place place = block->place;

    for (size_t at = 0; at < block->size; place.line++) {
        size_t length;
        const char *line = mpb_next_line(block->content, block->size, &at, &length);

        if (line[0] == '#') {
            MPB_TRY(read_comment(reader, line, length, &place));
        } else {
            MPB_TRY(add_row(reader, line, length, &place));
        }
    }
    return MPB_OK;
}

static mpb_status take_sentence(conllu_reader *reader, const mpb_stretch *block, mpb_sink *sink)
{
    mpb_record record = {.place = block->place};

    MPB_TRY(mpb_text_check(block->content, block->size, &block->place));
    mpb_sentence_reset(&reader->sentence);
    mpb_buffer_reset(&reader->id);
    reader->rows = 0;
    MPB_TRY(read_lines(reader, block));
    if (reader->rows == 0) {
        return MPB_OK; /* comments alone, as above a file's first sentence */
    }
    if (reader->sentence.count == 0) {
        return mpb_place_fail(&block->place, "the sentence has no words");
    }
    mpb_sentence_fill(&reader->sentence, &record);
    record.id = reader->id.size == 0 ? NULL : reader->id.data;
    return mpb_sink_take(sink, &record);
}

mpb_status mpb_read_conllu(const mpb_stretch *stretch, const mpb_columns *columns, mpb_sink *sink)
{
    conllu_reader reader = {.columns = columns};
    mpb_stretch rest = *stretch;
    mpb_stretch block;
    mpb_status status = MPB_OK;

    while (status == MPB_OK && mpb_next_block(&rest, mpb_is_blank, &block)) {
        status = mpb_sink_settle(sink, take_sentence(&reader, &block, sink));
    }
    mpb_sentence_clear(&reader.sentence);
    mpb_buffer_clear(&reader.id);
    return status;
}
