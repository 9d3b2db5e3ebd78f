#include <stdio.h>

#include "mpibert/io/json.h"
#include "plan_report.h"

/* A number of the answer. */
typedef struct number {
    const char *name;
    double value;
} number;

static mpb_status set_numbers(mpb_json *object, const number *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        MPB_TRY(mpb_json_set(object, numbers[i].name, mpb_json_new_number(numbers[i].value)));
    }
    return MPB_OK;
}

static mpb_status add_section(mpb_json *root, const char *name, const number *numbers, size_t count)
{
    mpb_json *section = mpb_json_new_object();

    MPB_TRY(mpb_json_set(root, name, section));
    return set_numbers(section, numbers, count);
}

#define SECTION(root, name, numbers)                                                               \
    add_section(root, name, numbers, sizeof(numbers) / sizeof(*(numbers)))

static mpb_status add_data(const mpb_run_forecast *f, mpb_json *root)
{
    const mpb_data_forecast *d = &f->data;
    const number numbers[] = {
        {"texts", (double)d->texts},
        {"texts_read", (double)d->truncation.texts},
        {"truncated_texts", (double)d->truncation.truncated_texts},
        {"source_tokens", (double)d->truncation.tokens},
        {"tokens_cut", (double)d->truncation.tokens_cut},
        {"train_sequences", (double)d->train_sequences},
        {"validation_sequences", (double)d->validation_sequences},
        {"mean_length", d->mean_length},
        {"longest", (double)d->longest},
        {"tokens_per_epoch", d->tokens},
    };

    MPB_TRY(mpb_json_set(root, "sampled", mpb_json_new_boolean(d->sampled)));
    return SECTION(root, "data", numbers);
}

static mpb_status add_memory(const mpb_run_forecast *f, mpb_json *root)
{
    const mpb_memory_plan *plan = &f->memory.largest;
    const number numbers[] = {
        {"bytes", (double)mpb_memory_plan_bytes(plan)},
        {"granted_bytes", (double)f->grant.bytes},
        {"parameter_bytes", (double)plan->parameters},
        {"activation_bytes", (double)plan->activations},
        {"scratch_bytes", (double)plan->scratch},
        {"data_bytes", (double)plan->data},
        {"teacher_bytes", (double)f->teacher_bytes},
        {"program_bytes", (double)plan->program},
        {"checkpointed_layers", plan->checkpointed_layers},
        {"max_tokens", (double)f->memory.max_tokens},
        {"max_sequences", (double)f->memory.max_sequences},
    };

    MPB_TRY(mpb_json_set(root, "memory_fits", mpb_json_new_boolean(f->memory.fits)));
    MPB_TRY(mpb_json_set(root, "granted_by", mpb_json_new_text(f->grant.source)));
    if (!f->memory.fits) {
        MPB_TRY(mpb_json_set(root, "advice", mpb_json_new_text(f->memory_advice.data)));
    }
    return SECTION(root, "memory_per_rank", numbers);
}

static mpb_status add_disk(const mpb_run_forecast *f, mpb_json *root)
{
    const mpb_disk_forecast *d = &f->disk;
    const number numbers[] = {
        {"model_bytes", d->model},        {"checkpoint_bytes", d->checkpoint},
        {"checkpoints", (double)d->kept}, {"models", (double)d->models},
        {"cache_bytes", d->cache},        {"total_bytes", d->total},
        {"free_bytes", d->free},          {"frozen_bytes", d->frozen},
    };

    return SECTION(root, "disk", numbers);
}

static mpb_status add_step(const mpb_run_forecast *f, mpb_json *root)
{
    const mpb_step_forecast *s = &f->time.steps.step;
    const number numbers[] = {
        {"seconds", s->seconds},
        {"compute", s->compute},
        {"update", s->update},
        {"network", s->network},
        {"hidden", s->hidden},
        {"exposed", s->exposed},
        {"bytes_per_node", s->bytes},
        {"summed_floats", f->time.steps.floats},
        {"used_words", f->time.steps.used_words},
        {"balance", f->time.steps.balance},
        {"examples_per_second", f->time.steps.examples / s->seconds},
        {"tokens_per_second", f->time.steps.tokens / s->seconds},
    };

    return SECTION(root, "step", numbers);
}

static mpb_status add_run(const mpb_plan_report *report, mpb_json *root)
{
    const mpb_time_forecast *t = &report->forecast->time;
    const number numbers[] = {
        {"steps", (double)t->length.steps},
        {"steps_per_epoch", (double)t->length.steps_per_epoch},
        {"batch_size", (double)t->batch_size},
        {"teaching_seconds", t->teaching},
        {"training_seconds", t->training},
        {"validations", (double)t->validations},
        {"validating_seconds", t->validating},
        {"checkpoints", (double)t->saves},
        {"saving_seconds", t->saving},
        {"total_seconds", t->total},
        {"time_limit_seconds", report->time_limit},
        {"jobs", mpb_plan_jobs(report)},
    };

    return SECTION(root, "run", numbers);
}

static mpb_status add_machine(const mpb_plan_report *report, mpb_json *root)
{
    const mpb_run_forecast *f = report->forecast;
    const mpb_network *n = &report->question->network;
    const number numbers[] = {
        {"ranks", report->question->ranks},
        {"nodes", report->question->nodes},
        {"ranks_per_node", f->ranks_per_node},
        {"threads", f->threads},
        {"gflops_per_rank", f->speed.flops_per_second / 1e9},
        {"memory_bytes_per_second", f->speed.memory_bytes_per_second},
        {"network_bytes_per_second", n->bytes_per_second},
        {"latency_seconds", n->latency},
        {"message_seconds", n->message_seconds},
        {"host_seconds_per_byte", n->host_seconds_per_byte},
    };

    MPB_TRY(mpb_json_set(root, "model", mpb_json_new_text(f->model)));
    MPB_TRY(mpb_json_set(root, "network", mpb_json_new_text(report->network)));
    MPB_TRY(mpb_json_set(root, "speed_measured_here", mpb_json_new_boolean(f->measured)));
    return SECTION(root, "machine", numbers);
}

static mpb_status describe(const mpb_plan_report *report, mpb_json *root)
{
    MPB_TRY(add_machine(report, root));
    MPB_TRY(add_data(report->forecast, root));
    MPB_TRY(add_memory(report->forecast, root));
    MPB_TRY(add_disk(report->forecast, root));
    MPB_TRY(add_step(report->forecast, root));
    return add_run(report, root);
}

mpb_status mpb_plan_print_json(const mpb_plan_report *report)
{
    mpb_json *root = mpb_json_new_object();
    mpb_buffer text = {0};
    mpb_status status = root == NULL ? MPB_FAIL(MPB_ERR_SYSTEM, "no memory for the forecast")
                                     : describe(report, root);

    if (status == MPB_OK) {
        status = mpb_json_write(root, 0, &text);
    }
    mpb_json_destroy(&root);
    if (status == MPB_OK) {
        puts(text.data);
    }
    mpb_buffer_clear(&text);
    return status;
}
