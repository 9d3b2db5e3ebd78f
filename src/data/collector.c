#include "collector.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/data/noise.h"

static mpb_status grow(mpb_examples *examples)
{
    size_t capacity = examples->capacity == 0 ? 64 : 2 * examples->capacity;
    mpb_example *items = realloc(examples->items, capacity * sizeof(*items));

    MPB_REQUIRE(items != NULL, MPB_ERR_SYSTEM, "no memory for %zu examples", capacity);
    examples->items = items;
    examples->capacity = capacity;
    return MPB_OK;
}

/* Bytes of the first `max_chars` code points of a valid text. */
static size_t cut_length(const char *text, size_t size, size_t max_chars)
{
    size_t seen = 0;

    for (size_t i = 0; i < size; i++) {
        bool starts = ((unsigned char)text[i] & 0xC0) != 0x80;

        if (starts && seen++ == max_chars) {
            return i;
        }
    }
    return size;
}

static mpb_status copy_bytes(const char *text, size_t size, char **copy)
{
    char *made = malloc(size + 1);

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for a text of %zu bytes", size);
    if (size > 0) {
        memcpy(made, text, size);
    }
    made[size] = '\0';
    *copy = made;
    return MPB_OK;
}

/* The text as it is kept: noise removed, then cut. */
static mpb_status clean(mpb_collector *collector, const char *text, size_t size, char **kept,
                        size_t *kept_size)
{
    const mpb_read_options *o = collector->options;
    const mpb_noise noise = {o->remove_headers, o->remove_footers, o->remove_quotes};
    mpb_buffer *scratch = &collector->scratch;

    mpb_buffer_reset(scratch);
    MPB_TRY(mpb_noise_remove(noise, text, size, scratch));
    if (o->max_chars > 0) {
        scratch->size = cut_length(scratch->data, scratch->size, o->max_chars);
    }
    MPB_TRY(copy_bytes(scratch->data, scratch->size, kept));
    *kept_size = scratch->size;
    return MPB_OK;
}

static mpb_status copy_id(const mpb_collector *collector, const char *id, char **copy)
{
    char number[32];

    if (id != NULL) {
        return copy_bytes(id, strlen(id), copy);
    }
    snprintf(number, sizeof(number), "%zu", collector->first_row + collector->examples.count);
    return copy_bytes(number, strlen(number), copy);
}

/* The given names, for a message; long lists end in "...". */
static void describe_names(const mpb_strings *names, char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < names->count && used + 8 < size; i++) {
        int length = snprintf(out + used, size - used, "%s%s", i == 0 ? "" : ", ", names->items[i]);

        used += length > 0 ? (size_t)length : 0;
    }
    if (used >= size) {
        snprintf(out + size - 4, 4, "...");
    }
}

static mpb_status check_label(const mpb_collector *collector, const mpb_record *record)
{
    char names[256];
    char where[MPB_PLACE_SIZE];

    if (!collector->options->need_labels) {
        return MPB_OK;
    }
    if (record->num_labels == 1 &&
        (collector->names == NULL || mpb_label_find(collector->names, record->labels[0]) >= 0)) {
        return MPB_OK;
    }
    mpb_place_describe(&record->place, where);
    MPB_REQUIRE(record->num_labels > 0, MPB_ERR_DATA,
                "the example has no label, one was expected (%s)", where);
    MPB_REQUIRE(record->num_labels == 1, MPB_ERR_DATA,
                "the example has %zu labels, one was expected (%s)", record->num_labels, where);
    describe_names(collector->names, names, sizeof(names));
    return MPB_FAIL(MPB_ERR_DATA, "label '%s' is not one of the model's: %s (%s)",
                    record->labels[0], names, where);
}

static mpb_status fill(mpb_collector *collector, const mpb_record *record, mpb_example *example)
{
    const char *label = record->num_labels == 0 ? "" : record->labels[0];

    example->label = -1;
    MPB_TRY(clean(collector, record->text, record->size, &example->text, &example->size));
    if (record->text_b != NULL) {
        MPB_TRY(
            clean(collector, record->text_b, record->size_b, &example->text_b, &example->size_b));
    }
    MPB_TRY(copy_id(collector, record->id, &example->id));
    return mpb_strings_add(&collector->labels, label, strlen(label));
}

static void clear_example(mpb_example *example)
{
    free(example->text);
    free(example->text_b);
    free(example->id);
}

mpb_status mpb_collector_take(void *context, const mpb_record *record)
{
    mpb_collector *collector = context;
    mpb_examples *examples = &collector->examples;
    mpb_example example = {0};
    mpb_status status;

    MPB_TRY(check_label(collector, record));
    if (examples->count == examples->capacity) {
        MPB_TRY(grow(examples));
    }
    status = fill(collector, record, &example);
    if (status != MPB_OK) {
        clear_example(&example);
        return status;
    }
    examples->items[examples->count++] = example;
    return MPB_OK;
}

mpb_status mpb_collector_finish(mpb_collector *collector)
{
    mpb_examples *examples = &collector->examples;

    if (collector->names != NULL) {
        MPB_TRY(mpb_strings_copy(&examples->label_names, collector->names));
    } else {
        MPB_TRY(mpb_label_names(&collector->labels, &collector->classes, &examples->label_names));
    }
    for (size_t i = 0; i < examples->count; i++) {
        const char *label = collector->labels.items[i];

        examples->items[i].label =
            label[0] == '\0' ? -1 : mpb_label_find(&examples->label_names, label);
    }
    return MPB_OK;
}

void mpb_collector_clear(mpb_collector *collector)
{
    mpb_examples_clear(&collector->examples);
    mpb_strings_clear(&collector->labels);
    mpb_strings_clear(&collector->classes);
    mpb_buffer_clear(&collector->scratch);
}

void mpb_examples_clear(mpb_examples *examples)
{
    for (size_t i = 0; i < examples->count; i++) {
        clear_example(&examples->items[i]);
    }
    free(examples->items);
    mpb_strings_clear(&examples->label_names);
    *examples = (mpb_examples){0};
}
