#include "mpibert/records/readers.h"

#include <string.h>

const char *mpb_next_line(const char *content, size_t size, size_t *at, size_t *length)
{
    const char *line = content + *at;
    const char *end = memchr(line, '\n', size - *at);
    size_t whole = end == NULL ? size - *at : (size_t)(end - line);

    *at += whole + (end != NULL);
    *length = whole > 0 && end != NULL && line[whole - 1] == '\r' ? whole - 1 : whole;
    return line;
}

bool mpb_is_blank(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
            return false;
        }
    }
    return true;
}

mpb_status mpb_read_lines(const mpb_stretch *stretch, mpb_sink *sink)
{
    mpb_record record = {.place = stretch->place};

    for (size_t at = 0; at < stretch->size; record.place.line++) {
        record.text = mpb_next_line(stretch->content, stretch->size, &at, &record.size);
        MPB_TRY(mpb_sink_settle(sink, mpb_sink_take(sink, &record)));
    }
    return MPB_OK;
}
