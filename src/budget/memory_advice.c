#include "memory_advice.h"

#include "mpibert/core/bytes.h"

enum { SHORTEST_USEFUL = 32 }; /* tokens of a text */

/* Advice that is being collected. */
typedef struct advice {
    const mpb_run_memory *run;
    const mpb_memory_job *job;
    size_t granted;
    mpb_buffer *out;
    bool any;
} advice;

/* The least that other batches would need, and whether that fits. */
static mpb_status measure(const advice *to, const mpb_memory_job *job, size_t *bytes, bool *fits)
{
    mpb_memory_plan plan;

    MPB_TRY(mpb_memory_plan_make(job, MPB_RUN_CHECKPOINTING_ALL, to->granted, &plan));
    *bytes = mpb_memory_plan_bytes(&plan);
    *fits = *bytes <= to->granted;
    return MPB_OK;
}

static mpb_status begin_one(advice *to)
{
    const char *text = to->any ? " or " : "";

    to->any = true;
    return mpb_buffer_append_text(to->out, text);
}

static mpb_status end_one(const advice *to, size_t bytes)
{
    char text[MPB_BYTES_TEXT];

    return mpb_buffer_append_format(to->out, " needs %s", mpb_bytes_text((double)bytes, text));
}

static mpb_status advise_checkpointing(advice *to)
{
    size_t bytes;
    bool fits;

    if (to->run->config->training.activation_checkpointing != MPB_RUN_CHECKPOINTING_NONE) {
        return MPB_OK;
    }
    MPB_TRY(measure(to, to->job, &bytes, &fits));
    if (!fits) {
        return MPB_OK;
    }
    MPB_TRY(begin_one(to));
    MPB_TRY(mpb_buffer_append_text(to->out, "training.activation_checkpointing: all"));
    return end_one(to, bytes);
}

static mpb_status measure_batch(const advice *to, size_t batch_size, size_t *bytes, bool *fits)
{
    mpb_memory_job job = *to->job;
    mpb_batch_sizes sizes = to->run->sizes;
    mpb_batch_limits limits;
    mpb_plan *plan = NULL;

    sizes.plan.batch_size = batch_size;
    MPB_TRY(mpb_plan_create(&sizes.plan, &plan));
    mpb_batch_limits_find(&sizes, plan, &limits);
    mpb_plan_destroy(&plan);
    job.limits = limits.model;
    job.buffers = mpb_batch_limits_buffers(&sizes, &limits, to->run->model);
    return measure(to, &job, bytes, fits);
}

static mpb_status name_batch(const advice *to, size_t batch_size, size_t parts)
{
    const size_t size = (size_t)to->run->sizes.plan.size;
    const bool per_rank = to->run->config->training.batch_size_per_rank > 0;

    return mpb_buffer_append_format(
        to->out, "training.%s %zu with training.gradient_accumulation_steps %zu",
        per_rank ? "batch_size_per_rank" : "batch_size", per_rank ? batch_size / size : batch_size,
        parts * to->run->sizes.plan.accumulation);
}

/* The largest part of the batch that fits and leaves the optimizer steps as they are. */
static mpb_status advise_batch(advice *to)
{
    const size_t whole = to->run->sizes.plan.batch_size;
    const size_t size = (size_t)to->run->sizes.plan.size;
    size_t bytes = 0;
    bool fits = false;

    for (size_t parts = 2; parts <= whole / size; parts++) {
        const size_t part = whole / parts;

        if (whole % parts != 0 || part % size != 0) {
            continue;
        }
        MPB_TRY(measure_batch(to, part, &bytes, &fits));
        if (fits) {
            MPB_TRY(begin_one(to));
            MPB_TRY(name_batch(to, part, parts));
            return end_one(to, bytes);
        }
    }
    return MPB_OK;
}

/* Halves the longest text until the batch fits; texts that are shorter need less. */
static mpb_status advise_length(advice *to)
{
    mpb_memory_job job = *to->job;

    for (size_t length = job.limits.max_length / 2; length >= SHORTEST_USEFUL; length /= 2) {
        const size_t most = length * job.limits.max_sequences;
        size_t bytes;
        bool fits;

        job.limits.max_length = length;
        job.limits.max_tokens = most < job.limits.max_tokens ? most : job.limits.max_tokens;
        MPB_TRY(measure(to, &job, &bytes, &fits));
        if (fits) {
            MPB_TRY(begin_one(to));
            MPB_TRY(mpb_buffer_append_format(to->out, "model.max_seq_length %zu", length));
            return end_one(to, bytes);
        }
    }
    return MPB_OK;
}

/* Where the moments may not be shared out, but would be few enough then. */
static mpb_status advise_sharing(advice *to)
{
    const int ranks = to->run->sizes.plan.size;
    mpb_memory_job job = *to->job;
    size_t bytes;
    bool fits;

    if (ranks == 1 || to->run->config->cluster.shard_optimizer != MPB_RUN_SHARDING_FALSE) {
        return MPB_OK;
    }
    job.owners = ranks;
    MPB_TRY(measure(to, &job, &bytes, &fits));
    if (!fits) {
        return MPB_OK;
    }
    MPB_TRY(begin_one(to));
    MPB_TRY(mpb_buffer_append_text(to->out, "cluster.shard_optimizer: true"));
    return end_one(to, bytes);
}

/* Ranks on other nodes share the tokens and maybe the moments, not the weights. */
static mpb_status advise_ranks(advice *to)
{
    mpb_memory_job job = *to->job;
    const size_t sequences = job.limits.max_sequences;

    if (to->run->config->training.batch_size_per_rank > 0) {
        return MPB_OK;
    }
    for (size_t times = 2; times <= sequences; times *= 2) {
        const size_t tokens = (job.limits.max_tokens + times - 1) / times;
        mpb_memory_job share = job;
        size_t bytes;
        bool fits;

        share.owners = job.owners > 1 ? job.owners * (int)times : job.owners;
        share.limits.max_sequences = (sequences + times - 1) / times;
        share.limits.max_tokens = tokens > job.limits.max_length ? tokens : job.limits.max_length;
        MPB_TRY(measure(to, &share, &bytes, &fits));
        if (fits) {
            MPB_TRY(begin_one(to));
            MPB_TRY(mpb_buffer_append_format(
                to->out, "%zu times as many ranks, each with this much memory,", times));
            return end_one(to, bytes);
        }
    }
    return MPB_OK;
}

mpb_status memory_advice_append(const mpb_run_memory *run, const mpb_memory_job *job,
                                const mpb_memory_plan *plan, size_t granted, mpb_buffer *out)
{
    advice to = {.run = run, .job = job, .granted = granted, .out = out};
    char text[MPB_BYTES_TEXT];

    MPB_TRY(advise_checkpointing(&to));
    MPB_TRY(advise_sharing(&to));
    MPB_TRY(advise_batch(&to));
    MPB_TRY(advise_length(&to));
    MPB_TRY(advise_ranks(&to));
    if (to.any) {
        return MPB_OK;
    }
    return mpb_buffer_append_format(
        out,
        "a smaller model or a node with more memory would help: weights, gradients and moments "
        "alone need %s, however small the batches",
        mpb_bytes_text((double)plan->parameters, text));
}
