#pragma once

/* What tasks share that predict masked words. Functions of mpb_task_table are among them. */

#include "mpibert/task/task.h"

/* What the masked words of sequences come to. */
typedef struct word_sums {
    double loss; /* unweighted */
    uint32_t count;
    uint32_t hits; /* predicted right */
} word_sums;

size_t words_choose(const mpb_task_draw *draw, const mpb_dataset *data, size_t i, uint32_t *tokens,
                    uint32_t *rows);

/* How many words of the sequence are masked, so that each counts as much as another. */
double words_weigh(const mpb_loss_options *loss, const mpb_dataset *data, size_t i);
double words_score(const mpb_loss_options *loss, const mpb_outputs *of, double total,
                   double sums[MPB_TASK_SUMS]);

/* exp of the mean loss of the words that words_score summed up. */
double words_running(const double sums[MPB_TASK_SUMS], int64_t num_examples);

/* Adds those of `part` to the word_sums that are kept, one after the other, so that it makes no
 * difference how they are parted. */
void words_condense(const mpb_task_sequences *of, const mpb_outputs *part, void *kept);

void word_sums_add(word_sums *to, const word_sums *sums);

/* NaN without words. */
double words_mean_loss(const word_sums *sums);
double words_accuracy(const word_sums *sums);
