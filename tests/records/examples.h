#pragma once

/* The records of an input, copied to memory: what the tests of the readers look at.
 *
 * The input is cut into ranges of about `target` bytes, and every range is read on its own, as the
 * corpus does; so one test can ask whether the cuts change what is read. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check.h"
#include "mpibert/core/strings.h"
#include "mpibert/records/cut.h"
#include "mpibert/records/input.h"
#include "mpibert/records/label_names.h"

typedef struct example {
    char *text; /* owned, NUL-terminated, like the next */
    size_t size;
    char *text_b; /* NULL: there is none */
    size_t size_b;
    char *id; /* owned; NULL: the number of the example */
    mpb_strings labels;
} example;

/* Starts as {0}. */
typedef struct examples {
    const mpb_read_options *options; /* borrowed */
    example *items;                  /* owned, (count) */
    size_t count;
    size_t capacity;
    size_t num_ranges;
    uint64_t num_bad; /* left out, with skip_bad */
    char first_bad[MPB_PLACE_SIZE];
} examples;

static inline void examples_clear(examples *e)
{
    for (size_t i = 0; i < e->count; i++) {
        free(e->items[i].text);
        free(e->items[i].text_b);
        free(e->items[i].id);
        mpb_strings_clear(&e->items[i].labels);
    }
    free(e->items);
    *e = (examples){0};
}

static inline char *examples_copy(const char *text, size_t size)
{
    char *copy = text == NULL ? NULL : malloc(size + 1);

    if (copy != NULL) {
        memcpy(copy, text, size);
        copy[size] = '\0';
    }
    CHECK((copy == NULL) == (text == NULL));
    return copy;
}

static inline example *examples_grow(examples *e)
{
    if (e->count == e->capacity) {
        e->capacity = 2 * e->capacity + 16;
        e->items = realloc(e->items, e->capacity * sizeof(*e->items));
        CHECK(e->items != NULL);
    }
    e->items[e->count] = (example){0};
    return &e->items[e->count++];
}

/* The sink: labels are checked as in a scan, then everything is copied. */
static inline mpb_status examples_take(void *context, const mpb_record *record)
{
    examples *e = context;
    const mpb_strings *names = e->options->label_names;
    example *item;

    MPB_TRY(mpb_record_check(record, e->options, names));
    item = examples_grow(e);
    item->text = examples_copy(record->text, record->size);
    item->size = record->size;
    item->text_b = examples_copy(record->text_b, record->size_b);
    item->size_b = record->size_b;
    item->id = examples_copy(record->id, record->id == NULL ? 0 : strlen(record->id));
    for (size_t i = 0; i < record->num_labels; i++) {
        CHECK_OK(mpb_strings_add(&item->labels, record->labels[i], strlen(record->labels[i])));
    }
    return MPB_OK;
}

static inline mpb_status examples_read_ranges(const mpb_input *input, const mpb_ranges *ranges,
                                              mpb_sink *sink)
{
    mpb_input_scratch scratch = {0};
    mpb_status status = MPB_OK;

    for (size_t i = 0; i < ranges->count && status == MPB_OK; i++) {
        status = mpb_input_read(input, &ranges->items[i], &scratch, sink);
    }
    mpb_input_scratch_clear(&scratch);
    return status;
}

/* Cuts and reads an open input, and closes it. On failure `e` is empty. */
static inline mpb_status examples_take_all(mpb_input *input, uint64_t target, examples *e)
{
    mpb_sink sink = {.take = examples_take, .context = e, .skip_bad = e->options->skip_bad};
    mpb_ranges ranges = {0};
    mpb_status status = mpb_input_cut(input, 0, target, &ranges);

    if (status == MPB_OK) {
        status = examples_read_ranges(input, &ranges, &sink);
    }
    if (status != MPB_OK) {
        examples_clear(e);
    }
    e->num_ranges = ranges.count;
    e->num_bad = sink.num_bad;
    memcpy(e->first_bad, sink.first_bad, sizeof(e->first_bad));
    mpb_ranges_clear(&ranges);
    mpb_input_close(input);
    return status;
}

/* Reads a file or a folder. `e` is replaced. */
static inline mpb_status examples_read(const char *path, const mpb_read_options *options,
                                       uint64_t target, examples *e)
{
    mpb_input input = {0};

    examples_clear(e);
    e->options = options;
    MPB_TRY(mpb_input_open(path, path, options, &input));
    return examples_take_all(&input, target, e);
}

/* Reads text in memory, which messages call DATA. `e` is replaced. */
static inline mpb_status examples_parse_bytes(const char *content, size_t size,
                                              const mpb_read_options *options, uint64_t target,
                                              examples *e)
{
    mpb_input input = {0};

    examples_clear(e);
    e->options = options;
    MPB_TRY(mpb_input_open_memory("DATA", content, size, options, &input));
    return examples_take_all(&input, target, e);
}

static inline mpb_status examples_parse(const char *content, const mpb_read_options *options,
                                        uint64_t target, examples *e)
{
    return examples_parse_bytes(content, strlen(content), options, target, e);
}
