#include "mpibert/task/table_rows.h"

#include <string.h>

static mpb_status append_quoted(mpb_buffer *out, const char *text)
{
    MPB_TRY(mpb_buffer_append_text(out, "\""));
    for (const char *at = text; *at != '\0'; at++) {
        MPB_TRY(mpb_buffer_append(out, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1));
    }
    return mpb_buffer_append_text(out, "\"");
}

mpb_status mpb_table_rows_add(mpb_table_rows *rows, const char *text)
{
    const char special[] = {rows->delimiter, '"', '\r', '\n', '\0'};

    MPB_TRY(mpb_buffer_append(rows->out, &rows->delimiter, rows->in_row));
    rows->in_row = true;
    return strpbrk(text, special) == NULL ? mpb_buffer_append_text(rows->out, text)
                                          : append_quoted(rows->out, text);
}

mpb_status mpb_table_rows_add_number(mpb_table_rows *rows, double number)
{
    MPB_TRY(mpb_buffer_append(rows->out, &rows->delimiter, rows->in_row));
    rows->in_row = true;
    return mpb_buffer_append_format(rows->out, "%.9g", number);
}

mpb_status mpb_table_rows_end(mpb_table_rows *rows)
{
    rows->in_row = false;
    return mpb_buffer_append_text(rows->out, rows->delimiter == ',' ? "\r\n" : "\n");
}
