#include "blocks.h"

#include <string.h>

/* Takes lines off up to the first for which `ends` is not, or is, `wanted`. */
static void drop_lines(mpb_stretch *rest, bool (*ends)(const char *, size_t), bool wanted)
{
    while (rest->size > 0) {
        size_t at = 0;
        size_t length;
        const char *line = mpb_next_line(rest->content, rest->size, &at, &length);

        if (ends(line, length) == wanted) {
            return;
        }
        rest->content += at;
        rest->size -= at;
        rest->place.line++;
    }
}

bool mpb_next_block(mpb_stretch *rest, bool (*ends)(const char *line, size_t length),
                    mpb_stretch *block)
{
    drop_lines(rest, ends, false);
    *block = *rest;
    drop_lines(rest, ends, true);
    block->size = (size_t)(rest->content - block->content);
    return block->size > 0;
}

/* *blank: whether the line at hand is, so far. The end of the first blank line, or 0. */
static size_t find_blank_end(const char *bytes, size_t size, bool *blank)
{
    size_t i = 0;

    while (i < size) {
        const char *end = memchr(bytes + i, '\n', size - i);
        size_t length = end == NULL ? size - i : (size_t)(end - bytes) - i;

        *blank = *blank && mpb_is_blank(bytes + i, length);
        i += length + (end != NULL);
        if (end != NULL && *blank) {
            return i;
        }
        *blank = end != NULL || *blank;
    }
    return 0;
}

mpb_status mpb_block_end(mpb_window *window, uint64_t at, uint64_t *found)
{
    bool blank = true;
    uint64_t begin = at;

    while (at < window->input->size) {
        const char *bytes;
        size_t size;
        size_t end;

        MPB_TRY(mpb_window_check(window, begin, at));
        MPB_TRY(mpb_window_at(window, at, &bytes, &size));
        end = find_blank_end(bytes, size, &blank);
        if (end > 0) {
            *found = at + end;
            return MPB_OK;
        }
        at += size;
    }
    *found = window->input->size;
    return MPB_OK;
}
