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

bool mpb_columns_are_named(const mpb_row *first, const mpb_read_options *options)
{
    const char *const wanted[] = {options->text_column, options->text_column_b, options->id_column,
                                  options->need_labels ? options->label_column : NULL};
    size_t num_named = 0;

    for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
        if (wanted[i] == NULL || is_number(wanted[i])) {
            continue;
        }
        if (!is_named(first, wanted[i])) {
            return false;
        }
        num_named++;
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

static bool names_a_column(const mpb_row *row, const mpb_read_options *options)
{
    return is_named(row, options->text_column) || is_named(row, options->text_column_b) ||
           is_named(row, options->label_column) || is_named(row, options->id_column);
}

mpb_status mpb_columns_find(const mpb_row *header, const mpb_read_options *options,
                            const char *where, mpb_columns *columns)
{
    MPB_TRY(require_column(header, options->text_column, where, &columns->text));
    MPB_TRY(require_column(header, options->text_column_b, where, &columns->text_b));
    MPB_TRY(require_column(header, options->id_column, where, &columns->id));
    if (options->need_labels) {
        MPB_TRY(require_column(header, options->label_column, where, &columns->label));
    } else {
        columns->label = options->label_column == NULL ? MPB_NO_COLUMN
                                                       : find_column(header, options->label_column);
    }
    if (mpb_task_data_of(options->task)->labels == MPB_LABELS_CHOICE) {
        MPB_TRY(find_choices(header, options->choices_column, where, columns));
    }
    columns->count = header->count;
    columns->have_header = options->header == MPB_HEADER_YES ||
                           (options->header == MPB_HEADER_AUTO && names_a_column(header, options));
    return MPB_OK;
}
