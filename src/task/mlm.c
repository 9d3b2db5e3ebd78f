/* Masked words: cross-entropy over the vocabulary, perplexity. */

#include <math.h>

#include "measures.h"
#include "tasks.h"
#include "words.h"

enum { PERPLEXITY, ACCURACY, NUM_METRICS };

static const mpb_task_metric METRICS[NUM_METRICS] = {
    [PERPLEXITY] = {.name = "perplexity", .title = "Perplexity", .smaller_is_better = true},
    [ACCURACY] = {.name = "accuracy", .title = "Acc", .percent = true},
};

static mpb_status check(const mpb_dataset *data, bool training, const char *where)
{
    MPB_REQUIRE(!training || data->num_sequences > 0, MPB_ERR_DATA,
                "there are no examples, some text was expected (%s)", where);
    return MPB_OK;
}

static mpb_status summarise(const mpb_dataset *data, const mpb_documents *documents,
                            mpb_buffer *out)
{
    (void)documents;
    return mpb_buffer_append_format(out, "%zu tokens in %zu sequences",
                                    (size_t)mpb_dataset_num_tokens(data), data->num_sequences);
}

static size_t kept_size(const mpb_task_sequences *of, size_t i)
{
    (void)of;
    (void)i;
    return sizeof(word_sums);
}

static word_sums add_up(const mpb_task_results *results)
{
    const word_sums *kept = (const void *)results->kept->bytes;
    word_sums all = {0};

    for (size_t i = 0; i < results->data->num_sequences; i++) {
        word_sums_add(&all, &kept[i]);
    }
    return all;
}

static mpb_measures measures_of(const mpb_task_results *results, const word_sums *all)
{
    const double loss = words_mean_loss(all);

    return (mpb_measures){.num_examples = (int64_t)results->documents->count,
                          .loss = loss,
                          .values = {[PERPLEXITY] = exp(loss), [ACCURACY] = words_accuracy(all)}};
}

static mpb_status measure(const mpb_task_results *results, mpb_measures *measures)
{
    const word_sums all = add_up(results);

    *measures = measures_of(results, &all);
    return MPB_OK;
}

static mpb_status report(const mpb_task_results *results, mpb_json *object)
{
    const word_sums all = add_up(results);
    const mpb_measures measures = measures_of(results, &all);

    MPB_TRY(task_report_measures(&task_mlm, &measures, object));
    return mpb_json_set(object, "masked_words", mpb_json_new_integer(all.count));
}

const mpb_task_table task_mlm = {
    .task = MPB_TASK_MLM,
    .head = MPB_HEAD_WORDS,
    .metrics = METRICS,
    .num_metrics = NUM_METRICS,
    .masks = true,
    .parts_rows = true,
    .check = check,
    .summarise = summarise,
    .choose = words_choose,
    .weigh = words_weigh,
    .score = words_score,
    .running = words_running,
    .kept_size = kept_size,
    .condense = words_condense,
    .measure = measure,
    .report = report,
    .predicting = &task_fill_mlm,
};
