/* BERT's pretraining (Devlin et al. 2018): masked words, and whether the second text of a pair goes on
 * where the first one ends. The loss is the sum of both means, that over words and that over pairs. */

#include <math.h>

#include "label_counts.h"
#include "measures.h"
#include "mpibert/core/memory.h"
#include "mpibert/eval/metrics.h"
#include "tasks.h"
#include "words.h"

enum { PERPLEXITY, ACCURACY, NEXT_ACCURACY, NUM_METRICS };

static const mpb_task_metric METRICS[NUM_METRICS] = {
    [PERPLEXITY] = {.name = "perplexity", .title = "Perplexity", .smaller_is_better = true},
    [ACCURACY] = {.name = "accuracy", .title = "Acc", .percent = true},
    [NEXT_ACCURACY] = {.name = "next_sentence_accuracy", .title = "NSP Acc", .percent = true},
};

/* What is kept of a sequence, or of all. */
typedef struct pair_sums {
    word_sums words;
    double loss; /* of the pairs */
    int64_t hits;
} pair_sums;

static mpb_status check(const mpb_dataset *data, bool training, const char *where)
{
    MPB_REQUIRE(data->labels != NULL, MPB_ERR_DATA,
                "the examples do not say which second text follows the first one: preprocess them "
                "for model.task pretraining (%s)",
                where);
    MPB_REQUIRE(!training || data->num_sequences > 0, MPB_ERR_DATA,
                "there are no examples, some text was expected (%s)", where);
    return MPB_OK;
}

static mpb_status summarise(const mpb_dataset *data, const mpb_documents *documents,
                            mpb_buffer *out)
{
    size_t *counts;
    mpb_status status;

    (void)documents;
    MPB_TRY(mpb_memory_create(data->label_names.count, sizeof(*counts), "the kinds of pairs",
                              (void **)&counts));
    for (size_t i = 0; i < data->num_sequences; i++) {
        counts[data->labels[i]]++;
    }
    status = label_counts_append(&data->label_names, counts, "kinds of pairs", out);
    mpb_memory_destroy(counts);
    return status;
}

/* The row of a pair as a whole is of no token. */
static bool is_of_pair(const mpb_outputs *of)
{
    return of->positions == NULL;
}

static double score(const mpb_loss_options *loss, const mpb_outputs *of, double total,
                    double sums[MPB_TASK_SUMS])
{
    const float weight = (float)(1.0 / (double)loss->num_sequences);

    if (!is_of_pair(of)) {
        return words_score(loss, of, total, sums);
    }
    return (double)weight * loss->nn->loss.cross_entropy(of->width, of->data->labels[of->sequence],
                                                         0.0f, NULL, weight, of->values,
                                                         of->values);
}

static size_t kept_size(const mpb_task_sequences *of, size_t i)
{
    (void)of;
    (void)i;
    return sizeof(pair_sums);
}

static void condense(const mpb_task_sequences *of, const mpb_outputs *part, void *kept)
{
    const int label = part->data->labels[part->sequence];
    pair_sums *sums = kept;

    if (!is_of_pair(part)) {
        words_condense(of, part, &sums->words);
        return;
    }
    sums->loss =
        of->nn->loss.cross_entropy(part->width, label, 0.0f, NULL, 1.0f, part->values, NULL);
    sums->hits = mpb_argmax(part->values, part->width) == label;
}

static pair_sums add_up(const mpb_task_results *results)
{
    const pair_sums *kept = (const void *)results->kept->bytes;
    pair_sums all = {0};

    for (size_t i = 0; i < results->data->num_sequences; i++) {
        word_sums_add(&all.words, &kept[i].words);
        all.loss += kept[i].loss;
        all.hits += kept[i].hits;
    }
    return all;
}

static mpb_measures measures_of(const mpb_task_results *results, const pair_sums *all)
{
    const double loss = words_mean_loss(&all->words);
    const double num_pairs = (double)results->data->num_sequences;

    return (mpb_measures){.num_examples = (int64_t)results->documents->count,
                          .loss = loss + all->loss / num_pairs,
                          .values = {[PERPLEXITY] = exp(loss),
                                     [ACCURACY] = words_accuracy(&all->words),
                                     [NEXT_ACCURACY] = (double)all->hits / num_pairs}};
}

static mpb_status measure(const mpb_task_results *results, mpb_measures *measures)
{
    const pair_sums all = add_up(results);

    *measures = measures_of(results, &all);
    return MPB_OK;
}

static mpb_status report(const mpb_task_results *results, mpb_json *object)
{
    const pair_sums all = add_up(results);
    const mpb_measures measures = measures_of(results, &all);

    MPB_TRY(task_report_measures(&task_pretraining, &measures, object));
    MPB_TRY(mpb_json_set(object, "masked_words", mpb_json_new_integer(all.words.count)));
    return mpb_json_set(object, "pairs",
                        mpb_json_new_integer((int64_t)results->data->num_sequences));
}

const mpb_task_table task_pretraining = {
    .task = MPB_TASK_PRETRAINING,
    .head = MPB_HEAD_PRETRAINING,
    .metrics = METRICS,
    .num_metrics = NUM_METRICS,
    .masks = true,
    .parts_rows = true,
    .check = check,
    .summarise = summarise,
    .choose = words_choose,
    .weigh = words_weigh,
    .score = score,
    .running = words_running,
    .kept_size = kept_size,
    .condense = condense,
    .measure = measure,
    .report = report,
    .predicting = &task_fill_pretraining,
};
