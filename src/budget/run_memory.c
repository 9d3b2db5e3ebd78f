#include "mpibert/budget/run_memory.h"

#include "memory_advice.h"
#include "mpibert/budget/memory_grant.h"

mpb_memory_job mpb_run_memory_job(const mpb_run_memory *run, const mpb_batch_limits *limits,
                                  int owners)
{
    const mpb_plan_options *plan = &run->sizes.plan;
    const mpb_comm *comm = run->comm;

    return (mpb_memory_job){
        .model = run->model,
        .limits = limits->model,
        .threads = run->threads,
        .precision = run->precision,
        .optimizer = run->config->training.optimizer,
        .ranks = plan->size,
        .node_size = comm == NULL ? 1 : mpb_comm_node_size(comm),
        .num_nodes = comm == NULL ? plan->size : mpb_comm_num_nodes(comm),
        .own_cells = plan->deterministic ? MPB_PLAN_CELLS / plan->size : 0,
        .owner = owners > 1 ? plan->rank : 0,
        .owners = owners,
        .resident = mpb_memory_resident(),
        .data = mpb_dataset_bytes(run->sizes.train) + mpb_dataset_bytes(run->sizes.validation),
        .buffers = mpb_batch_limits_buffers(&run->sizes, limits, run->model),
        .sums = &run->config->cluster,
    };
}

static mpb_status refuse(const mpb_run_memory *run, const mpb_memory_job *job,
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

static mpb_status plan_own(const mpb_run_memory *run, const mpb_memory_grant *grant, int owners,
                           mpb_batch_limits *limits, mpb_memory_plan *plan)
{
    const mpb_memory_job job = mpb_run_memory_job(run, limits, owners);

    MPB_TRY(mpb_memory_plan_make(&job, run->config->training.activation_checkpointing, grant->bytes,
                                 plan));
    if (mpb_memory_plan_bytes(plan) > grant->bytes) {
        return refuse(run, &job, plan, grant);
    }
    limits->model.checkpointed_layers = plan->checkpointed_layers;
    return MPB_OK;
}

mpb_status mpb_run_memory_asks_to_share(const mpb_run_config *config, const mpb_memory_job *job,
                                        size_t granted, bool *asks)
{
    const mpb_run_checkpointing checkpointing = config->training.activation_checkpointing;
    const mpb_run_sharding sharding = config->cluster.shard_optimizer;
    mpb_memory_plan plan;

    if (sharding != MPB_RUN_SHARDING_AUTO) {
        *asks = sharding == MPB_RUN_SHARDING_TRUE;
        return MPB_OK;
    }
    MPB_TRY(mpb_memory_plan_make(job, checkpointing, granted, &plan));
    *asks = mpb_memory_plan_bytes(&plan) > granted ||
            (checkpointing == MPB_RUN_CHECKPOINTING_AUTO && plan.checkpointed_layers > 0);
    return MPB_OK;
}

/* Collective. */
static mpb_status choose_owners(const mpb_run_memory *run, const mpb_memory_grant *grant,
                                const mpb_batch_limits *limits, int *owners)
{
    const mpb_memory_job job = mpb_run_memory_job(run, limits, 1);
    bool asks = false;
    mpb_status status = mpb_run_memory_asks_to_share(run->config, &job, grant->bytes, &asks);
    double any = asks ? 1.0 : 0.0;

    MPB_TRY(mpb_comm_agree(run->comm, status));
    MPB_TRY(mpb_comm_max_double(run->comm, &any, 1));
    *owners = any > 0.0 ? mpb_comm_size(run->comm) : 1;
    return MPB_OK;
}

mpb_status mpb_run_memory_plan(const mpb_run_memory *run, mpb_batch_limits *limits, int *owners)
{
    mpb_memory_grant grant;
    mpb_memory_plan plan;

    MPB_TRY(mpb_memory_grant_get(run->comm, (size_t)run->config->training.memory_limit,
                                 "training.memory_limit", &grant));
    MPB_TRY(choose_owners(run, &grant, limits, owners));
    MPB_TRY(mpb_comm_agree(run->comm, plan_own(run, &grant, *owners, limits, &plan)));
    return mpb_memory_plan_announce(run->log, run->comm, &plan, run->model->num_hidden_layers,
                                    &grant);
}
