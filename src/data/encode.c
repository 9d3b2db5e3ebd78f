#include "mpibert/data/encode.h"

#include <stdlib.h>
#include <string.h>

enum { SPECIAL_SINGLE = 2, SPECIAL_PAIR = 3 }; /* [CLS] and the [SEP]s */

/* What encoding one example after the other needs again and again. */
typedef struct workspace {
    const mpb_tokenizer *tokenizer; /* borrowed */
    size_t max_seq_length;
    uint32_t cls;
    uint32_t sep;
    mpb_text_encoder *encoder; /* owned */
    mpb_token_list a;
    mpb_token_list b;
    uint32_t *ids; /* owned, (max_seq_length) */
} workspace;

static void clear(workspace *w)
{
    mpb_text_encoder_destroy(&w->encoder);
    mpb_token_list_clear(&w->a);
    mpb_token_list_clear(&w->b);
    free(w->ids);
}

static mpb_status prepare(workspace *w)
{
    MPB_REQUIRE(w->max_seq_length > SPECIAL_PAIR + 1, MPB_ERR_CONFIG,
                "model.max_seq_length %zu leaves no room for text, at least %d was expected",
                w->max_seq_length, SPECIAL_PAIR + 2);
    w->ids = malloc(w->max_seq_length * sizeof(*w->ids));
    MPB_REQUIRE(w->ids != NULL, MPB_ERR_SYSTEM, "no memory for a sequence of %zu tokens",
                w->max_seq_length);
    MPB_TRY(mpb_text_encoder_create(w->tokenizer, &w->encoder));
    w->cls = (uint32_t)mpb_tokenizer_id(w->tokenizer, "[CLS]");
    w->sep = (uint32_t)mpb_tokenizer_id(w->tokenizer, "[SEP]");
    return MPB_OK;
}

/* Writes the kept tokens and the special ones to w->ids; returns their number. */
static size_t lay_out(workspace *w, size_t keep_a, size_t keep_b, bool has_b, uint32_t *segment_b)
{
    size_t at = 0;

    w->ids[at++] = w->cls;
    if (keep_a > 0) {
        memcpy(w->ids + at, w->a.ids, keep_a * sizeof(*w->ids));
    }
    at += keep_a;
    w->ids[at++] = w->sep;
    *segment_b = (uint32_t)at;
    if (has_b) {
        if (keep_b > 0) {
            memcpy(w->ids + at, w->b.ids, keep_b * sizeof(*w->ids));
        }
        at += keep_b;
        w->ids[at++] = w->sep;
    }
    return at;
}

static void count_cut(size_t before, size_t after, mpb_truncation *truncation)
{
    truncation->texts++;
    truncation->truncated_texts += after < before;
    truncation->tokens += before;
    truncation->tokens_cut += before - after;
}

static mpb_status encode_one(workspace *w, const mpb_example *example, uint64_t document,
                             bool labelled, mpb_dataset *dataset, mpb_truncation *truncation)
{
    bool has_b = example->text_b != NULL;
    size_t keep_a = 0;
    size_t keep_b = 0;
    mpb_sequence sequence = {
        .tokens = w->ids,
        .document = document,
        .label = example->label,
        .id = example->id,
    };

    MPB_TRY(mpb_text_encoder_encode(w->encoder, example->text, example->size, &w->a));
    w->b.count = 0;
    if (has_b) {
        MPB_TRY(mpb_text_encoder_encode(w->encoder, example->text_b, example->size_b, &w->b));
    }
    mpb_truncate_longest_first(w->a.count, w->b.count, has_b, w->max_seq_length, &keep_a, &keep_b);
    keep_b = has_b ? keep_b : 0;
    sequence.count = lay_out(w, keep_a, keep_b, has_b, &sequence.segment_b);
    MPB_TRY(mpb_dataset_add(dataset, &sequence, labelled));
    count_cut(w->a.count + w->b.count, keep_a + keep_b, truncation);
    return MPB_OK;
}

static mpb_status encode_all(workspace *w, const mpb_examples *examples, const size_t *order,
                             size_t count, uint64_t first_document, bool labelled,
                             mpb_dataset *dataset, mpb_truncation *truncation)
{
    MPB_TRY(prepare(w));
    for (size_t i = 0; i < count; i++) {
        const mpb_example *example = &examples->items[order == NULL ? i : order[i]];

        MPB_TRY(encode_one(w, example, first_document + i, labelled, dataset, truncation));
    }
    return MPB_OK;
}

mpb_status mpb_encode_examples(const mpb_tokenizer *tokenizer, size_t max_seq_length,
                               const mpb_examples *examples, const size_t *order, size_t count,
                               uint64_t first_document, bool labelled, mpb_dataset *dataset,
                               mpb_truncation *truncation)
{
    workspace w = {.tokenizer = tokenizer, .max_seq_length = max_seq_length};
    mpb_truncation counted = *truncation;
    mpb_status status = mpb_strings_copy(&dataset->label_names, &examples->label_names);

    if (status == MPB_OK) {
        status =
            encode_all(&w, examples, order, count, first_document, labelled, dataset, &counted);
    }
    clear(&w);
    if (status != MPB_OK) {
        mpb_dataset_clear(dataset);
        return status;
    }
    *truncation = counted;
    return MPB_OK;
}
