#include "ask_teacher.h"

#include <stdio.h>
#include <string.h>

#include "mpibert/budget/memory_grant.h"
#include "mpibert/comm/watch.h"
#include "mpibert/core/bytes.h"
#include "mpibert/core/clock.h"
#include "mpibert/eval/predict.h"
#include "mpibert/session/same_view.h"
#include "mpibert/session/screen.h"
#include "mpibert/task/head_rows.h"
#include "rows_cache.h"

static size_t batch_size(const whole_run *run)
{
    return mpb_teacher_batch(run->config, mpb_comm_size(run->comm));
}

static mpb_status fits(const whole_run *run, const mpb_memory_grant *grant)
{
    const mpb_teacher_job job = {.teacher = &run->teacher,
                                 .data = &run->inputs.train,
                                 .batch_size = batch_size(run),
                                 .threads = run->team.threads,
                                 .precision = run->products.precision};
    char needed[MPB_BYTES_TEXT];
    char granted[MPB_BYTES_TEXT];
    size_t bytes;

    MPB_TRY(mpb_teacher_measure(&job, &bytes));
    bytes += mpb_memory_resident();
    MPB_REQUIRE(
        bytes <= grant->bytes, MPB_ERR_SYSTEM,
        "the teacher needs %s a rank, %s are granted: a smaller training.eval_batch_size, or "
        "fewer ranks a node (%s)",
        mpb_bytes_text((double)bytes, needed), mpb_bytes_text((double)grant->bytes, granted),
        grant->source);
    return MPB_OK;
}

static mpb_status make_room(const whole_run *run)
{
    mpb_memory_grant grant;

    MPB_TRY(mpb_memory_grant_get(run->comm, (size_t)run->config->training.memory_limit,
                                 "training.memory_limit", &grant));
    return mpb_comm_agree(run->comm, fits(run, &grant));
}

static mpb_status open_weights(const whole_run *run, mpb_model **model)
{
    const mpb_opened_model *opened = &run->teacher.opened;
    const mpb_model_limits limits = mpb_teacher_limits(&run->inputs.train, batch_size(run));

    MPB_TRY(mpb_model_create(&opened->config, &limits, &run->team, run->isa, run->products, model));
    return mpb_opened_model_read_weights(opened, mpb_model_parameters(*model),
                                         mpb_model_weights(*model));
}

/* The data without what the frozen encoder of a student makes of it; borrows all of it. */
static mpb_dataset texts_of(const whole_run *run)
{
    mpb_dataset texts = run->inputs.train;

    texts.encoded = (mpb_sequence_rows){0};
    return texts;
}

/* On rank 0, kept = what it says of each sequence. */
static mpb_status predict(const whole_run *run, mpb_model *model, mpb_kept *kept)
{
    const mpb_dataset train = texts_of(run);
    const mpb_task_sequences sequences = {.task = run->task, .data = &train};
    mpb_progress progress = mpb_screen_progress(run->log, run->config->logging.progress);
    const mpb_predict_watch watch = {.tell = mpb_screen_predictions, .context = &progress};
    const mpb_predict_options options = {.batch_size = batch_size(run),
                                         .not_finite = MPB_ERR_DATA,
                                         .choice = mpb_task_choice(&sequences),
                                         .keeping = mpb_head_rows_keeping(&train.taught),
                                         .watch = &watch};
    const mpb_status status = mpb_predict(run->comm, model, &train, &options, kept);

    mpb_progress_clear(&progress);
    return status;
}

/* What was kept lies as the rows do. */
static mpb_status share_out(const whole_run *run, const mpb_kept *kept)
{
    const mpb_sequence_rows *rows = &run->inputs.train.taught;
    const size_t bytes = mpb_sequence_rows_count(rows) * sizeof(*rows->values);

    if (mpb_comm_rank(run->comm) == 0) {
        memcpy(rows->values, kept->bytes, bytes);
    }
    return mpb_comm_broadcast(run->comm, rows->values, bytes);
}

static mpb_status ask_model(const whole_run *run, mpb_model *model)
{
    mpb_kept kept = {0};
    mpb_status status;

    MPB_TRY(mpb_same_weights(run->comm, mpb_model_weights(model), mpb_model_parameters(model)->size,
                             run->teacher.opened.directory));
    status = predict(run, model, &kept);
    if (status == MPB_OK) {
        status = share_out(run, &kept);
    }
    mpb_kept_clear(&kept);
    return status;
}

static mpb_status ask(void *context)
{
    const whole_run *run = context;
    mpb_model *model = NULL;
    mpb_status status;

    MPB_TRY(make_room(run));
    status = mpb_comm_agree(run->comm, open_weights(run, &model));
    if (status == MPB_OK) {
        status = ask_model(run, model);
    }
    mpb_model_destroy(&model);
    return status;
}

static mpb_status add_facts(const void *context, mpb_sha256 *hash)
{
    const whole_run *run = context;

    mpb_sha256_update(hash, run->teacher.digest, sizeof(run->teacher.digest));
    return MPB_OK;
}

static void announce(const whole_run *run, size_t computed, double seconds)
{
    const char *cache = run->config->data.cache_directory;
    char line[3 * MPB_PATH_SIZE];

    if (computed > 0) {
        snprintf(line, sizeof(line),
                 "Teacher: %s; ran once, without dropout, on %zu sequences in %.1f s, kept in %s",
                 run->config->model.teacher, computed, seconds, cache);
    } else {
        snprintf(line, sizeof(line), "Teacher: %s; what it says of the texts is in %s",
                 run->config->model.teacher, cache);
    }
    mpb_log_show(run->log, line);
}

mpb_status ask_teacher(whole_run *run)
{
    const rows_maker maker = {
        .name = "taught", .context = run, .add_facts = add_facts, .make = ask};
    mpb_dataset *train = &run->inputs.train;
    const double started_at = mpb_clock_seconds();
    size_t computed = 0;

    if (!run->teacher.is_there) {
        return MPB_OK;
    }
    mpb_comm_note(run->comm, "asking the teacher", -1);
    MPB_TRY(rows_cache_fill(run, &maker, train, &train->taught, &computed));
    announce(run, computed, mpb_clock_seconds() - started_at);
    return MPB_OK;
}
