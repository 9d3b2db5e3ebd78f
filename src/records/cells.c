#include "cells.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\r';
}

mpb_span mpb_trim(const char *line, size_t begin, size_t end)
{
    while (begin < end && is_blank(line[begin])) {
        begin++;
    }
    while (end > begin && is_blank(line[end - 1])) {
        end--;
    }
    return (mpb_span){begin, end};
}

mpb_cells mpb_cells_begin(const char *line, size_t length, char separator)
{
    mpb_span inside = mpb_trim(line, 0, length);

    return (mpb_cells){
        .line = line, .length = inside.end, .at = inside.begin, .separator = separator};
}

bool mpb_cells_next(mpb_cells *cells, mpb_span *cell)
{
    const char *separator;
    size_t end;

    if (cells->over) {
        return false;
    }
    while (cells->separator == ' ' && cells->at < cells->length && cells->line[cells->at] == ' ') {
        cells->at++;
    }
    separator = memchr(cells->line + cells->at, cells->separator, cells->length - cells->at);
    end = separator == NULL ? cells->length : (size_t)(separator - cells->line);
    *cell = mpb_trim(cells->line, cells->at, end);
    cells->at = end + 1;
    cells->over = separator == NULL;
    return true;
}

char mpb_conll_separator(const char *line, size_t length)
{
    return memchr(line, '\t', length) == NULL ? ' ' : '\t';
}
