#include "run_memory.h"

#include <stdio.h>

#include "memory_advice.h"
#include "mpibert/core/bytes.h"
#include "mpibert/train/memory_grant.h"
#include "mpibert/train/memory_plan.h"

/* The limit that the user set counts whole, and alone. Collective. */
static mpb_status find_grant(const run_memory *run, mpb_memory_grant *grant)
{
    const int64_t limit = run->config->training.memory_limit;

    MPB_TRY(mpb_memory_grant_of_node(run->comm, grant));
    if (limit > 0) {
        grant->bytes = (size_t)limit;
        snprintf(grant->source, sizeof(grant->source), "training.memory_limit");
    }
    return MPB_OK;
}

static mpb_memory_job job_of(const run_memory *run, const batch_limits *limits)
{
    return (mpb_memory_job){
        .model = run->model,
        .limits = limits->model,
        .threads = run->threads,
        .resident = mpb_memory_resident(),
        .data = mpb_dataset_bytes(run->sizes.train) + mpb_dataset_bytes(run->sizes.validation),
        .buffers = batch_limits_buffers(&run->sizes, limits, (size_t)run->model->num_labels),
    };
}

static mpb_status refuse(const run_memory *run, const mpb_memory_job *job,
                         const mpb_memory_plan *plan, const mpb_memory_grant *grant)
{
    char needed[MPB_BYTES_TEXT];
    char granted[MPB_BYTES_TEXT];
    mpb_buffer text = {0};
    mpb_status status = mpb_memory_plan_describe(plan, &text);

    if (status == MPB_OK) {
        status = mpb_buffer_append_text(&text, "; ");
    }
    if (status == MPB_OK) {
        status = memory_advice_append(run, job, plan, grant->bytes, &text);
    }
    if (status == MPB_OK) {
        status = MPB_FAIL(MPB_ERR_SYSTEM, "training needs %s a rank%s, %s are granted: %s (%s)",
                          mpb_bytes_text((double)mpb_memory_plan_bytes(plan), needed),
                          plan->checkpointed_layers > 0 ? " with all layers checkpointed" : "",
                          mpb_bytes_text((double)grant->bytes, granted), text.data, grant->source);
    }
    mpb_buffer_clear(&text);
    return status;
}

static mpb_status plan_own(const run_memory *run, const mpb_memory_grant *grant,
                           batch_limits *limits, mpb_memory_plan *plan)
{
    const mpb_memory_job job = job_of(run, limits);

    MPB_TRY(mpb_memory_plan_make(&job, run->config->training.activation_checkpointing, grant->bytes,
                                 plan));
    if (mpb_memory_plan_bytes(plan) > grant->bytes) {
        return refuse(run, &job, plan, grant);
    }
    limits->model.checkpointed_layers = plan->checkpointed_layers;
    return MPB_OK;
}

mpb_status run_memory_plan(const run_memory *run, batch_limits *limits)
{
    mpb_memory_grant grant;
    mpb_memory_plan plan;

    MPB_TRY(find_grant(run, &grant));
    MPB_TRY(mpb_comm_agree(run->comm, plan_own(run, &grant, limits, &plan)));
    return mpb_memory_plan_announce(run->log, run->comm, &plan, run->model->num_hidden_layers,
                                    &grant);
}
