#include "mpibert/records/readers.h"

#include "blocks.h"
#include "cells.h"
#include "encoding.h"
#include "sentence.h"
#include "word_columns.h"

/* A sentence on its way to a record. */
typedef struct conll_reader {
    const mpb_columns *columns; /* borrowed */
    mpb_sentence sentence;
} conll_reader;

static bool ends_sentence(const char *line, size_t length)
{
    return mpb_is_blank(line, length) || mpb_is_docstart(line, length);
}

/* *comment: whether a line before the first row of a sentence is one. In a file with comments a
 * line that could be either is refused unless a comment precedes it. */
static mpb_status judge(const conll_reader *reader, const char *line, size_t length,
                        bool after_comment, const mpb_place *place, bool *comment)
{
    const mpb_columns *c = reader->columns;
    bool like_row;

    *comment = false;
    if (!mpb_looks_like_comment(line, length)) {
        return MPB_OK;
    }
    like_row = mpb_has_row_shape(line, length, c->count);
    *comment = !like_row;
    return like_row && c->comments && !after_comment
               ? mpb_place_fail(place,
                                "the line is written like a comment and has the columns of a "
                                "row: a comment line before it tells that it is a row")
               : MPB_OK;
}

static mpb_status fail_ragged(const conll_reader *reader, size_t count, bool like_comment,
                              const mpb_place *place)
{
    char where[MPB_PLACE_SIZE];

    mpb_place_describe(place, where);
    return MPB_FAIL(
        MPB_ERR_DATA, "the row has %zu columns, %zu were expected as in the first row%s (%s)",
        count, reader->columns->count,
        like_comment ? "; comments stand before the first row of a sentence" : "", where);
}

static mpb_status add_row(conll_reader *reader, const char *line, size_t length,
                          const mpb_place *place)
{
    const mpb_columns *c = reader->columns;
    mpb_cells cells = mpb_cells_begin(line, length, mpb_conll_separator(line, length));
    mpb_span cell;
    mpb_span word = {0};
    mpb_span label = {0};
    size_t count = 0;

    for (; mpb_cells_next(&cells, &cell); count++) {
        word = (int)count == c->text ? cell : word;
        label = (int)count == c->label ? cell : label;
    }
    if (count != c->count) {
        return fail_ragged(reader, count, mpb_looks_like_comment(line, length), place);
    }
    if (word.begin == word.end) {
        return mpb_place_fail(place, "the row has no word, one was expected");
    }
    if (c->label != MPB_NO_COLUMN && label.begin == label.end) {
        return mpb_place_fail(place, "the word has no label, one was expected");
    }
    MPB_TRY(mpb_name_check(line + label.begin, label.end - label.begin, place));
    return mpb_sentence_add(&reader->sentence, place, line + word.begin, word.end - word.begin,
                            c->label == MPB_NO_COLUMN ? NULL : line + label.begin,
                            label.end - label.begin);
}

static mpb_status add_rows(conll_reader *reader, const mpb_stretch *block)
{
    mpb_place place = block->place;
    bool comment = false;

    for (size_t at = 0; at < block->size; place.line++) {
        size_t length;
        const char *line = mpb_next_line(block->content, block->size, &at, &length);

        if (reader->sentence.count == 0) {
            MPB_TRY(judge(reader, line, length, comment, &place, &comment));
            if (comment) {
                continue;
            }
        }
        MPB_TRY(add_row(reader, line, length, &place));
    }
    return MPB_OK;
}

static mpb_status take_sentence(conll_reader *reader, const mpb_stretch *block, mpb_sink *sink)
{
    mpb_record record = {.place = block->place};

    MPB_TRY(mpb_text_check(block->content, block->size, &block->place));
    mpb_sentence_reset(&reader->sentence);
    MPB_TRY(add_rows(reader, block));
    if (reader->sentence.count == 0) {
        return MPB_OK; /* comments alone, as at the head of a file */
    }
    mpb_sentence_fill(&reader->sentence, &record);
    return mpb_sink_take(sink, &record);
}

mpb_status mpb_read_conll(const mpb_stretch *stretch, const mpb_columns *columns, mpb_sink *sink)
{
    conll_reader reader = {.columns = columns};
    mpb_stretch rest = *stretch;
    mpb_stretch block;
    mpb_status status = MPB_OK;

    while (status == MPB_OK && mpb_next_block(&rest, ends_sentence, &block)) {
        status = mpb_sink_settle(sink, take_sentence(&reader, &block, sink));
    }
    mpb_sentence_clear(&reader.sentence);
    return status;
}
