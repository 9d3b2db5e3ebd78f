#include "validation.h"

#include "mpibert/eval/predict.h"
#include "mpibert/session/screen.h"

mpb_status validation_begin(const mpb_trainer *trainer, validation *made)
{
    return mpb_documents_find(trainer->validation, &made->documents);
}

void validation_end(validation *gone)
{
    mpb_kept_clear(&gone->kept);
    mpb_documents_clear(&gone->documents);
}

static mpb_task_sequences sequences_of(const mpb_trainer *trainer)
{
    const mpb_stepper *stepper = trainer->stepper;

    return (mpb_task_sequences){
        .task = stepper->task,
        .nn = stepper->loss.nn,
        .data = trainer->validation,
        .num_labels = stepper->loss.num_labels,
        .draw = {.masking = stepper->loss.draw.masking, .epoch = MPB_EVALUATION_DRAW},
        .answers = trainer->options.answers};
}

mpb_status validation_predict(validation *v, const mpb_trainer *trainer, mpb_progress *progress)
{
    const mpb_predict_watch watch = {.tell = mpb_screen_validation, .context = progress};
    const mpb_stepper *stepper = trainer->stepper;
    const mpb_task_sequences sequences = sequences_of(trainer);
    const mpb_predict_options options = {.batch_size = trainer->options.eval_batch_sequences,
                                         .not_finite = MPB_ERR_DIVERGED,
                                         .choice = mpb_task_choice(&sequences),
                                         .keeping = mpb_task_keeping(&sequences),
                                         .watch = &watch};
    mpb_status status;

    mpb_updater_catch_up(stepper->updater);
    MPB_TRY(mpb_publisher_all_words(stepper->publisher));
    mpb_state_rest(stepper->state_lock);
    mpb_kept_clear(&v->kept);
    status = mpb_predict(trainer->comm, stepper->model, trainer->validation, &options, &v->kept);
    mpb_state_change(stepper->state_lock);
    return status;
}

mpb_status validation_measure(validation *v, const mpb_trainer *trainer, mpb_measures *measures)
{
    const mpb_task_sequences sequences = sequences_of(trainer);
    mpb_status status = MPB_OK;

    if (mpb_comm_rank(trainer->comm) == 0) {
        const mpb_task_results results = mpb_task_results_of(
            &sequences, &v->documents, &trainer->validation->label_names, &v->kept);

        mpb_task_merge(&sequences, &v->documents, trainer->options.document_pooling, &v->kept);
        status = sequences.task->measure(&results, measures);
    }
    MPB_TRY(mpb_comm_agree(trainer->comm, status));
    return mpb_comm_broadcast(trainer->comm, measures, sizeof(*measures));
}

size_t validation_name_metrics(const mpb_trainer *trainer, const mpb_measures *measures,
                               mpb_event_metric named[1 + MPB_MOST_METRICS])
{
    const mpb_task_table *task = trainer->stepper->task;

    named[0] = (mpb_event_metric){"loss", measures->loss};
    for (size_t i = 0; i < task->num_metrics; i++) {
        named[1 + i] = (mpb_event_metric){task->metrics[i].name, measures->values[i]};
    }
    return 1 + task->num_metrics;
}

bool validation_is_best(const mpb_trainer *trainer, const mpb_measures *measures,
                        mpb_training_state *state)
{
    const double score = mpb_task_metric_score(trainer->stepper->task,
                                               trainer->options.metric_for_best_model, measures);

    state->last_metric = score;
    if (state->best_step >= 0 && !(score > state->best_metric)) {
        state->stale_validations++;
        return false;
    }
    state->best_step = state->step;
    state->best_metric = score;
    state->stale_validations = 0;
    return true;
}
