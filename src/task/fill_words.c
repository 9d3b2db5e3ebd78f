#include "fill_words.h"

#include <math.h>

size_t fill_choose(const mpb_task_draw *draw, const mpb_dataset *data, size_t i, uint32_t *tokens,
                   uint32_t *rows)
{
    const size_t count = mpb_dataset_length(data, i);
    const uint32_t mask = mpb_masking_token(draw->masking);
    size_t num_rows = 0;

    for (size_t t = 0; t < count; t++) {
        if (tokens[t] == mask) {
            rows[num_rows++] = (uint32_t)t;
        }
    }
    return num_rows;
}

static size_t mask_size(size_t most)
{
    return sizeof(fill_mask) + most * sizeof(fill_word);
}

size_t fill_kept_size(const mpb_task_sequences *of, size_t i)
{
    const uint32_t mask = mpb_masking_token(of->draw.masking);
    const uint32_t *tokens = mpb_dataset_tokens(of->data, i);
    const size_t count = mpb_dataset_length(of->data, i);
    size_t num_masks = 0;

    for (size_t t = 0; t < count; t++) {
        num_masks += tokens[t] == mask;
    }
    return sizeof(fill_kept) + num_masks * mask_size((size_t)of->answers->top_k);
}

static fill_kept *kept_at(const mpb_kept *kept, size_t sequence)
{
    return (fill_kept *)(void *)(kept->bytes + kept->begins[sequence]);
}

static fill_mask *mask_at(fill_kept *kept, size_t mask)
{
    unsigned char *masks = (unsigned char *)(kept + 1);

    return (fill_mask *)(void *)(masks + mask * mask_size(kept->most));
}

const fill_kept *fill_kept_of(const mpb_task_results *results, size_t sequence)
{
    return kept_at(results->kept, sequence);
}

const fill_mask *fill_mask_of(const mpb_task_results *results, size_t sequence, size_t mask)
{
    return mask_at(kept_at(results->kept, sequence), mask);
}

/* The largest of the logits (width), in place of scores. */
static void rank(const float *logits, int width, size_t most, fill_mask *mask)
{
    for (int token = 0; token < width; token++) {
        size_t at = mask->count;

        if (mask->count == most && !(logits[token] > mask->words[most - 1].score)) {
            continue;
        }
        at = mask->count < most ? mask->count++ : most - 1;
        for (; at > 0 && logits[token] > mask->words[at - 1].score; at--) {
            mask->words[at] = mask->words[at - 1];
        }
        mask->words[at] = (fill_word){.token = (uint32_t)token, .score = logits[token]};
    }
}

static void fill_in(const mpb_task_sequences *of, const mpb_outputs *part, size_t row,
                    fill_mask *mask)
{
    const float *logits = part->values + row * (size_t)part->width;
    double best;
    double top;

    mask->position = part->positions[row];
    rank(logits, part->width, (size_t)of->answers->top_k, mask);
    best = (double)mask->words[0].score;
    top = exp(-of->nn->loss.cross_entropy(part->width, (int)mask->words[0].token, 0.0f, NULL, 1.0f,
                                          logits, NULL));
    for (size_t j = 0; j < mask->count; j++) {
        mask->words[j].score = (float)(top * exp((double)mask->words[j].score - best));
    }
}

/* Rows of masks come in the order of the sequence; that of a pair as a whole is of no token. */
void fill_condense(const mpb_task_sequences *of, const mpb_outputs *part, void *kept)
{
    fill_kept *fills = kept;

    if (part->positions == NULL) {
        fills->is_next = (float)exp(-of->nn->loss.cross_entropy(part->width, MPB_IS_NEXT, 0.0f,
                                                                NULL, 1.0f, part->values, NULL));
        return;
    }
    fills->most = (uint32_t)of->answers->top_k;
    for (size_t r = 0; r < part->num_rows; r++) {
        fill_in(of, part, r, mask_at(fills, fills->num_masks++));
    }
}

/* Where the text begins that chunks cut: the second one of a pair. */
static size_t cut_text_of(const mpb_dataset *data, size_t sequence)
{
    const bool is_pair = mpb_dataset_segment_b(data, sequence) < mpb_dataset_length(data, sequence);

    return is_pair ? mpb_dataset_segment_b(data, sequence) : 1;
}

static uint32_t place_of(const mpb_dataset *data, size_t sequence, size_t position)
{
    return data->char_start[data->offsets[sequence] + position];
}

/* Tokens between a position of a sequence and its nearer edge. */
static size_t context_of(const mpb_dataset *data, size_t sequence, size_t position)
{
    const size_t behind = mpb_dataset_length(data, sequence) - 1 - position;

    return position < behind ? position : behind;
}

/* Of a mask in both chunks the one with less context is out; over all pairs only the best stays. */
static void settle_pair(const mpb_dataset *data, const mpb_kept *kept, size_t a, size_t b)
{
    for (size_t i = 0; i < kept_at(kept, a)->num_masks; i++) {
        fill_mask *of_a = mask_at(kept_at(kept, a), i);

        for (size_t j = 0; j < kept_at(kept, b)->num_masks; j++) {
            fill_mask *of_b = mask_at(kept_at(kept, b), j);

            if (of_a->position >= cut_text_of(data, a) && of_b->position >= cut_text_of(data, b) &&
                place_of(data, a, of_a->position) == place_of(data, b, of_b->position)) {
                const bool first =
                    context_of(data, a, of_a->position) >= context_of(data, b, of_b->position);

                (first ? of_b : of_a)->count = 0;
            }
        }
    }
}

/* The first text of a pair stands in all chunks, of which the first tells its masks. */
static void leave_first_text(const mpb_dataset *data, const mpb_kept *kept, size_t sequence)
{
    for (size_t i = 0; i < kept_at(kept, sequence)->num_masks; i++) {
        fill_mask *mask = mask_at(kept_at(kept, sequence), i);

        if (mask->position < cut_text_of(data, sequence)) {
            mask->count = 0;
        }
    }
}

/* Whether chunk b, behind a, begins before a's last token. */
static bool overlap(const mpb_dataset *data, size_t a, size_t b)
{
    const size_t last = mpb_dataset_length(data, a) - 2; /* before [SEP] */

    return place_of(data, b, cut_text_of(data, b)) <= place_of(data, a, last);
}

void fill_merge(const mpb_task_sequences *of, const mpb_documents *documents, mpb_pooling pooling,
                mpb_kept *kept)
{
    (void)pooling;
    for (size_t d = 0; d < documents->count; d++) {
        const size_t first = mpb_document_first(documents, d);
        const size_t end = mpb_document_first(documents, d + 1);

        for (size_t a = first; a < end; a++) {
            for (size_t b = a + 1; b < end && overlap(of->data, a, b); b++) {
                settle_pair(of->data, kept, a, b);
            }
            if (a > first) {
                leave_first_text(of->data, kept, a);
            }
        }
    }
}
