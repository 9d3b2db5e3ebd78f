#include "mpibert/step/plan.h"

#include <assert.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>

#include "mpibert/core/memory.h"
#include "mpibert/step/sampler.h"

struct mpb_plan {
    mpb_plan_options options;
    size_t num_micro;     /* micro-batches of an epoch */
    size_t epoch;         /* whose permutation `order` holds, SIZE_MAX at first */
    uint32_t *order;      /* owned, (num_examples) */
    uint64_t *costs;      /* owned, (batch_size): of the examples of a micro-batch */
    int *owners;          /* owned, (batch_size): the cell that each is in */
    mpb_deal_item *dealt; /* owned, (batch_size): scratch of the deal */
    size_t *indices;      /* owned, (sequences of a micro-batch): what is asked for */
    int *cells;           /* owned, likewise: their cells */
};

static size_t ceil_div(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

static size_t begin_of(const mpb_plan_options *options, size_t example)
{
    return options->begins != NULL ? options->begins[example] : example;
}

/* No micro-batch has more sequences. */
static size_t most_sequences(const mpb_plan_options *o)
{
    size_t most = 0;

    for (size_t e = 0; e < o->num_examples; e++) {
        const size_t count = begin_of(o, e + 1) - begin_of(o, e);

        most = count > most ? count : most;
    }
    return most * (o->batch_size < o->num_examples ? o->batch_size : o->num_examples);
}

static mpb_status allocate(mpb_plan *plan)
{
    const char *what = "the plan of an epoch";
    const size_t batch_size = plan->options.batch_size;
    const size_t most = most_sequences(&plan->options);

    MPB_TRY(mpb_memory_create(plan->options.num_examples, sizeof(*plan->order), what,
                              (void **)&plan->order));
    MPB_TRY(mpb_memory_create(batch_size, sizeof(*plan->costs), what, (void **)&plan->costs));
    MPB_TRY(mpb_memory_create(batch_size, sizeof(*plan->owners), what, (void **)&plan->owners));
    MPB_TRY(mpb_memory_create(batch_size, sizeof(*plan->dealt), what, (void **)&plan->dealt));
    MPB_TRY(mpb_memory_create(most, sizeof(*plan->indices), what, (void **)&plan->indices));
    return mpb_memory_create(most, sizeof(*plan->cells), what, (void **)&plan->cells);
}

mpb_status mpb_plan_create(const mpb_plan_options *options, mpb_plan **plan)
{
    mpb_plan *made = calloc(1, sizeof(*made));
    mpb_status status;

    assert(options->num_examples > 0 && options->batch_size > 0 && options->accumulation > 0);
    assert(!options->deterministic || MPB_PLAN_CELLS % options->size == 0);
    MPB_REQUIRE(options->num_examples < UINT32_MAX, MPB_ERR_DATA,
                "%zu examples are more than a run can put in an order, %" PRIu32
                " at most were expected",
                options->num_examples, UINT32_MAX - 1);
    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for the plan of a run");
    made->options = *options;
    made->num_micro = ceil_div(options->num_examples, options->batch_size);
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
    mpb_memory_destroy((*plan)->dealt);
    mpb_memory_destroy((*plan)->indices);
    mpb_memory_destroy((*plan)->cells);
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
        smaller(end * o->batch_size, o->num_examples) - step.first_micro * o->batch_size;
    return step;
}

uint64_t mpb_plan_micro_number(const mpb_plan *plan, size_t epoch, size_t micro)
{
    return (uint64_t)epoch * plan->num_micro + micro;
}

/* The examples of a micro-batch as a slice of the epoch's permutation. */
static const uint32_t *slice(mpb_plan *plan, size_t epoch, size_t micro, size_t *count)
{
    const mpb_plan_options *o = &plan->options;
    size_t begin = micro * o->batch_size;

    assert(begin < o->num_examples);
    if (plan->epoch != epoch) {
        mpb_permutation(o->seed, epoch, o->num_examples, plan->order);
        plan->epoch = epoch;
    }
    *count = smaller(o->batch_size, o->num_examples - begin);
    return plan->order + begin;
}

static size_t length_of(const mpb_plan *plan, size_t sequence)
{
    return mpb_dataset_length(plan->options.data, sequence);
}

/* In units of 4 floating-point operations a layer: the products with weights take 6 H per token
 * and unit of H, the attention's two take s per token. */
static uint64_t cost_of(const mpb_plan *plan, size_t example)
{
    uint64_t cost = 0;

    for (size_t i = begin_of(&plan->options, example); i < begin_of(&plan->options, example + 1);
         i++) {
        const uint64_t length = length_of(plan, i);

        cost += length * (6u * (uint64_t)plan->options.hidden_size + length);
    }
    return cost;
}

mpb_plan_cells mpb_plan_own_cells(const mpb_plan *plan)
{
    const mpb_plan_options *o = &plan->options;
    const int count = o->deterministic ? MPB_PLAN_CELLS / o->size : 1;

    return (mpb_plan_cells){.first = o->rank * count, .count = count};
}

/* In the deal, what comes first is the larger part. With its three bits turned round, neighbouring
 * cells, which a rank has several of, are a large and a small one. */
static int cell_of(const mpb_plan *plan, int owner)
{
    _Static_assert(MPB_PLAN_CELLS == 8, "numbers of cells have three bits");
    return plan->options.deterministic ? (owner & 1) << 2 | (owner & 2) | owner >> 2 : owner;
}

/* Costs and, as owners, cells of the examples of a micro-batch, which it gives. */
static const uint32_t *deal(mpb_plan *plan, size_t epoch, size_t micro, size_t *count)
{
    const int num_cells = plan->options.deterministic ? MPB_PLAN_CELLS : plan->options.size;
    const uint32_t *batch = slice(plan, epoch, micro, count);

    for (size_t i = 0; i < *count; i++) {
        plan->costs[i] = cost_of(plan, batch[i]);
    }
    mpb_deal_by_cost(plan->costs, *count, num_cells, plan->dealt, plan->owners);
    for (size_t i = 0; i < *count; i++) {
        plan->owners[i] = cell_of(plan, plan->owners[i]);
    }
    return batch;
}

/* Puts the sequences of an example behind the first `count` indices; returns how many these are
 * then. */
static size_t add_sequences(mpb_plan *plan, size_t example, size_t count)
{
    const size_t end = begin_of(&plan->options, example + 1);

    for (size_t i = begin_of(&plan->options, example); i < end; i++) {
        plan->indices[count++] = i;
    }
    return count;
}

mpb_plan_share mpb_plan_cell(mpb_plan *plan, size_t epoch, size_t micro, int cell)
{
    mpb_plan_share share = {.indices = plan->indices};
    size_t all;
    const uint32_t *batch = deal(plan, epoch, micro, &all);

    for (size_t i = 0; i < all; i++) {
        if (plan->owners[i] == cell) {
            share.count = add_sequences(plan, batch[i], share.count);
            share.cost += plan->costs[i];
        }
    }
    for (size_t i = 0; i < share.count; i++) {
        share.num_tokens += length_of(plan, plan->indices[i]);
    }
    return share;
}

void mpb_plan_deal(mpb_plan *plan, size_t epoch, size_t micro, const size_t **indices,
                   const int **cells, size_t *count)
{
    size_t all;
    const uint32_t *batch = deal(plan, epoch, micro, &all);
    size_t begin = 0;

    for (size_t i = 0; i < all; i++) {
        const size_t end = add_sequences(plan, batch[i], begin);

        for (; begin < end; begin++) {
            plan->cells[begin] = plan->owners[i];
        }
    }
    *indices = plan->indices;
    *cells = plan->cells;
    *count = begin;
}

void mpb_plan_all(mpb_plan *plan, size_t epoch, size_t micro, const size_t **indices, size_t *count)
{
    size_t all;
    const uint32_t *batch = slice(plan, epoch, micro, &all);

    *count = 0;
    for (size_t i = 0; i < all; i++) {
        *count = add_sequences(plan, batch[i], *count);
    }
    *indices = plan->indices;
}

mpb_status mpb_plan_fetch(mpb_plan *plan, size_t epoch, const mpb_step *step)
{
    const mpb_dataset *data = plan->options.data;

    for (size_t i = 0; i < step->num_micro; i++) {
        const size_t *indices;
        size_t count;

        mpb_plan_all(plan, epoch, step->first_micro + i, &indices, &count);
        MPB_TRY(mpb_dataset_ask(data, indices, count));
    }
    return mpb_dataset_fetch(data);
}

void mpb_plan_expect(mpb_plan *plan, size_t epoch, const mpb_step *step)
{
    for (size_t i = 0; i < step->num_micro; i++) {
        const size_t *indices;
        size_t count;

        mpb_plan_all(plan, epoch, step->first_micro + i, &indices, &count);
        mpb_dataset_expect(plan->options.data, indices, count);
    }
}

static void take_larger(size_t number, size_t *largest)
{
    *largest = number > *largest ? number : *largest;
}

void mpb_plan_limits(mpb_plan *plan, size_t epochs, size_t *max_tokens, size_t *max_sequences)
{
    const mpb_plan_cells own = mpb_plan_own_cells(plan);

    *max_tokens = 0;
    *max_sequences = 0;
    for (size_t epoch = 0; epoch < epochs; epoch++) {
        for (size_t micro = 0; micro < plan->num_micro; micro++) {
            for (int cell = own.first; cell < own.first + own.count; cell++) {
                const mpb_plan_share share = mpb_plan_cell(plan, epoch, micro, cell);

                take_larger(share.num_tokens, max_tokens);
                take_larger(share.count, max_sequences);
            }
        }
    }
}
