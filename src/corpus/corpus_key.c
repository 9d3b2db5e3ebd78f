#include <stdio.h>
#include <string.h>

#include "corpus_internal.h"
#include "mpibert/io/sha256.h"

_Static_assert((int)MPB_SHARD_HASH_SIZE == (int)MPB_SHA256_TEXT, "one length of a hash as text");

/* Each part goes in with its length, so that no two lists of parts look alike. */
static void update(mpb_sha256 *hash, const void *bytes, size_t count)
{
    char length[32];
    int digits = snprintf(length, sizeof(length), "%zu:", count);

    mpb_sha256_update(hash, length, (size_t)digits);
    mpb_sha256_update(hash, bytes, count);
}

static void update_text(mpb_sha256 *hash, const char *text)
{
    update(hash, text, strlen(text));
}

/* The content is hashed without what a file's beginning tells: its columns, what stands between
 * them, and how lines end. */
static void update_input(mpb_sha256 *hash, const mpb_input *input)
{
    const mpb_columns *c = &input->columns;
    const int64_t numbers[] = {c->text,      c->text_b, c->label,          c->id,
                               c->delimiter, c->quotes, (int64_t)c->count, input->cr_lines};

    update_text(hash, mpb_data_format_name(input->format));
    update(hash, numbers, sizeof(numbers));
    if (c->num_scores > 0) {
        update(hash, c->scores, (size_t)c->num_scores * sizeof(*c->scores));
    }
    if (c->num_choices > 0) {
        update(hash, c->choices, (size_t)c->num_choices * sizeof(*c->choices));
    }
}

/* Where an input is cut shapes the shards too. */
static void update_ranges(mpb_sha256 *hash, const mpb_corpus *corpus)
{
    for (size_t i = 0; i < corpus->num_inputs; i++) {
        update_input(hash, &corpus->inputs[i]);
    }
    for (size_t i = 0; i < corpus->ranges.count; i++) {
        const mpb_range *range = &corpus->ranges.items[i];
        const uint64_t numbers[3] = {range->input, range->begin, range->end};

        update(hash, numbers, sizeof(numbers));
    }
}

static void update_names(mpb_sha256 *hash, const mpb_strings *names)
{
    for (size_t i = 0; i < names->count; i++) {
        update_text(hash, names->items[i]);
    }
}

mpb_status mpb_corpus_make_key(mpb_corpus *corpus)
{
    const mpb_corpus_options *options = corpus->options;
    mpb_buffer json = {0};
    mpb_sha256 *hash = NULL;
    mpb_status status = mpb_corpus_describe(options, &json);

    if (status == MPB_OK) {
        status = mpb_sha256_create(&hash);
    }
    if (status == MPB_OK) {
        update_text(hash, corpus->source_sha256);
        update_ranges(hash, corpus);
        update_names(hash, &corpus->label_names);
        update_text(hash, options->vocab_sha256);
        update_text(hash, options->tokenizer_name);
        update_text(hash, options->program);
        update(hash, json.data, json.size);
        mpb_sha256_finish(hash, corpus->key);
    }
    mpb_sha256_destroy(&hash);
    mpb_buffer_clear(&json);
    return status;
}
