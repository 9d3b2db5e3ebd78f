/* One answer of several: each choice of a question is a sequence with one output, and softmax goes
 * over the choices of a question, as in transformers' BertForMultipleChoice. */

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "imitate.h"
#include "label_lines.h"
#include "measures.h"
#include "mpibert/core/memory.h"
#include "mpibert/eval/metrics.h"
#include "tasks.h"

/* Choices are told apart no better than by a guess where the best one's probability is at most so many
 * times that of a guess. */
static const double ABOUT_ALIKE = 1.1;

enum { ACCURACY, NUM_METRICS };
enum { HITS };

static const mpb_task_metric METRICS[NUM_METRICS] = {
    [ACCURACY] = {.name = "accuracy", .title = "Acc", .percent = true},
};

static size_t end_of_question(const mpb_dataset *data, size_t i)
{
    do {
        i++;
    } while (i < data->num_sequences && !mpb_dataset_begins_document(data, i));
    return i;
}

static mpb_status check(const mpb_dataset *data, bool training, const char *where)
{
    MPB_REQUIRE(data->labels != NULL, MPB_ERR_DATA, "the questions have no labels (%s)", where);
    MPB_REQUIRE(!training || data->num_sequences > 0, MPB_ERR_DATA, "there is no question (%s)",
                where);
    for (size_t i = 0; i < data->num_sequences;) {
        const size_t end = end_of_question(data, i);
        char id[MPB_DATASET_ID];

        MPB_REQUIRE(data->labels[i] >= 0 && (size_t)data->labels[i] < end - i, MPB_ERR_DATA,
                    "the label is %d, one of 0 to %zu was expected of %zu choices (%s, "
                    "example %.200s)",
                    data->labels[i], end - i - 1, end - i, where, mpb_dataset_id(data, i, id));
        i = end;
    }
    return MPB_OK;
}

static mpb_status summarise(const mpb_dataset *data, const mpb_documents *documents,
                            mpb_buffer *out)
{
    size_t least = SIZE_MAX;
    size_t most = 0;

    (void)data;
    for (size_t d = 0; d < documents->count; d++) {
        const size_t count =
            mpb_document_first(documents, d + 1) - mpb_document_first(documents, d);

        least = count < least ? count : least;
        most = count > most ? count : most;
    }
    return least == most ? mpb_buffer_append_format(out, "%zu choices a question", most)
                         : mpb_buffer_append_format(out, "%zu to %zu choices a question",
                                                    documents->count == 0 ? 0 : least, most);
}

/* A question weighs 1, at its first choice. */
static double weigh(const mpb_loss_options *loss, const mpb_dataset *data, size_t i)
{
    (void)loss;
    return mpb_dataset_begins_document(data, i) ? 1.0 : 0.0;
}

static double score(const mpb_loss_options *loss, const mpb_outputs *of, double total,
                    double sums[MPB_TASK_SUMS])
{
    const int choices = (int)of->num_rows;
    const int label = of->data->labels[of->sequence];
    const float weight = (float)(1.0 / total);

    sums[HITS] += mpb_argmax(of->values, choices) == label ? 1.0 : 0.0;
    return (double)weight * loss->nn->loss.cross_entropy(choices, label, loss->label_smoothing,
                                                         NULL, weight, of->values, of->values);
}

static double running_accuracy(const double sums[MPB_TASK_SUMS], int64_t num_examples)
{
    return sums[HITS] / (double)num_examples;
}

static size_t kept_size(const mpb_task_sequences *of, size_t i)
{
    (void)of;
    (void)i;
    return sizeof(float);
}

static void condense(const mpb_task_sequences *of, const mpb_outputs *part, void *kept)
{
    (void)of;
    memcpy(kept, part->values, sizeof(float));
}

/* The logits (count) of a question's choices. */
static const float *choices_of(const mpb_task_results *results, size_t question, size_t *count)
{
    const size_t first = mpb_document_first(results->documents, question);

    *count = mpb_document_first(results->documents, question + 1) - first;
    return (const float *)(const void *)results->kept->bytes + first;
}

/* Adds one question to what are sums until all are there. */
static void add_question(const float *logits, int count, int label, mpb_measures *sums)
{
    const int best = mpb_argmax(logits, count);
    const double claimed = exp(-mpb_log_loss(logits, count, best));

    sums->loss += mpb_log_loss(logits, count, label);
    sums->values[ACCURACY] += best == label ? 1.0 : 0.0;
    sums->sameness += claimed * (double)count <= ABOUT_ALIKE ? 1.0 : 0.0;
    sums->guess_loss += log((double)count);
}

static mpb_status measure(const mpb_task_results *results, mpb_measures *measures)
{
    const size_t questions = results->documents->count;
    const double total = (double)questions;
    mpb_measures sums = {0};

    for (size_t q = 0; q < questions; q++) {
        size_t count;
        const float *logits = choices_of(results, q, &count);

        add_question(logits, (int)count, results->documents->labels[q], &sums);
    }
    *measures = (mpb_measures){.num_examples = (int64_t)questions,
                               .loss = sums.loss / total,
                               .values = {[ACCURACY] = sums.values[ACCURACY] / total},
                               .sameness = sums.sameness / total,
                               .guess_loss = sums.guess_loss / total};
    return MPB_OK;
}

static mpb_status report(const mpb_task_results *results, mpb_json *object)
{
    mpb_measures measures;

    MPB_TRY(measure(results, &measures));
    return task_report_measures(&task_choice, &measures, object);
}

/* The probabilities of a question's choices. */
typedef struct outcome {
    const float *logits; /* (count) */
    double *scores;      /* owned, (count) */
    size_t count;
    size_t best;
} outcome;

static mpb_status find_outcome(const mpb_task_results *results, size_t question, outcome *o)
{
    size_t count;
    const float *logits = choices_of(results, question, &count);
    double *scores;

    MPB_TRY(
        mpb_memory_create(count, sizeof(*scores), "the scores of a prediction", (void **)&scores));
    label_softmax(logits, count, scores);
    *o = (outcome){.logits = logits,
                   .scores = scores,
                   .count = count,
                   .best = (size_t)mpb_argmax(logits, (int)count)};
    return MPB_OK;
}

static mpb_status set_outcome(const outcome *o, bool with_outputs, mpb_json *line)
{
    MPB_TRY(mpb_json_set(line, "label", mpb_json_new_integer((int64_t)o->best)));
    MPB_TRY(mpb_json_set(line, "score", mpb_json_new_number(o->scores[o->best])));
    MPB_TRY(mpb_json_set_numbers(line, "scores", o->scores, o->count));
    return with_outputs ? mpb_json_set_floats(line, "logits", o->logits, o->count) : MPB_OK;
}

static mpb_status describe(const mpb_task_table *task, const mpb_task_results *results,
                           size_t document, bool with_outputs, mpb_json *line)
{
    outcome o;
    mpb_status status;

    (void)task;
    MPB_TRY(find_outcome(results, document, &o));
    status = set_outcome(&o, with_outputs, line);
    mpb_memory_destroy(o.scores);
    return status;
}

static mpb_status name_columns(const mpb_task_table *task, const mpb_task_results *results,
                               mpb_table_rows *rows)
{
    (void)task;
    (void)results;
    MPB_TRY(mpb_table_rows_add(rows, "label"));
    return mpb_table_rows_add(rows, "score");
}

static mpb_status fill_columns(const mpb_task_table *task, const mpb_task_results *results,
                               size_t document, mpb_table_rows *rows)
{
    outcome o;
    mpb_status status;

    (void)task;
    MPB_TRY(find_outcome(results, document, &o));
    status = mpb_table_rows_add_number(rows, (double)o.best);
    if (status == MPB_OK) {
        status = mpb_table_rows_add_number(rows, o.scores[o.best]);
    }
    mpb_memory_destroy(o.scores);
    return status;
}

const mpb_task_table task_choice = {
    .task = MPB_TASK_CHOICE,
    .head = MPB_HEAD_CHOICE,
    .metrics = METRICS,
    .num_metrics = NUM_METRICS,
    .smooths_labels = true,
    .joins_documents = true,
    .check = check,
    .summarise = summarise,
    .weigh = weigh,
    .score = score,
    .imitate = imitate_choice,
    .running = running_accuracy,
    .kept_size = kept_size,
    .condense = condense,
    .measure = measure,
    .report = report,
    .describe = describe,
    .name_columns = name_columns,
    .fill_columns = fill_columns,
};
