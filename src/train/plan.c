#include "mpibert/train/plan.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "mpibert/core/memory.h"
#include "mpibert/data/sampler.h"

struct mpb_plan {
    mpb_plan_options options;
    size_t num_micro; /* micro-batches of an epoch */
    size_t epoch;     /* whose permutation `order` holds, SIZE_MAX at first */
    size_t *order;    /* owned, (num_sequences) */
    uint64_t *costs;  /* owned, (batch_size) */
    int *owners;      /* owned, (batch_size) */
    size_t *own;      /* owned, (batch_size) */
};

static size_t ceil_div(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

static mpb_status allocate(mpb_plan *plan)
{
    const char *what = "the plan of an epoch";
    size_t batch_size = plan->options.batch_size;

    MPB_TRY(mpb_memory_create(plan->options.num_sequences, sizeof(*plan->order), what,
                              (void **)&plan->order));
    MPB_TRY(mpb_memory_create(batch_size, sizeof(*plan->costs), what, (void **)&plan->costs));
    MPB_TRY(mpb_memory_create(batch_size, sizeof(*plan->owners), what, (void **)&plan->owners));
    return mpb_memory_create(batch_size, sizeof(*plan->own), what, (void **)&plan->own);
}

mpb_status mpb_plan_create(const mpb_plan_options *options, mpb_plan **plan)
{
    mpb_plan *made = calloc(1, sizeof(*made));
    mpb_status status;

    assert(options->num_sequences > 0 && options->batch_size > 0 && options->accumulation > 0);
    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for the plan of a run");
    made->options = *options;
    made->num_micro = ceil_div(options->num_sequences, options->batch_size);
    made->epoch = SIZE_MAX;
    status = allocate(made);
    if (status != MPB_OK) {
        mpb_plan_destroy(&made);
        return status;
    }
    *plan = made;
    return MPB_OK;
}

void mpb_plan_destroy(mpb_plan **plan)
{
    if (*plan == NULL) {
        return;
    }
    mpb_memory_destroy((*plan)->order);
    mpb_memory_destroy((*plan)->costs);
    mpb_memory_destroy((*plan)->owners);
    mpb_memory_destroy((*plan)->own);
    free(*plan);
    *plan = NULL;
}

size_t mpb_plan_steps_per_epoch(const mpb_plan *plan)
{
    return ceil_div(plan->num_micro, plan->options.accumulation);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

mpb_step mpb_plan_step(const mpb_plan *plan, size_t step_in_epoch)
{
    const mpb_plan_options *o = &plan->options;
    mpb_step step;
    size_t end;

    step.first_micro = step_in_epoch * o->accumulation;
    end = smaller(step.first_micro + o->accumulation, plan->num_micro);
    step.num_micro = end - step.first_micro;
    step.num_examples =
        smaller(end * o->batch_size, o->num_sequences) - step.first_micro * o->batch_size;
    return step;
}

uint64_t mpb_plan_micro_number(const mpb_plan *plan, size_t epoch, size_t micro)
{
    return (uint64_t)epoch * plan->num_micro + micro;
}

/* The micro-batch as a slice of the epoch's permutation. */
static const size_t *slice(mpb_plan *plan, size_t epoch, size_t micro, size_t *count)
{
    const mpb_plan_options *o = &plan->options;
    size_t begin = micro * o->batch_size;

    assert(begin < o->num_sequences);
    if (plan->epoch != epoch) {
        mpb_permutation(o->seed, epoch, o->num_sequences, plan->order);
        plan->epoch = epoch;
    }
    *count = smaller(o->batch_size, o->num_sequences - begin);
    return plan->order + begin;
}

static size_t length_of(const mpb_plan *plan, size_t index)
{
    return (size_t)(plan->options.offsets[index + 1] - plan->options.offsets[index]);
}

/* In units of 4 floating-point operations a layer: the products with weights take 6 H per token
 * and unit of H, the attention's two take s per token. */
static uint64_t cost_of(const mpb_plan *plan, size_t index)
{
    uint64_t length = length_of(plan, index);

    return length * (6u * (uint64_t)plan->options.hidden_size + length);
}

void mpb_plan_own(mpb_plan *plan, size_t epoch, size_t micro, const size_t **indices, size_t *count,
                  size_t *num_tokens)
{
    size_t all;
    const size_t *batch = slice(plan, epoch, micro, &all);
    size_t mine = 0;
    size_t tokens = 0;

    for (size_t i = 0; i < all; i++) {
        plan->costs[i] = cost_of(plan, batch[i]);
    }
    mpb_deal_by_cost(plan->costs, all, plan->options.size, plan->owners);
    for (size_t i = 0; i < all; i++) {
        if (plan->owners[i] == plan->options.rank) {
            plan->own[mine++] = batch[i];
            tokens += length_of(plan, batch[i]);
        }
    }
    *indices = plan->own;
    *count = mine;
    *num_tokens = tokens;
}

void mpb_plan_all(mpb_plan *plan, size_t epoch, size_t micro, const size_t **indices, size_t *count)
{
    *indices = slice(plan, epoch, micro, count);
}

void mpb_plan_limits(mpb_plan *plan, size_t epochs, size_t *max_tokens, size_t *max_sequences)
{
    *max_tokens = 0;
    *max_sequences = 0;
    for (size_t epoch = 0; epoch < epochs; epoch++) {
        for (size_t micro = 0; micro < plan->num_micro; micro++) {
            const size_t *indices;
            size_t count;
            size_t tokens;

            mpb_plan_own(plan, epoch, micro, &indices, &count, &tokens);
            *max_tokens = tokens > *max_tokens ? tokens : *max_tokens;
            *max_sequences = count > *max_sequences ? count : *max_sequences;
        }
    }
}
