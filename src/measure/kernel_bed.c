#include "kernel_bed.h"

#include <assert.h>
#include <string.h>

#include "fill.h"
#include "mpibert/core/philox.h"

enum { SEED = 42 };

size_t kernel_bed_length(const kernel_bed *bed, size_t sequence)
{
    return mpb_lengths_at(&bed->setup->lengths, sequence);
}

static void count_tokens(kernel_bed *bed)
{
    bed->num_tokens = 0;
    for (size_t i = 0; i < bed->num_sequences; i++) {
        bed->num_tokens += kernel_bed_length(bed, i);
    }
}

static size_t longest(const kernel_bed *bed)
{
    size_t largest = 0;

    for (size_t i = 0; i < bed->num_sequences; i++) {
        const size_t length = kernel_bed_length(bed, i);

        largest = length > largest ? length : largest;
    }
    return largest;
}

static float *take_floats(mpb_arena *arena, size_t rows, size_t cols)
{
    return mpb_arena_take(arena, rows * cols * sizeof(float));
}

static void take_numbered(mpb_arena *arena, size_t count, size_t rows, size_t cols, float **arrays)
{
    for (size_t i = 0; i < count; i++) {
        arrays[i] = take_floats(arena, rows, cols);
    }
}

static void lay_out(kernel_bed *bed, mpb_arena *arena)
{
    const mpb_model_config *model = &bed->setup->model;
    const size_t T = bed->num_tokens;
    const size_t H = (size_t)model->hidden_size;
    const size_t heads = (size_t)model->num_attention_heads;

    bed->first = mpb_arena_take(arena, bed->num_sequences * sizeof(*bed->first));
    take_numbered(arena, ROW_ARRAYS, T, (size_t)bed->wide, bed->rows);
    take_numbered(arena, TABLES, (size_t)model->vocab_size, H, bed->tables);
    take_numbered(arena, COLUMN_ARRAYS, 1, (size_t)bed->wide, bed->columns);
    bed->rstd = take_floats(arena, T, 1);
    bed->lse = take_floats(arena, T, heads);
    bed->tokens = mpb_arena_take(arena, T * sizeof(*bed->tokens));
    bed->positions = mpb_arena_take(arena, T * sizeof(*bed->positions));
    bed->types = mpb_arena_take(arena, T * sizeof(*bed->types));
    bed->scratch = take_floats(arena, (size_t)bed->setup->team.threads, bed->scratch_stride);
}

static void fill_tokens(kernel_bed *bed)
{
    const mpb_philox_key key = mpb_philox_key_make(SEED, 0);
    size_t at = 0;

    for (size_t i = 0; i < bed->num_sequences; i++) {
        bed->first[i] = at;
        for (size_t j = 0; j < kernel_bed_length(bed, i); j++, at++) {
            bed->tokens[at] = mpb_philox_below(key, at, (uint32_t)bed->setup->model.vocab_size);
            bed->positions[at] = (uint32_t)j;
        }
    }
}

void kernel_bed_refill(kernel_bed *bed)
{
    const size_t count = bed->num_tokens * (size_t)bed->wide;

    for (size_t i = 0; i < ROW_ARRAYS; i++) {
        fill_random(SEED + i, count, bed->rows[i]);
    }
}

static void fill_tables(kernel_bed *bed)
{
    const mpb_model_config *model = &bed->setup->model;
    const size_t count = (size_t)model->vocab_size * (size_t)model->hidden_size;

    for (size_t i = 0; i < TABLES; i++) {
        fill_random(SEED + i, count, bed->tables[i]);
    }
    for (size_t i = 0; i < COLUMN_ARRAYS; i++) {
        fill_random(SEED + i, (size_t)bed->wide, bed->columns[i]);
    }
}

mpb_status kernel_bed_create(const mpb_measure_setup *setup, mpb_kernels_measurement *result,
                             kernel_bed *bed)
{
    const mpb_model_config *model = &setup->model;
    const size_t size = (size_t)mpb_comm_size(setup->comm);
    mpb_arena measure = {0};

    *bed = (kernel_bed){.setup = setup,
                        .products = mpb_measure_products(setup, &setup->team, setup->products),
                        .nn = mpb_nn_for(setup->isa),
                        .optim = mpb_optim_for(setup->isa),
                        .num_sequences = (setup->batch_size + size - 1) / size,
                        .result = result};
    bed->wide = 4 * model->hidden_size > model->intermediate_size ? 4 * model->hidden_size
                                                                  : model->intermediate_size;
    assert(bed->wide <= model->vocab_size);
    count_tokens(bed);
    bed->scratch_stride = mpb_attention_scratch(
        (int)longest(bed), model->hidden_size / model->num_attention_heads, true);
    lay_out(bed, &measure);
    MPB_TRY(mpb_arena_create(measure.peak, "the arrays of kernels", &bed->arena));
    lay_out(bed, &bed->arena);
    fill_tokens(bed);
    fill_tables(bed);
    kernel_bed_refill(bed);
    return MPB_OK;
}

void kernel_bed_destroy(kernel_bed *bed)
{
    mpb_arena_destroy(&bed->arena);
}

mpb_status kernel_measure(kernel_bed *bed, const kernel *measured)
{
    const mpb_comm *comm = bed->setup->comm;
    mpb_kernel_measurement *item = &bed->result->items[bed->result->count++];
    mpb_timing timing;

    assert(bed->result->count <= MPB_MAX_KERNELS);
    MPB_TRY(mpb_timing_take(comm, &measured->timed, bed->setup->samples, &timing));
    memcpy(item->name, measured->name, sizeof(item->name));
    memcpy(item->shape, measured->shape, sizeof(item->shape));
    item->limit = measured->limit;
    item->seconds = timing.median;
    item->rate = measured->work * mpb_comm_size(comm) / timing.median;
    return MPB_OK;
}
