#include "mpibert/records/cut.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"
#include "json_items.h"
#include "window.h"

void mpb_ranges_clear(mpb_ranges *ranges)
{
    free(ranges->items);
    *ranges = (mpb_ranges){0};
}

static mpb_status add(mpb_ranges *ranges, size_t input, uint64_t begin, uint64_t end)
{
    if (begin == end) {
        return MPB_OK;
    }
    if (ranges->count == ranges->capacity) {
        size_t capacity = ranges->capacity == 0 ? 64 : 2 * ranges->capacity;
        mpb_range *items = realloc(ranges->items, capacity * sizeof(*items));

        MPB_REQUIRE(items != NULL, MPB_ERR_SYSTEM, "no memory for %zu ranges", capacity);
        ranges->items = items;
        ranges->capacity = capacity;
    }
    ranges->items[ranges->count++] = (mpb_range){.input = input, .begin = begin, .end = end};
    return MPB_OK;
}

static mpb_status add_too_long(mpb_ranges *ranges, size_t input, uint64_t begin, uint64_t end)
{
    size_t before = ranges->count;

    MPB_TRY(add(ranges, input, begin, end));
    if (ranges->count > before) {
        ranges->items[before].too_long = true;
    }
    return MPB_OK;
}

static mpb_status cut_folder(const mpb_input *input, size_t index, uint64_t target,
                             mpb_ranges *ranges)
{
    uint64_t begin = 0;
    uint64_t bytes = 0;

    for (uint64_t i = 0; i < input->size; i++) {
        bytes += input->folder.bytes[i];
        if (bytes >= target) {
            MPB_TRY(add(ranges, index, begin, i + 1));
            begin = i + 1;
            bytes = 0;
        }
    }
    return add(ranges, index, begin, input->size);
}

/* *found = the first position >= at behind a line end, or the end of the input. */
static mpb_status next_line(mpb_window *window, uint64_t at, uint64_t *found)
{
    uint64_t begin = at;

    while (at < window->input->size) {
        const char *bytes;
        size_t size;
        const char *end;

        MPB_TRY(mpb_window_check(window, begin, at));
        MPB_TRY(mpb_window_at(window, at, &bytes, &size));
        end = memchr(bytes, '\n', size);
        if (end != NULL) {
            *found = at + (uint64_t)(end - bytes) + 1;
            return MPB_OK;
        }
        at += size;
    }
    *found = window->input->size;
    return MPB_OK;
}

/* *found = where the line begins that holds the byte at `at`, or the last line; begin <= at. */
static mpb_status line_begin(mpb_window *window, uint64_t begin, uint64_t at, uint64_t *found)
{
    uint64_t next = begin;

    do {
        *found = next;
        MPB_TRY(next_line(window, next, &next));
    } while (next <= at && next < window->input->size);
    return MPB_OK;
}

/* Adds [begin, end), in which only the record that stands at `goal` can be too long. */
static mpb_status add_lines(mpb_window *window, size_t index, uint64_t begin, uint64_t goal,
                            uint64_t end, mpb_ranges *ranges)
{
    uint64_t line;

    if (end - begin <= MPB_RECORD_LIMIT) {
        return add(ranges, index, begin, end);
    }
    MPB_TRY(line_begin(window, begin, goal, &line));
    if (end - line <= MPB_RECORD_LIMIT) {
        return add(ranges, index, begin, end);
    }
    MPB_TRY(add(ranges, index, begin, line));
    return add_too_long(ranges, index, line, end);
}

static mpb_status cut_lines(mpb_window *window, size_t index, uint64_t target, mpb_ranges *ranges)
{
    uint64_t begin = window->input->begin;
    uint64_t size = window->input->size;

    while (begin < size) {
        uint64_t goal = size - begin > target ? begin + target : size;
        uint64_t end = size;

        if (goal < size) {
            MPB_TRY(next_line(window, goal, &end));
        }
        MPB_TRY(add_lines(window, index, begin, goal, end, ranges));
        begin = end;
    }
    return MPB_OK;
}

/* What a table with quotes is read in, byte by byte. A record is wrong where the reader (table.c)
 * refuses it: text follows a closing quote. */
typedef enum csv_state {
    CELL_BEGIN,
    PLAIN,
    QUOTED,
    QUOTE_IN_QUOTED,
    RETURN_BEHIND_QUOTE,
    RECORD_END,
    RECORD_WRONG,
} csv_state;

/* Outside of quotes. */
static csv_state csv_step_plain(char c, char delimiter)
{
    if (c == '\n') {
        return RECORD_END;
    }
    return c == delimiter ? CELL_BEGIN : PLAIN;
}

static csv_state csv_step(csv_state state, char c, char delimiter)
{
    switch (state) {
    case CELL_BEGIN:
        return c == '"' ? QUOTED : csv_step_plain(c, delimiter);
    case QUOTED:
        return c == '"' ? QUOTE_IN_QUOTED : QUOTED;
    case QUOTE_IN_QUOTED:
        if (c == '"' || c == '\r') {
            return c == '"' ? QUOTED : RETURN_BEHIND_QUOTE;
        }
        return c == delimiter || c == '\n' ? csv_step_plain(c, delimiter) : RECORD_WRONG;
    case RETURN_BEHIND_QUOTE:
        return c == '\n' ? RECORD_END : RECORD_WRONG;
    case PLAIN:
    case RECORD_END:
    case RECORD_WRONG:
        break;
    }
    return csv_step_plain(c, delimiter);
}

static bool csv_is_over(csv_state state)
{
    return state == RECORD_END || state == RECORD_WRONG;
}

/* Steps until the record is over; the number of bytes that took. */
static size_t csv_walk(csv_state *state, char delimiter, const char *bytes, size_t size)
{
    size_t at = 0;

    while (at < size && !csv_is_over(*state)) {
        if (*state == QUOTED) {
            const char *quote = memchr(bytes + at, '"', size - at);

            at = quote == NULL ? size - 1 : (size_t)(quote - bytes);
        }
        *state = csv_step(*state, bytes[at++], delimiter);
    }
    return at;
}

/* *found = where the record that begins at `at` ends. One that is wrong, or has a quote that is not
 * closed within the limit, ends with its first line, as for the reader, which refuses or skips that
 * line. */
static mpb_status csv_record_end(mpb_window *window, uint64_t at, uint64_t *found)
{
    uint64_t record = at;
    csv_state state = CELL_BEGIN;

    while (at < window->input->size && at - record < MPB_RECORD_LIMIT && !csv_is_over(state)) {
        const char *bytes;
        size_t size;

        MPB_TRY(mpb_window_at(window, at, &bytes, &size));
        at += csv_walk(&state, window->input->columns.delimiter, bytes, size);
    }
    if (state == RECORD_END ||
        (at == window->input->size &&
         (state == CELL_BEGIN || state == PLAIN || state == QUOTE_IN_QUOTED))) {
        *found = at;
        return MPB_OK;
    }
    return next_line(window, record, found);
}

/* *found = where the record that begins at `at` ends. */
typedef mpb_status (*record_end)(mpb_window *window, uint64_t at, uint64_t *found);

static mpb_status cut_records(mpb_window *window, record_end find_end, size_t index,
                              uint64_t target, mpb_ranges *ranges)
{
    uint64_t begin = window->input->begin;
    uint64_t at = begin;

    while (at < window->input->size) {
        uint64_t end;

        MPB_TRY(find_end(window, at, &end));
        if (end - at > MPB_RECORD_LIMIT) {
            MPB_TRY(add(ranges, index, begin, at));
            MPB_TRY(add_too_long(ranges, index, at, end));
            begin = end;
        } else if (end - begin >= target) {
            MPB_TRY(add(ranges, index, begin, end));
            begin = end;
        }
        at = end;
    }
    return add(ranges, index, begin, window->input->size);
}

static mpb_status cut_file(mpb_window *window, size_t index, uint64_t target, mpb_ranges *ranges)
{
    switch (window->input->format) {
    case MPB_FORMAT_CSV:
        return cut_records(window, csv_record_end, index, target, ranges);
    case MPB_FORMAT_CONLL:
    case MPB_FORMAT_CONLLU:
        return cut_records(window, mpb_block_end, index, target, ranges);
    case MPB_FORMAT_JSON:
    case MPB_FORMAT_SQUAD:
        MPB_TRY(mpb_json_items_check(window));
        return cut_records(window, mpb_json_item_end, index, target, ranges);
    default:
        return cut_lines(window, index, target, ranges);
    }
}

mpb_status mpb_input_cut(const mpb_input *input, size_t index, uint64_t target, mpb_ranges *ranges)
{
    mpb_window window = {.input = input};
    mpb_status status;

    if (input->format == MPB_FORMAT_FOLDER) {
        return cut_folder(input, index, target, ranges);
    }
    status = cut_file(&window, index, target, ranges);
    mpb_window_clear(&window);
    return status;
}
