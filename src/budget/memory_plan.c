#include "mpibert/budget/memory_plan.h"

#include <stdio.h>

#include "mpibert/core/bytes.h"
#include "mpibert/step/exact_sum.h"
#include "mpibert/step/gradient_sums.h"
#include "mpibert/step/publisher.h"
#include "mpibert/step/updater.h"

static int owners_of(const mpb_memory_job *job)
{
    return job->owners > 1 ? job->owners : 1;
}

static mpb_status optimizer_bytes(const mpb_memory_job *job, size_t *bytes)
{
    mpb_parameters all;
    mpb_parameters trained;
    mpb_share share;
    mpb_status status;

    MPB_TRY(mpb_parameters_create(job->model, &all));
    status = mpb_parameters_trained(&all, &trained);
    mpb_parameters_destroy(&all);
    MPB_TRY(status);
    share = mpb_share_of(&trained, job->owner, owners_of(job));
    *bytes = mpb_updater_bytes(job->optimizer, &trained, &share) + mpb_publisher_bytes(&share);
    mpb_parameters_destroy(&trained);
    return MPB_OK;
}

static size_t exact_bytes(const mpb_memory_job *job, const mpb_model_sizes *sizes)
{
    return job->own_cells == 0
               ? 0
               : mpb_exact_sum_bytes(job->ranks, job->own_cells, sizes->gradients / sizeof(float));
}

static size_t reduction_bytes(const mpb_memory_job *job, const mpb_model_sizes *sizes)
{
    mpb_reduction_options options;

    if (job->sums == NULL || job->own_cells > 0) {
        return 0;
    }
    options = mpb_gradient_sums_options(job->sums, sizes->gradients / sizeof(float), owners_of(job),
                                        NULL, MPB_ISA_PLAIN);
    return mpb_reduction_bytes(&options, job->ranks, job->node_size, job->num_nodes);
}

static mpb_status plan_with(const mpb_memory_job *job, int checkpointed_layers,
                            mpb_memory_plan *plan)
{
    mpb_model_limits limits = job->limits;
    mpb_model_sizes sizes;
    size_t optimizer;

    limits.checkpointed_layers = checkpointed_layers;
    MPB_TRY(mpb_model_measure(job->model, &limits, job->threads, job->precision, &sizes));
    MPB_TRY(optimizer_bytes(job, &optimizer));
    *plan = (mpb_memory_plan){
        .parameters = sizes.weights + sizes.gradients + exact_bytes(job, &sizes) + optimizer,
        .activations = sizes.activations,
        .scratch = sizes.scratch + job->buffers + reduction_bytes(job, &sizes),
        .data = job->data,
        .program = job->resident > job->data ? job->resident - job->data : 0,
        .checkpointed_layers = checkpointed_layers,
        .owners = owners_of(job),
    };
    return MPB_OK;
}

mpb_status mpb_memory_plan_make(const mpb_memory_job *job, mpb_run_checkpointing how,
                                size_t granted, mpb_memory_plan *plan)
{
    const int most = how == MPB_RUN_CHECKPOINTING_NONE ? 0 : job->model->num_hidden_layers - 1;
    int layers = how == MPB_RUN_CHECKPOINTING_ALL ? most : 0;

    MPB_TRY(plan_with(job, layers, plan));
    while (layers < most && mpb_memory_plan_bytes(plan) > granted) {
        layers++;
        MPB_TRY(plan_with(job, layers, plan));
    }
    return MPB_OK;
}

size_t mpb_memory_plan_bytes(const mpb_memory_plan *plan)
{
    return plan->parameters + plan->activations + plan->scratch + plan->data + plan->program;
}

mpb_status mpb_memory_plan_describe(const mpb_memory_plan *plan, mpb_buffer *out)
{
    const struct {
        const char *name;
        size_t bytes;
    } parts[] = {
        {"weights, gradients and moments", plan->parameters},
        {"activations", plan->activations},
        {"scratch", plan->scratch},
        {"data", plan->data},
        {"program", plan->program},
    };

    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        char text[MPB_BYTES_TEXT];

        MPB_TRY(mpb_buffer_append_format(out, "%s%s %s", i == 0 ? "" : ", ", parts[i].name,
                                         mpb_bytes_text((double)parts[i].bytes, text)));
    }
    return MPB_OK;
}

mpb_status mpb_memory_plan_refuse(const mpb_memory_plan *plan, const mpb_memory_grant *grant,
                                  const char *advice)
{
    char needed[MPB_BYTES_TEXT];
    char granted[MPB_BYTES_TEXT];
    mpb_buffer parts = {0};
    mpb_status status = mpb_memory_plan_describe(plan, &parts);

    if (status == MPB_OK) {
        status = MPB_FAIL(MPB_ERR_SYSTEM, "training needs %s a rank%s, %s are granted: %s; %s (%s)",
                          mpb_bytes_text((double)mpb_memory_plan_bytes(plan), needed),
                          plan->checkpointed_layers > 0 ? " with all layers checkpointed" : "",
                          mpb_bytes_text((double)grant->bytes, granted), parts.data, advice,
                          grant->source);
    }
    mpb_buffer_clear(&parts);
    return status;
}

enum { LAYERS_TEXT = 64, OWNERS_TEXT = 64, LINE_TEXT = 512 };

/* The last layer counts as checkpointed with the others, though it need not be. */
static const char *describe_layers(int least, int most, int num_layers, char text[LAYERS_TEXT])
{
    if (most == 0) {
        return "no layer is checkpointed";
    }
    if (least == num_layers - 1) {
        return "all layers are checkpointed";
    }
    if (least == most) {
        snprintf(text, LAYERS_TEXT, "%d of %d layers are checkpointed", most, num_layers);
    } else {
        snprintf(text, LAYERS_TEXT, "%d to %d of %d layers are checkpointed, by rank", least, most,
                 num_layers);
    }
    return text;
}

mpb_status mpb_memory_plan_announce(const mpb_log *log, const mpb_comm *comm,
                                    const mpb_memory_plan *plan, int num_layers,
                                    const mpb_memory_grant *grant)
{
    enum { BYTES, ACTIVATIONS, GRANTED, MOST, LEAST, COUNT };
    double values[COUNT] = {
        [BYTES] = (double)mpb_memory_plan_bytes(plan),
        [ACTIVATIONS] = (double)plan->activations,
        [GRANTED] = -(double)grant->bytes,
        [MOST] = plan->checkpointed_layers,
        [LEAST] = -plan->checkpointed_layers,
    };
    char needed[MPB_BYTES_TEXT];
    char activations[MPB_BYTES_TEXT];
    char granted[MPB_BYTES_TEXT];
    char layers[LAYERS_TEXT];
    char owners[OWNERS_TEXT] = "";
    char line[LINE_TEXT];

    if (plan->owners > 1) {
        snprintf(owners, sizeof(owners), "; each rank has 1/%d of the moments", plan->owners);
    }
    MPB_TRY(mpb_comm_max_double(comm, values, COUNT));
    snprintf(line, sizeof(line), "Memory:  %s a rank (activations %s) of %s granted (%s); %s%s",
             mpb_bytes_text(values[BYTES], needed),
             mpb_bytes_text(values[ACTIVATIONS], activations),
             mpb_bytes_text(-values[GRANTED], granted), grant->source,
             describe_layers((int)-values[LEAST], (int)values[MOST], num_layers, layers), owners);
    mpb_log_show(log, line);
    return MPB_OK;
}
