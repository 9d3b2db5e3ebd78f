#include "word_columns.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cells.h"
#include "mpibert/records/readers.h"

enum { MAX_COLUMN_DIGITS = 4 };

bool mpb_is_docstart(const char *line, size_t length)
{
    static const char mark[] = "-DOCSTART-";
    size_t size = sizeof(mark) - 1;

    return length >= size && memcmp(line, mark, size) == 0 &&
           (length == size || mpb_is_blank(line + size, 1));
}

/* A column that the options do not name, or name by the key's default, is `usual`. */
static bool is_usual(const char *option, const char *usual)
{
    return option == NULL || strcmp(option, usual) == 0;
}

/* *column = the number that the option holds, if rows have such a column. */
static bool find_number(const char *option, size_t count, int *column)
{
    size_t digits = strspn(option, "0123456789");

    if (digits == 0 || digits > MAX_COLUMN_DIGITS || option[digits] != '\0' ||
        (size_t)atoi(option) >= count) {
        return false;
    }
    *column = atoi(option);
    return true;
}

bool mpb_looks_like_comment(const char *line, size_t length)
{
    return length >= 2 && line[0] == '#' && (line[1] == ' ' || line[1] == '\t');
}

static size_t count_cells(const char *line, size_t length, mpb_span *first)
{
    mpb_cells cells = mpb_cells_begin(line, length, mpb_conll_separator(line, length));
    mpb_span cell;
    size_t count = 0;

    while (mpb_cells_next(&cells, &cell)) {
        *first = count == 0 ? cell : *first;
        count++;
    }
    return count;
}

bool mpb_has_row_shape(const char *line, size_t length, size_t count)
{
    mpb_span first = {0};

    return count_cells(line, length, &first) == count && first.end - first.begin == 1;
}

static bool ends_sentence(const char *line, size_t length)
{
    return mpb_is_blank(line, length) || mpb_is_docstart(line, length);
}

/* Cells of the first row that is not written like a comment, or of the first line that is; 0: there
 * is neither. */
static size_t count_columns(const char *head, size_t size)
{
    size_t of_comment = 0;
    mpb_span first;

    for (size_t at = 0; at < size;) {
        size_t length;
        const char *line = mpb_next_line(head, size, &at, &length);

        if (ends_sentence(line, length)) {
            continue;
        }
        if (!mpb_looks_like_comment(line, length)) {
            return count_cells(line, length, &first);
        }
        of_comment = of_comment == 0 ? count_cells(line, length, &first) : of_comment;
    }
    return of_comment;
}

/* Whether comments, which are no rows of `count` cells, stand before sentences. */
static bool has_comments(const char *head, size_t size, size_t count)
{
    bool before_rows = true;

    for (size_t at = 0; at < size;) {
        size_t length;
        const char *line = mpb_next_line(head, size, &at, &length);

        if (ends_sentence(line, length)) {
            before_rows = true;
        } else if (!mpb_looks_like_comment(line, length)) {
            before_rows = false;
        } else if (before_rows && !mpb_has_row_shape(line, length, count)) {
            return true;
        }
    }
    return false;
}

static mpb_status fail_missing(const char *option, const mpb_columns *columns, const char *name)
{
    return MPB_FAIL(MPB_ERR_DATA,
                    "there is no column '%s', a number from 0 to %zu was expected (%s)", option,
                    columns->count - 1, name);
}

static mpb_status find_label(const mpb_read_options *options, const char *name,
                             mpb_columns *columns)
{
    bool usual = is_usual(options->label_column, "label");

    columns->label = MPB_NO_COLUMN;
    if (usual && columns->count > 1) {
        columns->label = (int)columns->count - 1;
    }
    if (usual || find_number(options->label_column, columns->count, &columns->label)) {
        MPB_REQUIRE(columns->label != MPB_NO_COLUMN || !options->need_labels, MPB_ERR_DATA,
                    "the rows have one column, a word and its label were expected (%s)", name);
        return MPB_OK;
    }
    return options->need_labels ? fail_missing(options->label_column, columns, name) : MPB_OK;
}

mpb_status mpb_conll_columns(const char *head, size_t size, const mpb_read_options *options,
                             const char *name, mpb_columns *columns)
{
    mpb_columns found = {
        .text_b = MPB_NO_COLUMN, .id = MPB_NO_COLUMN, .count = count_columns(head, size)};

    found.comments = has_comments(head, size, found.count);
    MPB_REQUIRE(found.count > 0, MPB_ERR_DATA,
                "there is no example, at least one was expected: no line of the first %zu bytes "
                "holds a word (%s)",
                size, name);
    if (!is_usual(options->text_column, "text") &&
        !find_number(options->text_column, found.count, &found.text)) {
        return fail_missing(options->text_column, &found, name);
    }
    MPB_TRY(find_label(options, name, &found));
    *columns = found;
    return MPB_OK;
}

static mpb_status find_conllu(const char *option, const char *name, int *column)
{
    static const char *const names[MPB_CONLLU_COLUMNS] = {
        "id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc"};

    for (int i = 1; i < MPB_CONLLU_COLUMNS; i++) {
        if (strcasecmp(option, names[i]) == 0) {
            *column = i;
            return MPB_OK;
        }
    }
    MPB_REQUIRE(find_number(option, MPB_CONLLU_COLUMNS, column) && *column > 0, MPB_ERR_DATA,
                "there is no column '%s', form, lemma, upos, xpos, feats, head, deprel, deps, misc "
                "or a number from 1 to 9 was expected (%s)",
                option, name);
    return MPB_OK;
}

mpb_status mpb_conllu_columns(const mpb_read_options *options, const char *name,
                              mpb_columns *columns)
{
    const char *text = is_usual(options->text_column, "text") ? "form" : options->text_column;
    const char *label = is_usual(options->label_column, "label") ? "upos" : options->label_column;
    mpb_columns found = {.text_b = MPB_NO_COLUMN, .id = MPB_NO_COLUMN, .count = MPB_CONLLU_COLUMNS};

    MPB_TRY(find_conllu(text, name, &found.text));
    MPB_TRY(find_conllu(label, name, &found.label));
    *columns = found;
    return MPB_OK;
}
