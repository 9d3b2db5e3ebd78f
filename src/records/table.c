#include "mpibert/records/table.h"

#include <stdlib.h>
#include <string.h>

static bool at_end(const mpb_table *table)
{
    return table->at == table->size;
}

/* Length of the line end at `at`: 0, 1 or 2. */
static size_t line_end(const mpb_table *table, size_t at)
{
    const char *c = table->content + at;
    size_t left = table->size - at;

    if (left >= 1 && c[0] == '\n') {
        return 1;
    }
    return left >= 2 && c[0] == '\r' && c[1] == '\n' ? 2 : 0;
}

static mpb_status mark(mpb_row *row)
{
    if (row->count + 1 >= row->capacity) {
        size_t capacity = row->capacity == 0 ? 16 : 2 * row->capacity;
        size_t *begins = realloc(row->begins, capacity * sizeof(*begins));

        MPB_REQUIRE(begins != NULL, MPB_ERR_SYSTEM, "no memory for a row of %zu cells", capacity);
        row->begins = begins;
        row->capacity = capacity;
    }
    return MPB_OK;
}

static mpb_status end_cell(mpb_row *row)
{
    MPB_TRY(mpb_buffer_append(&row->bytes, "", 1));
    MPB_TRY(mark(row));
    row->begins[++row->count] = row->bytes.size;
    return MPB_OK;
}

static mpb_status fail_at(const mpb_table *table, uint64_t line, const char *what)
{
    mpb_place place = table->place;
    char where[MPB_PLACE_SIZE];

    place.line = line;
    mpb_place_describe(&place, where);
    return MPB_FAIL(MPB_ERR_DATA, "%s (%s)", what, where);
}

/* The cell after its opening quote, up to and with the closing one. */
static mpb_status read_quoted(mpb_table *table, mpb_row *row)
{
    uint64_t opened = table->place.line;

    table->at++;
    for (;;) {
        size_t begin = table->at;

        while (!at_end(table) && table->content[table->at] != '"') {
            table->place.line += table->content[table->at] == '\n';
            table->at++;
        }
        if (at_end(table)) {
            return fail_at(table, opened, "the quote opened here is never closed");
        }
        MPB_TRY(mpb_buffer_append(&row->bytes, table->content + begin, table->at - begin));
        table->at++;
        if (at_end(table) || table->content[table->at] != '"') {
            break;
        }
        MPB_TRY(mpb_buffer_append(&row->bytes, "\"", 1));
        table->at++;
    }
    if (!at_end(table) && table->content[table->at] != table->separator &&
        line_end(table, table->at) == 0) {
        return fail_at(table, table->place.line,
                       "text follows a closing quote, a separator or the end of the line was "
                       "expected");
    }
    return end_cell(row);
}

static mpb_status read_plain(mpb_table *table, mpb_row *row)
{
    size_t begin = table->at;

    while (!at_end(table) && table->content[table->at] != table->separator &&
           line_end(table, table->at) == 0) {
        table->at++;
    }
    MPB_TRY(mpb_buffer_append(&row->bytes, table->content + begin, table->at - begin));
    return end_cell(row);
}

static void skip_empty_lines(mpb_table *table)
{
    size_t length;

    while ((length = line_end(table, table->at)) > 0) {
        table->at += length;
        table->place.line++;
    }
}

static mpb_status read_record(mpb_table *table, mpb_row *row)
{
    for (;;) {
        size_t end;

        if (table->quotes && !at_end(table) && table->content[table->at] == '"') {
            MPB_TRY(read_quoted(table, row));
        } else {
            MPB_TRY(read_plain(table, row));
        }
        end = line_end(table, table->at);
        if (at_end(table) || end > 0) {
            table->at += end;
            table->place.line += end > 0;
            return MPB_OK;
        }
        table->at++;
    }
}

mpb_table mpb_table_begin(const char *content, size_t size, const mpb_place *place, char separator,
                          bool quotes)
{
    return (mpb_table){.content = content,
                       .size = size,
                       .place = *place,
                       .separator = separator,
                       .quotes = quotes};
}

/* Behind the line that begins at `begin`. */
static void skip_line(mpb_table *table, size_t begin, uint64_t line)
{
    const char *from = table->content + begin;
    const char *end = memchr(from, '\n', table->size - begin);

    table->at = end == NULL ? table->size : (size_t)(end - table->content) + 1;
    table->place.line = line + 1;
}

mpb_status mpb_table_next(mpb_table *table, mpb_row *row, bool *found)
{
    mpb_status status;
    size_t begin;

    skip_empty_lines(table);
    *found = !at_end(table);
    if (!*found) {
        return MPB_OK;
    }
    begin = table->at;
    mpb_buffer_reset(&row->bytes);
    row->count = 0;
    row->line = table->place.line;
    MPB_TRY(mark(row));
    row->begins[0] = 0;
    status = read_record(table, row);
    if (status == MPB_ERR_DATA) {
        skip_line(table, begin, row->line);
    }
    return status;
}

const char *mpb_row_cell(const mpb_row *row, size_t index, size_t *size)
{
    *size = row->begins[index + 1] - row->begins[index] - 1;
    return row->bytes.data + row->begins[index];
}

void mpb_row_clear(mpb_row *row)
{
    mpb_buffer_clear(&row->bytes);
    free(row->begins);
    *row = (mpb_row){0};
}
