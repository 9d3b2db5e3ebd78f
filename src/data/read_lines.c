#include "readers.h"

#include <stdio.h>
#include <string.h>

enum { PLACE_SIZE = 512 };

const char *mpb_next_line(const char *content, size_t size, size_t *at, size_t *length)
{
    const char *line = content + *at;
    const char *end = memchr(line, '\n', size - *at);
    size_t whole = end == NULL ? size - *at : (size_t)(end - line);

    *at += whole + (end != NULL);
    *length = whole > 0 && end != NULL && line[whole - 1] == '\r' ? whole - 1 : whole;
    return line;
}

/* Every line is an example, empty ones too: answers then stand on the lines of their questions. */
mpb_status mpb_read_lines(const char *content, size_t size, const char *where,
                          mpb_collector *collector)
{
    size_t at = 0;

    MPB_REQUIRE(!collector->options->need_labels, MPB_ERR_DATA,
                "plain text has no labels, a format with labels was expected (%s)", where);
    for (size_t number = 1; at < size; number++) {
        size_t length;
        const char *line = mpb_next_line(content, size, &at, &length);
        char place[PLACE_SIZE];

        snprintf(place, sizeof(place), "%s, line %zu", where, number);
        MPB_TRY(mpb_collector_add(collector,
                                  &(mpb_found){.text = line, .size = length, .where = place}));
    }
    return MPB_OK;
}
