#include "mpibert/records/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "label_list.h"

enum { MAX_COLUMN_DIGITS = 4 };

/* Names of columns may have blanks around them. */
static bool is_cell(const mpb_row *header, size_t i, const char *name)
{
    size_t size;
    const char *cell = mpb_row_cell(header, i, &size);

    cell = mpb_label_trim(cell, &size);
    return size == strlen(name) && memcmp(cell, name, size) == 0;
}

static int find_name(const mpb_row *header, const char *name)
{
    for (size_t i = 0; i < header->count; i++) {
        if (is_cell(header, i, name)) {
            return (int)i;
        }
    }
    return MPB_NO_COLUMN;
}

static bool is_named(const mpb_row *header, const char *name)
{
    return name != NULL && find_name(header, name) != MPB_NO_COLUMN;
}

static bool is_number(const char *name)
{
    size_t digits = strspn(name, "0123456789");

    return digits > 0 && digits <= MAX_COLUMN_DIGITS && name[digits] == '\0';
}

/* The column by its name, or by its number where no column has that name. */
static int find_column(const mpb_row *header, const char *name)
{
    int found = find_name(header, name);

    if (found != MPB_NO_COLUMN || !is_number(name)) {
        return found;
    }
    found = atoi(name);
    return (size_t)found < header->count ? found : MPB_NO_COLUMN;
}

/* A file in UTF-16 has one in every other byte. */
static bool holds_nul(const mpb_row *header)
{
    for (size_t i = 0; i < header->count; i++) {
        size_t size;
        const char *cell = mpb_row_cell(header, i, &size);

        if (memchr(cell, '\0', size) != NULL) {
            return true;
        }
    }
    return false;
}

/* Whether a wanted column is there under its name; one that is numbered, or that nobody wants, tells
 * nothing. */
static bool is_absent(const mpb_row *first, const char *name, size_t *num_named)
{
    if (name == NULL || is_number(name)) {
        return false;
    }
    (*num_named)++;
    return !is_named(first, name);
}

static bool lacks_labels(const mpb_row *first, const mpb_read_options *options, size_t *num_named)
{
    if (!mpb_has_score_columns(options)) {
        return is_absent(first, options->label_column, num_named);
    }
    for (size_t i = 0; i < options->score_columns->count; i++) {
        if (is_absent(first, options->score_columns->items[i], num_named)) {
            return true;
        }
    }
    return false;
}

bool mpb_columns_are_named(const mpb_row *first, const mpb_read_options *options)
{
    const char *const wanted[] = {options->text_column, options->text_column_b, options->id_column};
    size_t num_named = 0;

    for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
        if (is_absent(first, wanted[i], &num_named)) {
            return false;
        }
    }
    if (options->need_labels && lacks_labels(first, options, &num_named)) {
        return false;
    }
    return num_named > 0 && options->header != MPB_HEADER_NO;
}

static mpb_status fail_missing(const mpb_row *header, const char *name, const char *where)
{
    mpb_buffer names = {0};
    mpb_status status = MPB_OK;

    MPB_REQUIRE(!holds_nul(header), MPB_ERR_DATA,
                "there is no column '%s', and a column's name holds a NUL byte: text in UTF-8 was "
                "expected (%s)",
                name, where);
    for (size_t i = 0; i < header->count && status == MPB_OK; i++) {
        size_t size;
        const char *cell = mpb_row_cell(header, i, &size);

        status = mpb_buffer_append_format(&names, "%s%.40s", i == 0 ? "" : ", ", cell);
    }
    if (status == MPB_OK) {
        status = MPB_FAIL(MPB_ERR_DATA, "there is no column '%s', %s: %.400s (%s)", name,
                          header->count == 1 ? "the only one (is data.delimiter right?) is"
                                             : "the columns are",
                          names.data, where);
    }
    mpb_buffer_clear(&names);
    return status;
}

static mpb_status refuse_repeated(const mpb_row *header, const char *name, const char *where)
{
    size_t count = 0;

    for (size_t i = 0; i < header->count; i++) {
        count += is_cell(header, i, name);
    }
    MPB_REQUIRE(count <= 1, MPB_ERR_DATA, "there are %zu columns '%s', one was expected (%s)",
                count, name, where);
    return MPB_OK;
}

static mpb_status require_column(const mpb_row *header, const char *name, const char *where,
                                 int *column)
{
    int found = MPB_NO_COLUMN;

    if (name != NULL) {
        MPB_TRY(refuse_repeated(header, name, where));
        found = find_column(header, name);
        if (found == MPB_NO_COLUMN) {
            return fail_missing(header, name, where);
        }
    }
    *column = found;
    return MPB_OK;
}

/* NAME0, NAME1, ... or, where there is no NAME0, NAME1, NAME2, ... */
static mpb_status find_choices(const mpb_row *header, const char *name, const char *where,
                               mpb_columns *columns)
{
    char numbered[64];
    int found;
    int first;

    snprintf(numbered, sizeof(numbered), "%.40s0", name);
    first = find_name(header, numbered) == MPB_NO_COLUMN;
    for (columns->num_choices = 0; columns->num_choices < MPB_MAX_CHOICES; columns->num_choices++) {
        snprintf(numbered, sizeof(numbered), "%.40s%d", name, first + columns->num_choices);
        MPB_TRY(refuse_repeated(header, numbered, where));
        found = find_name(header, numbered);
        if (found == MPB_NO_COLUMN) {
            break;
        }
        columns->choices[columns->num_choices] = found;
    }
    return columns->num_choices >= 2 ? MPB_OK : fail_missing(header, numbered, where);
}

static bool names_labels(const mpb_row *row, const mpb_read_options *options)
{
    if (!mpb_has_score_columns(options)) {
        return is_named(row, options->label_column);
    }
    for (size_t i = 0; i < options->score_columns->count; i++) {
        if (is_named(row, options->score_columns->items[i])) {
            return true;
        }
    }
    return false;
}

static bool names_a_column(const mpb_row *row, const mpb_read_options *options)
{
    return is_named(row, options->text_column) || is_named(row, options->text_column_b) ||
           names_labels(row, options) || is_named(row, options->id_column);
}

/* *column = MPB_NO_COLUMN where it is missing and not needed. */
static mpb_status find_target(const mpb_row *header, const char *name, bool needed,
                              const char *where, int *column)
{
    if (needed) {
        return require_column(header, name, where, column);
    }
    *column = name == NULL ? MPB_NO_COLUMN : find_column(header, name);
    return MPB_OK;
}

/* All of them, or none where one is missing and nobody needs them. */
static mpb_status find_scores(const mpb_row *header, const mpb_read_options *options,
                              const char *where, mpb_columns *columns)
{
    const int count = (int)options->score_columns->count;

    columns->label = MPB_NO_COLUMN;
    columns->num_scores = count;
    for (int i = 0; i < count; i++) {
        MPB_TRY(find_target(header, options->score_columns->items[i], options->need_labels, where,
                            &columns->scores[i]));
        columns->num_scores = columns->scores[i] == MPB_NO_COLUMN ? 0 : columns->num_scores;
    }
    return MPB_OK;
}

mpb_status mpb_columns_find(const mpb_row *header, const mpb_read_options *options,
                            const char *where, mpb_columns *columns)
{
    MPB_TRY(require_column(header, options->text_column, where, &columns->text));
    MPB_TRY(require_column(header, options->text_column_b, where, &columns->text_b));
    MPB_TRY(require_column(header, options->id_column, where, &columns->id));
    columns->num_scores = 0;
    MPB_TRY(mpb_has_score_columns(options)
                ? find_scores(header, options, where, columns)
                : find_target(header, options->label_column, options->need_labels, where,
                              &columns->label));
    if (mpb_task_data_of(options->task)->labels == MPB_LABELS_CHOICE) {
        MPB_TRY(find_choices(header, options->choices_column, where, columns));
    }
    columns->count = header->count;
    columns->have_header = options->header == MPB_HEADER_YES ||
                           (options->header == MPB_HEADER_AUTO && names_a_column(header, options));
    return MPB_OK;
}
