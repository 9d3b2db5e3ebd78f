/* One label a word: entities, parts of speech. */

#include <math.h>

#include "imitate.h"
#include "measures.h"
#include "mpibert/eval/metrics.h"
#include "tasks.h"
#include "token_lines.h"
#include "token_scores.h"
#include "token_tags.h"
#include "token_targets.h"
#include "token_words.h"

enum { F1, PRECISION, RECALL, ACCURACY, MACRO_F1, WEIGHTED_F1, STRICT_F1, NUM_METRICS };

static const mpb_task_metric METRICS[NUM_METRICS] = {
    [F1] = {.name = "f1", .title = "F1", .percent = true},
    [PRECISION] = {.name = "precision", .title = "Prec", .percent = true},
    [RECALL] = {.name = "recall", .title = "Recall", .percent = true},
    [ACCURACY] = {.name = "accuracy", .title = "Acc", .percent = true},
    [MACRO_F1] = {.name = "macro_f1", .title = "Macro F1", .percent = true},
    [WEIGHTED_F1] = {.name = "weighted_f1", .title = "Weighted F1", .percent = true},
    [STRICT_F1] = {.name = "strict_f1", .title = "Strict F1", .percent = true},
};

static size_t num_outputs(const mpb_dataset *data)
{
    return data->label_names.count;
}

static size_t choose(const mpb_task_draw *draw, const mpb_dataset *data, size_t i, uint32_t *tokens,
                     uint32_t *rows)
{
    const uint64_t begin = data->offsets[i];
    const uint64_t end = data->offsets[i + 1];
    size_t count = 0;

    (void)draw;
    (void)tokens;
    for (uint64_t t = token_next(data, begin, end); t < end; t = token_next(data, t + 1, end)) {
        rows[count++] = (uint32_t)(t - begin);
    }
    return count;
}

static double weigh(const mpb_loss_options *loss, const mpb_dataset *data, size_t i)
{
    const uint64_t end = data->offsets[i + 1];
    double sum = 0.0;

    for (uint64_t t = token_next(data, data->offsets[i], end); t < end;
         t = token_next(data, t + 1, end)) {
        sum +=
            loss->label_weights == NULL ? 1.0 : (double)loss->label_weights[data->token_labels[t]];
    }
    return sum;
}

static double score(const mpb_loss_options *loss, const mpb_outputs *of, double total,
                    double sums[MPB_TASK_SUMS])
{
    const mpb_strings *names = &of->data->label_names;
    const int32_t *labels = of->data->token_labels + of->data->offsets[of->sequence];
    const float weight = (float)(1.0 / total);
    token_tally tally = {.names = names, .entities = token_tags_are_entities(names), .sums = sums};
    double sum = 0.0;

    for (size_t r = 0; r < of->num_rows; r++) {
        const int32_t label = labels[of->positions[r]];
        float *row = of->values + r * (size_t)of->width;

        token_tally_add(&tally, label, mpb_argmax(row, of->width));
        sum += loss->nn->loss.cross_entropy(of->width, label, loss->label_smoothing,
                                            loss->label_weights, weight, row, row);
    }
    token_tally_end(&tally);
    return (double)weight * sum;
}

static double running_f1(const double sums[MPB_TASK_SUMS], int64_t num_examples)
{
    const double both = sums[TOKEN_GOLD] + sums[TOKEN_PREDICTED];

    (void)num_examples;
    return both > 0.0 ? 2.0 * sums[TOKEN_HITS] / both : 0.0;
}

static size_t kept_size(const mpb_task_sequences *of, size_t i)
{
    return token_count(of->data, i) * sizeof(token_guess);
}

/* Data without labels has labels that mean nothing, which may be more than the model's. */
static token_guess guess_of(const float *outputs, int K, int32_t label)
{
    const int best = mpb_argmax(outputs, K);

    return (token_guess){.label = best,
                         .confidence = (float)exp(-mpb_log_loss(outputs, K, best)),
                         .loss = label < K ? (float)mpb_log_loss(outputs, K, label) : 0.0f};
}

static void condense(const mpb_task_sequences *of, const mpb_outputs *part, void *kept)
{
    const mpb_dataset *data = of->data;
    const uint64_t begin = data->offsets[part->sequence];
    const uint64_t first = begin + part->positions[0];
    token_guess *guess = kept;

    for (uint64_t t = token_next(data, begin, first); t < first;
         t = token_next(data, t + 1, first)) {
        guess++; /* of an earlier part */
    }
    for (size_t r = 0; r < part->num_rows; r++) {
        guess[r] = guess_of(part->values + r * (size_t)part->width, part->width,
                            data->token_labels[begin + part->positions[r]]);
    }
}

static mpb_measures measures_of(const mpb_task_results *results, const token_scores *scores)
{
    return (mpb_measures){.num_examples = (int64_t)results->documents->count,
                          .loss = scores->loss,
                          .values = {[F1] = scores->averages.micro.f1,
                                     [PRECISION] = scores->averages.micro.precision,
                                     [RECALL] = scores->averages.micro.recall,
                                     [ACCURACY] = scores->accuracy,
                                     [MACRO_F1] = scores->averages.macro.f1,
                                     [WEIGHTED_F1] = scores->averages.weighted.f1,
                                     [STRICT_F1] = scores->strict.f1},
                          .sameness = scores->sameness,
                          .guess_loss = scores->guess_loss};
}

static mpb_status measure(const mpb_task_results *results, mpb_measures *measures)
{
    token_scores scores = {0};

    MPB_TRY(token_scores_compute(results, &scores));
    *measures = measures_of(results, &scores);
    token_scores_clear(&scores);
    return MPB_OK;
}

static mpb_status describe_scores(const mpb_task_results *results, const token_scores *scores,
                                  mpb_json *object)
{
    const mpb_measures measures = measures_of(results, scores);

    MPB_TRY(task_report_measures(&task_token, &measures, object));
    MPB_TRY(mpb_json_set(object, "words", mpb_json_new_integer((int64_t)scores->num_words)));
    MPB_TRY(mpb_json_set_strings(object, "label_names", results->label_names));
    return token_scores_describe(scores, object);
}

static mpb_status report(const mpb_task_results *results, mpb_json *object)
{
    token_scores scores = {0};
    mpb_status status;

    MPB_TRY(token_scores_compute(results, &scores));
    status = describe_scores(results, &scores, object);
    token_scores_clear(&scores);
    return status;
}

const mpb_task_table task_token = {
    .task = MPB_TASK_TOKEN,
    .head = MPB_HEAD_TOKENS,
    .problem = MPB_SINGLE_LABEL,
    .metrics = METRICS,
    .num_metrics = NUM_METRICS,
    .smooths_labels = true,
    .check = token_check,
    .num_outputs = num_outputs,
    .summarise = token_summarise,
    .balance = token_balance,
    .choose = choose,
    .weigh = weigh,
    .score = score,
    .imitate = imitate_label,
    .running = running_f1,
    .kept_size = kept_size,
    .condense = condense,
    .merge = token_merge,
    .measure = measure,
    .report = report,
    .describe = token_lines_describe,
    .name_columns = token_lines_name_columns,
    .fill_columns = token_lines_fill_columns,
};
