#include "mpibert/step/exact_sum.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/math/team_memory.h"

enum { BLOCK = 1 << 16 }; /* floats a task */

struct mpb_exact_sum {
    const mpb_comm *comm; /* borrowed */
    const mpb_team *team; /* borrowed */
    int own_cells;
    size_t size;
    mpb_arena arena; /* owns the arrays below */
    float *levels; /* (count_levels, size): level k is a sum of 2^k cells that waits for another */
    float *received; /* (MPB_TREE_SCRATCH), NULL on one rank */
};

static int count_levels(int cells)
{
    int levels = 0;

    while (cells > 1 << levels) {
        levels++;
    }
    return levels;
}

static void lay_out(mpb_exact_sum *sum, int ranks, mpb_arena *arena)
{
    const size_t levels = (size_t)count_levels(sum->own_cells);

    sum->levels = mpb_arena_take(arena, levels * sum->size * sizeof(*sum->levels));
    if (ranks > 1) {
        sum->received = mpb_arena_take(arena, MPB_TREE_SCRATCH * sizeof(*sum->received));
    }
}

size_t mpb_exact_sum_bytes(int ranks, int own_cells, size_t size)
{
    mpb_exact_sum measured = {.own_cells = own_cells, .size = size};
    mpb_arena measure = {0};

    lay_out(&measured, ranks, &measure);
    return measure.peak;
}

mpb_status mpb_exact_sum_create(const mpb_comm *comm, const mpb_team *team, int own_cells,
                                size_t size, mpb_exact_sum **sum)
{
    const int ranks = mpb_comm_size(comm);
    mpb_exact_sum *made = calloc(1, sizeof(*made));
    mpb_status status;

    assert(own_cells > 0 && (own_cells & (own_cells - 1)) == 0);
    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for the sums of gradients");
    *made = (mpb_exact_sum){.comm = comm, .team = team, .own_cells = own_cells, .size = size};
    status = mpb_team_arena_create(team, mpb_exact_sum_bytes(ranks, own_cells, size),
                                   "the sums of gradients", &made->arena);
    if (status != MPB_OK) {
        mpb_exact_sum_destroy(&made);
        return status;
    }
    lay_out(made, ranks, &made->arena);
    *sum = made;
    return MPB_OK;
}

void mpb_exact_sum_destroy(mpb_exact_sum **sum)
{
    if (*sum == NULL) {
        return;
    }
    mpb_arena_destroy(&(*sum)->arena);
    free(*sum);
    *sum = NULL;
}

typedef struct pair {
    float *to;         /* (count) */
    const float *from; /* (count) */
    size_t count;
} pair;

static size_t block_length(const pair *work, size_t begin)
{
    return work->count - begin < BLOCK ? work->count - begin : BLOCK;
}

static void add_block(void *context, size_t block, int thread)
{
    const pair *work = context;
    const size_t begin = block * BLOCK;
    const size_t end = begin + block_length(work, begin);

    (void)thread;
    for (size_t i = begin; i < end; i++) {
        work->to[i] += work->from[i];
    }
}

static void copy_block(void *context, size_t block, int thread)
{
    const pair *work = context;
    const size_t begin = block * BLOCK;

    (void)thread;
    memcpy(work->to + begin, work->from + begin, block_length(work, begin) * sizeof(*work->to));
}

static void run_blocks(const mpb_exact_sum *sum, mpb_task_fn *task, float *to, const float *from,
                       size_t count)
{
    pair work = {to, from, count};

    mpb_team_run(sum->team, (count + BLOCK - 1) / BLOCK, task, &work);
}

/* As a binary counter carries: each level that is taken gives its sum to the one above. */
void mpb_exact_sum_add(mpb_exact_sum *sum, int index, float *values, size_t count)
{
    float *level = sum->levels;

    assert(index < sum->own_cells && count <= sum->size);
    for (int taken = index; (taken & 1) != 0; taken >>= 1) {
        run_blocks(sum, add_block, values, level, count);
        level += sum->size;
    }
    if (index + 1 < sum->own_cells) {
        run_blocks(sum, copy_block, level, values, count);
    }
}

mpb_status mpb_exact_sum_finish(mpb_exact_sum *sum, float *values, size_t count)
{
    return mpb_comm_tree_sum_float(sum->comm, values, count, sum->received);
}
