#include "words.h"

#include <math.h>

enum { LOSS, COUNT }; /* of what training sums */

size_t words_choose(const mpb_task_draw *draw, const mpb_dataset *data, size_t i, uint32_t *tokens,
                    uint32_t *rows)
{
    return mpb_masking_apply(draw->masking, draw->epoch, i, mpb_dataset_length(data, i), tokens,
                             rows);
}

double words_weigh(const mpb_loss_options *loss, const mpb_dataset *data, size_t i)
{
    return (double)mpb_masking_count(loss->draw.masking, loss->draw.epoch, i,
                                     mpb_dataset_length(data, i), mpb_dataset_tokens(data, i));
}

double words_score(const mpb_loss_options *loss, const mpb_outputs *of, double total,
                   double sums[MPB_TASK_SUMS])
{
    const uint32_t *words = mpb_dataset_tokens(of->data, of->sequence); /* without masks */
    const float weight = (float)(1.0 / total);
    double sum = 0.0;

    for (size_t r = 0; r < of->num_rows; r++) {
        float *row = of->values + r * (size_t)of->width;

        sum += loss->nn->loss.cross_entropy(of->width, (int)words[of->positions[r]], 0.0f, NULL,
                                            weight, row, row);
    }
    sums[LOSS] += sum;
    sums[COUNT] += (double)of->num_rows;
    return (double)weight * sum;
}

double words_running(const double sums[MPB_TASK_SUMS], int64_t num_examples)
{
    (void)num_examples;
    return sums[COUNT] > 0.0 ? exp(sums[LOSS] / sums[COUNT]) : (double)NAN;
}

/* Whether mpb_argmax(row, K) is `word`. */
static bool is_largest(const float *row, int K, int word)
{
    const float value = row[word];
    int before = 0; /* of words that come before it, as equal ones with smaller ids do */

    for (int j = 0; j < word; j++) {
        before += row[j] >= value;
    }
    for (int j = word + 1; j < K; j++) {
        before += row[j] > value;
    }
    return before == 0;
}

void words_condense(const mpb_task_sequences *of, const mpb_outputs *part, void *kept)
{
    const uint32_t *words = mpb_dataset_tokens(part->data, part->sequence); /* without masks */
    word_sums *sums = kept;

    for (size_t r = 0; r < part->num_rows; r++) {
        const float *row = part->values + r * (size_t)part->width;
        const int word = (int)words[part->positions[r]];

        sums->loss += of->nn->loss.cross_entropy(part->width, word, 0.0f, NULL, 1.0f, row, NULL);
        sums->hits += is_largest(row, part->width, word);
    }
    sums->count += (uint32_t)part->num_rows;
}

void word_sums_add(word_sums *to, const word_sums *sums)
{
    to->loss += sums->loss;
    to->count += sums->count;
    to->hits += sums->hits;
}

double words_mean_loss(const word_sums *sums)
{
    return sums->count > 0 ? sums->loss / (double)sums->count : (double)NAN;
}

double words_accuracy(const word_sums *sums)
{
    return sums->count > 0 ? (double)sums->hits / (double)sums->count : (double)NAN;
}
