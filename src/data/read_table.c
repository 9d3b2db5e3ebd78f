#include "readers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

enum { NO_COLUMN = -1, MAX_COLUMN_DIGITS = 4, PLACE_SIZE = 512 };

/* Where a row keeps what; NO_COLUMN where it does not. */
typedef struct columns {
    int text;
    int text_b;
    int label;
    int id;
    size_t count;     /* cells of every row */
    bool have_header; /* false: the first row is an example */
} columns;

static int find_name(const mpb_record *header, const char *name)
{
    for (size_t i = 0; i < header->count; i++) {
        size_t size;
        const char *cell = mpb_record_cell(header, i, &size);

        if (size == strlen(name) && memcmp(cell, name, size) == 0) {
            return (int)i;
        }
    }
    return NO_COLUMN;
}

static bool is_named(const mpb_record *header, const char *name)
{
    return name != NULL && find_name(header, name) != NO_COLUMN;
}

/* The column by its name, or by its number where no column has that name. */
static int find_column(const mpb_record *header, const char *name)
{
    size_t digits = strspn(name, "0123456789");
    int found = find_name(header, name);

    if (found != NO_COLUMN || digits == 0 || digits > MAX_COLUMN_DIGITS || name[digits] != '\0') {
        return found;
    }
    found = atoi(name);
    return (size_t)found < header->count ? found : NO_COLUMN;
}

static mpb_status fail_missing(const mpb_record *header, const char *name, const char *where)
{
    mpb_buffer names = {0};
    mpb_status status = MPB_OK;

    for (size_t i = 0; i < header->count && status == MPB_OK; i++) {
        size_t size;
        const char *cell = mpb_record_cell(header, i, &size);

        status = mpb_buffer_append_format(&names, "%s%.40s", i == 0 ? "" : ", ", cell);
    }
    if (status == MPB_OK) {
        status = MPB_FAIL(MPB_ERR_DATA, "there is no column '%s', the columns are: %.400s (%s)",
                          name, names.data, where);
    }
    mpb_buffer_clear(&names);
    return status;
}

static mpb_status require_column(const mpb_record *header, const char *name, const char *where,
                                 int *column)
{
    int found = NO_COLUMN;

    if (name != NULL) {
        found = find_column(header, name);
        if (found == NO_COLUMN) {
            return fail_missing(header, name, where);
        }
    }
    *column = found;
    return MPB_OK;
}

static mpb_status find_columns(const mpb_record *header, const mpb_read_options *options,
                               const char *where, columns *c)
{
    MPB_TRY(require_column(header, options->text_column, where, &c->text));
    MPB_TRY(require_column(header, options->text_column_b, where, &c->text_b));
    MPB_TRY(require_column(header, options->id_column, where, &c->id));
    if (options->need_labels) {
        MPB_TRY(require_column(header, options->label_column, where, &c->label));
    } else {
        c->label =
            options->label_column == NULL ? NO_COLUMN : find_column(header, options->label_column);
    }
    c->count = header->count;
    c->have_header =
        is_named(header, options->text_column) || is_named(header, options->text_column_b) ||
        is_named(header, options->label_column) || is_named(header, options->id_column);
    return MPB_OK;
}

/* A cell that becomes a label or an id; NULL where there is no such column. */
static mpb_status short_cell(const mpb_record *row, int column, const char *place,
                             const char **cell)
{
    size_t size;

    if (column == NO_COLUMN) {
        *cell = NULL;
        return MPB_OK;
    }
    *cell = mpb_record_cell(row, (size_t)column, &size);
    MPB_REQUIRE(strlen(*cell) == size, MPB_ERR_DATA, "a label or id holds a NUL byte (%s)", place);
    return MPB_OK;
}

static mpb_status add_row(const mpb_record *row, const columns *c, const char *where,
                          mpb_collector *collector)
{
    mpb_found found = {0};
    char place[PLACE_SIZE];

    snprintf(place, sizeof(place), "%s, line %zu", where, row->line);
    MPB_REQUIRE(row->count == c->count, MPB_ERR_DATA,
                "the row has %zu cells, %zu were expected as in the first row (%s)", row->count,
                c->count, place);
    found.where = place;
    found.text = mpb_record_cell(row, (size_t)c->text, &found.size);
    if (c->text_b != NO_COLUMN) {
        found.text_b = mpb_record_cell(row, (size_t)c->text_b, &found.size_b);
    }
    MPB_TRY(short_cell(row, c->label, place, &found.label));
    MPB_TRY(short_cell(row, c->id, place, &found.id));
    return mpb_collector_add(collector, &found);
}

static mpb_status read_rows(mpb_table *table, mpb_record *row, mpb_collector *collector)
{
    columns c = {0};
    bool found;

    MPB_TRY(mpb_table_next(table, row, &found));
    MPB_REQUIRE(found, MPB_ERR_DATA, "the file is empty, a row of column names was expected (%s)",
                table->where);
    MPB_TRY(find_columns(row, collector->options, table->where, &c));
    if (!c.have_header) {
        MPB_TRY(add_row(row, &c, table->where, collector));
    }
    MPB_TRY(mpb_table_next(table, row, &found));
    while (found) {
        MPB_TRY(add_row(row, &c, table->where, collector));
        MPB_TRY(mpb_table_next(table, row, &found));
    }
    return MPB_OK;
}

mpb_status mpb_read_table(const char *content, size_t size, const char *where,
                          mpb_data_format format, mpb_collector *collector)
{
    mpb_table table = {
        .content = content,
        .size = size,
        .line = 1,
        .where = where,
        .separator = format == MPB_FORMAT_CSV ? ',' : '\t',
        .quotes = format == MPB_FORMAT_CSV,
    };
    mpb_record row = {0};
    mpb_status status = read_rows(&table, &row, collector);

    mpb_record_clear(&row);
    return status;
}
