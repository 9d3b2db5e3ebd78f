#include "mpibert/train/step.h"

#include <math.h>
#include <string.h>

#include "bad_examples.h"
#include "mpibert/core/clock.h"
#include "mpibert/core/memory.h"
#include "mpibert/eval/metrics.h"
#include "mpibert/train/signals.h"

mpb_status mpb_stepper_prepare(mpb_stepper *stepper, size_t max_tokens, size_t max_sequences)
{
    const mpb_model_config *config = mpb_model_configuration(stepper->model);
    const size_t num_labels = (size_t)config->num_labels;

    MPB_TRY(mpb_used_rows_create((size_t)config->vocab_size, &stepper->used));
    MPB_TRY(mpb_batch_buffer_create(max_tokens, max_sequences, &stepper->batch));
    MPB_TRY(mpb_memory_create(max_sequences * num_labels, sizeof(float), "the logits of a batch",
                              (void **)&stepper->logits));
    return mpb_memory_create(max_sequences * num_labels, sizeof(float),
                             "the gradient of a batch's logits", (void **)&stepper->dlogits);
}

size_t mpb_stepper_bytes(const mpb_model_config *config, size_t max_tokens, size_t max_sequences)
{
    return mpb_used_rows_bytes((size_t)config->vocab_size) +
           mpb_batch_buffer_bytes(max_tokens, max_sequences) +
           2 * max_sequences * (size_t)config->num_labels * sizeof(float);
}

void mpb_stepper_clear(mpb_stepper *stepper)
{
    mpb_used_rows_destroy(&stepper->used);
    mpb_batch_buffer_destroy(&stepper->batch);
    mpb_memory_destroy(stepper->logits);
    mpb_memory_destroy(stepper->dlogits);
    stepper->logits = NULL;
    stepper->dlogits = NULL;
}

/* Sums over this rank's examples of one step. */
typedef struct own_sums {
    double loss; /* already divided by the step's total weight */
    double hits;
    bad_examples bad;
} own_sums;

static float weight_of(const mpb_stepper *stepper, int label)
{
    return stepper->class_weights == NULL ? 1.0f : stepper->class_weights[label];
}

/* The divisor of the step's loss: the sum of the weights of its examples on all ranks. Each rank
 * computes it from the plan, so unequal shares stay exact and nothing is sent. */
static double count_step(mpb_stepper *stepper, const mpb_step *step, size_t epoch,
                         mpb_step_report *report)
{
    double total = 0.0;

    for (size_t micro = 0; micro < step->num_micro; micro++) {
        const size_t *indices;
        size_t count;
        size_t longest = 0;

        mpb_plan_all(stepper->plan, epoch, step->first_micro + micro, &indices, &count);
        for (size_t i = 0; i < count; i++) {
            const uint64_t *offset = stepper->dataset->offsets + indices[i];
            size_t length = (size_t)(offset[1] - offset[0]);

            total += (double)weight_of(stepper, stepper->dataset->labels[indices[i]]);
            report->real_tokens += (int64_t)length;
            longest = length > longest ? length : longest;
        }
        report->padded_tokens += (int64_t)(longest * count);
        report->examples += (int64_t)count;
    }
    return total;
}

/* Losses, hits and the gradient of the logits of the batch that was just computed. */
static mpb_status score_batch(mpb_stepper *stepper, double total_weight, own_sums *sums)
{
    const int num_labels = mpb_model_configuration(stepper->model)->num_labels;
    const mpb_batch *batch = &stepper->batch.batch;

    for (size_t i = 0; i < batch->num_sequences; i++) {
        const float *row = stepper->logits + i * (size_t)num_labels;
        float *drow = stepper->dlogits + i * (size_t)num_labels;
        int label = batch->labels[i];
        float weight = (float)((double)weight_of(stepper, label) / total_weight);
        double loss = stepper->nn->loss.cross_entropy(num_labels, label, stepper->label_smoothing,
                                                      weight, row, drow);

        sums->loss += (double)weight * loss;
        sums->hits += mpb_argmax(row, num_labels) == label;
        if (!isfinite(loss)) {
            MPB_TRY(bad_examples_note(&sums->bad, stepper->dataset->ids.items[batch->examples[i]]));
        }
    }
    return MPB_OK;
}

static mpb_status run_micro(mpb_stepper *stepper, size_t epoch, size_t micro,
                            const mpb_dropout_draw *dropout, double total_weight, own_sums *sums,
                            mpb_step_report *report)
{
    const size_t *indices;
    size_t count;
    size_t tokens;
    double started_at = mpb_clock_seconds();

    mpb_plan_own(stepper->plan, epoch, micro, &indices, &count, &tokens);
    mpb_batch_buffer_fill(&stepper->batch, stepper->dataset, indices, count);
    report->seconds_input += mpb_clock_seconds() - started_at;
    mpb_model_forward(stepper->model, &stepper->batch.batch, dropout, stepper->logits);
    MPB_TRY(score_batch(stepper, total_weight, sums));
    mpb_model_backward(stepper->model, &stepper->batch.batch, dropout, stepper->dlogits, NULL,
                       NULL);
    return MPB_OK;
}

/* Makes ready for the words of the step. */
static void begin_step(mpb_stepper *stepper, const mpb_step *step, size_t epoch)
{
    const mpb_word_rows rows =
        mpb_used_rows_find(&stepper->used, stepper->plan, stepper->dataset, epoch, step);

    mpb_updater_begin(stepper->updater, &rows);
    mpb_model_use_words(stepper->model, &rows);
    mpb_model_zero_gradients(stepper->model);
}

/* A micro-batch's dropout depends on its number in the run. A step that a signal interrupts is
 * given up, so the rest of it is not worth its time. */
static mpb_status run_all_micros(mpb_stepper *stepper, const mpb_step *step, size_t epoch,
                                 own_sums *sums, mpb_step_report *report)
{
    double total_weight = count_step(stepper, step, epoch, report);

    begin_step(stepper, step, epoch);
    mpb_keeper_rest(stepper->keeper);
    for (size_t i = 0; i < step->num_micro && !mpb_signals_raised(); i++) {
        const size_t micro = step->first_micro + i;
        const mpb_dropout_draw dropout = {
            .seed = stepper->seed, .step = mpb_plan_micro_number(stepper->plan, epoch, micro)};

        MPB_TRY(run_micro(stepper, epoch, micro, &dropout, total_weight, sums, report));
    }
    return MPB_OK;
}

/* Sums the small numbers, then, unless some rank is asked to stop, the gradients. The first
 * collective also shows how long this rank waits for the slowest one, and tells every rank when one
 * of them has failed (`own`). */
static mpb_status reduce(mpb_stepper *stepper, mpb_status own, const own_sums *sums,
                         size_t *num_bad, mpb_step_report *report)
{
    const size_t begin = mpb_model_gradients_begin(stepper->model);
    const size_t count = mpb_model_parameters(stepper->model)->size - begin;
    double small[5] = {sums->loss, sums->hits, (double)sums->bad.count,
                       mpb_signals_raised() ? 1.0 : 0.0, own == MPB_OK ? 0.0 : 1.0};
    double started_at = mpb_clock_seconds();
    double waited_at;

    MPB_TRY(mpb_comm_sum_double(stepper->comm, small, 5));
    if (small[4] > 0.0) {
        return mpb_comm_agree(stepper->comm, own);
    }
    report->asked_to_stop = small[3] > 0.0;
    if (report->asked_to_stop) {
        return MPB_OK;
    }
    waited_at = mpb_clock_seconds();
    MPB_TRY(mpb_comm_sum_float(stepper->comm, mpb_model_gradients(stepper->model) + begin, count));
    report->seconds_wait = waited_at - started_at;
    report->seconds_communication = mpb_clock_seconds() - waited_at;
    report->loss = small[0];
    report->hits = (int64_t)small[1];
    *num_bad = (size_t)small[2];
    return MPB_OK;
}

/* `num_bad` examples on all ranks. The norm and the loss are the same on all of them. */
static mpb_status check_finite(const mpb_stepper *stepper, const own_sums *sums, size_t num_bad,
                               int64_t number, const mpb_step_report *report)
{
    if (num_bad > 0) {
        return bad_examples_fail(&sums->bad, stepper->comm, num_bad, number);
    }
    MPB_REQUIRE(isfinite(report->loss) && isfinite(report->gradient_norm), MPB_ERR_DIVERGED,
                "the gradient is not finite at step %lld (norm %g, loss %g); a lower "
                "training.learning_rate usually helps",
                (long long)number, report->gradient_norm, report->loss);
    return MPB_OK;
}

mpb_status mpb_stepper_run(mpb_stepper *stepper, int64_t step, size_t epoch, size_t step_in_epoch,
                           double learning_rate, mpb_step_report *report)
{
    const mpb_step micros = mpb_plan_step(stepper->plan, step_in_epoch);
    double started_at = mpb_clock_seconds();
    const float *gradients = NULL;
    own_sums sums = {0};
    size_t num_bad = 0;
    mpb_status status;

    memset(report, 0, sizeof(*report));
    status = run_all_micros(stepper, &micros, epoch, &sums, report);
    status = reduce(stepper, status, &sums, &num_bad, report);
    mpb_keeper_change(stepper->keeper);
    if (status == MPB_OK && !report->asked_to_stop) {
        gradients = mpb_model_gradients(stepper->model);
        report->gradient_norm = mpb_updater_gradient_norm(stepper->updater, gradients);
        status = check_finite(stepper, &sums, num_bad, step, report);
    }
    bad_examples_clear(&sums.bad);
    if (status != MPB_OK || report->asked_to_stop) {
        return status;
    }
    mpb_updater_apply(stepper->updater, step, learning_rate, report->gradient_norm, gradients);
    report->seconds_compute = mpb_clock_seconds() - started_at - report->seconds_wait -
                              report->seconds_communication - report->seconds_input;
    return MPB_OK;
}
