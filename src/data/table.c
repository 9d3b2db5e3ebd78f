#include "table.h"

#include <stdlib.h>

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

static mpb_status mark(mpb_record *record)
{
    if (record->count + 1 >= record->capacity) {
        size_t capacity = record->capacity == 0 ? 16 : 2 * record->capacity;
        size_t *begins = realloc(record->begins, capacity * sizeof(*begins));

        MPB_REQUIRE(begins != NULL, MPB_ERR_SYSTEM, "no memory for a row of %zu cells", capacity);
        record->begins = begins;
        record->capacity = capacity;
    }
    return MPB_OK;
}

static mpb_status end_cell(mpb_record *record)
{
    MPB_TRY(mpb_buffer_append(&record->bytes, "", 1));
    MPB_TRY(mark(record));
    record->begins[++record->count] = record->bytes.size;
    return MPB_OK;
}

/* The cell after its opening quote, up to and with the closing one. */
static mpb_status read_quoted(mpb_table *table, mpb_record *record)
{
    size_t opened = table->line;

    table->at++;
    for (;;) {
        size_t begin = table->at;

        while (!at_end(table) && table->content[table->at] != '"') {
            table->line += table->content[table->at] == '\n';
            table->at++;
        }
        MPB_REQUIRE(!at_end(table), MPB_ERR_DATA,
                    "the quote opened here is never closed (%s, line %zu)", table->where, opened);
        MPB_TRY(mpb_buffer_append(&record->bytes, table->content + begin, table->at - begin));
        table->at++;
        if (at_end(table) || table->content[table->at] != '"') {
            break;
        }
        MPB_TRY(mpb_buffer_append(&record->bytes, "\"", 1));
        table->at++;
    }
    MPB_REQUIRE(at_end(table) || table->content[table->at] == table->separator ||
                    line_end(table, table->at) > 0,
                MPB_ERR_DATA,
                "text follows a closing quote, a separator or the end of the line was expected "
                "(%s, line %zu)",
                table->where, table->line);
    return end_cell(record);
}

static mpb_status read_plain(mpb_table *table, mpb_record *record)
{
    size_t begin = table->at;

    while (!at_end(table) && table->content[table->at] != table->separator &&
           line_end(table, table->at) == 0) {
        table->at++;
    }
    MPB_TRY(mpb_buffer_append(&record->bytes, table->content + begin, table->at - begin));
    return end_cell(record);
}

static void skip_empty_lines(mpb_table *table)
{
    size_t length;

    while ((length = line_end(table, table->at)) > 0) {
        table->at += length;
        table->line++;
    }
}

static mpb_status read_record(mpb_table *table, mpb_record *record)
{
    for (;;) {
        size_t end;

        if (table->quotes && !at_end(table) && table->content[table->at] == '"') {
            MPB_TRY(read_quoted(table, record));
        } else {
            MPB_TRY(read_plain(table, record));
        }
        end = line_end(table, table->at);
        if (at_end(table) || end > 0) {
            table->at += end;
            table->line += end > 0;
            return MPB_OK;
        }
        table->at++;
    }
}

mpb_status mpb_table_next(mpb_table *table, mpb_record *record, bool *found)
{
    skip_empty_lines(table);
    *found = !at_end(table);
    if (!*found) {
        return MPB_OK;
    }
    mpb_buffer_reset(&record->bytes);
    record->count = 0;
    record->line = table->line;
    MPB_TRY(mark(record));
    record->begins[0] = 0;
    return read_record(table, record);
}

const char *mpb_record_cell(const mpb_record *record, size_t index, size_t *size)
{
    *size = record->begins[index + 1] - record->begins[index] - 1;
    return record->bytes.data + record->begins[index];
}

void mpb_record_clear(mpb_record *record)
{
    mpb_buffer_clear(&record->bytes);
    free(record->begins);
    *record = (mpb_record){0};
}
