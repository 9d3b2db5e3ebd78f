#include "run_memory.h"

#include "memory_advice.h"
#include "mpibert/train/memory_grant.h"
#include "mpibert/train/memory_plan.h"

static mpb_memory_job job_of(const run_memory *run, const batch_limits *limits)
{
    return (mpb_memory_job){
        .model = run->model,
        .limits = limits->model,
        .threads = run->threads,
        .precision = run->precision,
        .resident = mpb_memory_resident(),
        .data = mpb_dataset_bytes(run->sizes.train) + mpb_dataset_bytes(run->sizes.validation),
        .buffers = batch_limits_buffers(&run->sizes, limits, run->model),
    };
}

static mpb_status refuse(const run_memory *run, const mpb_memory_job *job,
                         const mpb_memory_plan *plan, const mpb_memory_grant *grant)
{
    mpb_buffer advice = {0};
    mpb_status status = memory_advice_append(run, job, plan, grant->bytes, &advice);

    if (status == MPB_OK) {
        status = mpb_memory_plan_refuse(plan, grant, advice.data);
    }
    mpb_buffer_clear(&advice);
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

    MPB_TRY(mpb_memory_grant_get(run->comm, (size_t)run->config->training.memory_limit,
                                 "training.memory_limit", &grant));
    MPB_TRY(mpb_comm_agree(run->comm, plan_own(run, &grant, limits, &plan)));
    return mpb_memory_plan_announce(run->log, run->comm, &plan, run->model->num_hidden_layers,
                                    &grant);
}
