#include "node_sum.h"

#include <emmintrin.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "comm_internal.h"
#include "shared_memory.h"

enum {
    CACHE_LINE = 64,
    FLOATS_A_LINE = CACHE_LINE / sizeof(float),
    MAX_PIECE = 1 << 18,  /* floats */
    MAX_SHARED = 1 << 24, /* floats of all slots: what a container's /dev/shm holds */
    BLOCK = 1024,         /* floats that are summed in the first cache */
    LOOKS = 500,          /* before others get the core */
};

/* A rank's share of the memory; `arrived` counts in that of the first rank. */
typedef struct slot {
    _Alignas(CACHE_LINE) atomic_size_t arrived;
    _Alignas(CACHE_LINE) float values[];
} slot;

struct node_sum {
    MPI_Comm node; /* borrowed */
    MPI_Comm lane; /* owned, the ranks of all nodes with this rank's slice; or MPI_COMM_NULL */
    shared_memory memory; /* the slots of all ranks */
    size_t slot_bytes;
    int rank; /* within the node */
    int size;
    int lanes; /* ranks of a node with a slice: as many as the smallest node has ranks */
    int num_nodes;
    size_t piece;    /* floats of a slot */
    size_t longest;  /* piece of the call under way */
    size_t meetings; /* of this rank with the others of its node */
};

static slot *slot_of(const node_sum *sum, int rank)
{
    return (slot *)((char *)sum->memory.base + (size_t)rank * sum->slot_bytes);
}

/* Waits until all ranks of the node are here. MPI only makes progress inside its calls, and what
 * this rank sent before may be what another one is waiting for. */
static mpb_status meet(node_sum *sum)
{
    atomic_size_t *arrived = &slot_of(sum, 0)->arrived;
    const size_t all = (size_t)sum->size * ++sum->meetings;
    int waiting;

    atomic_fetch_add(arrived, 1);
    for (;;) {
        for (int i = 0; i < LOOKS; i++) {
            if (atomic_load(arrived) >= all) {
                return MPB_OK;
            }
            _mm_pause();
        }
        MPB_TRY_MPI(
            MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, sum->node, &waiting, MPI_STATUS_IGNORE));
        sched_yield();
    }
}

/* Where slice `lane` of a piece of `count` floats begins. All pieces of a call are cut at the same
 * places, though the last one is shorter: a slot still holds the sum of one slice, for ranks that
 * have not read it, while the other slices of the next piece come in. */
static size_t slice_begin(const node_sum *sum, int lane, size_t count)
{
    const size_t lines = (sum->longest + FLOATS_A_LINE - 1) / FLOATS_A_LINE;
    const size_t begin = lines * (size_t)lane / (size_t)sum->lanes * FLOATS_A_LINE;

    return begin < count ? begin : count;
}

/* A rank reads its own slice where it is, so the slot has room there for the sum. */
static void copy_in(node_sum *sum, const float *values, size_t count)
{
    float *own = slot_of(sum, sum->rank)->values;
    const bool has_slice = sum->rank < sum->lanes;
    const size_t begin = has_slice ? slice_begin(sum, sum->rank, count) : count;
    const size_t end = has_slice ? slice_begin(sum, sum->rank + 1, count) : count;

    memcpy(own, values, begin * sizeof(*own));
    memcpy(own + end, values + end, (count - end) * sizeof(*own));
}

static void add(size_t count, const float *restrict x, float *restrict y)
{
    for (size_t i = 0; i < count; i++) {
        y[i] += x[i];
    }
}

/* Elements [begin, begin + count) of the piece, count <= BLOCK, into the slot and back. */
static void add_up_block(node_sum *sum, float *values, size_t begin, size_t count)
{
    float total[BLOCK];

    for (int r = 0; r < sum->size; r++) {
        const float *x = (r == sum->rank ? values : slot_of(sum, r)->values) + begin;

        if (r == 0) {
            memcpy(total, x, count * sizeof(*total));
        } else {
            add(count, x, total);
        }
    }
    memcpy(slot_of(sum, sum->rank)->values + begin, total, count * sizeof(*total));
    memcpy(values + begin, total, count * sizeof(*total));
}

/* Over the node, then over all nodes. */
static mpb_status add_up_slice(node_sum *sum, float *values, size_t count)
{
    const size_t first = slice_begin(sum, sum->rank, count);
    const size_t end = slice_begin(sum, sum->rank + 1, count);
    float *own = slot_of(sum, sum->rank)->values;

    for (size_t begin = first; begin < end; begin += BLOCK) {
        add_up_block(sum, values, begin, end - begin < BLOCK ? end - begin : BLOCK);
    }
    if (sum->num_nodes > 1) {
        MPB_TRY_MPI(MPI_Allreduce(MPI_IN_PLACE, own + first, (int)(end - first), MPI_FLOAT, MPI_SUM,
                                  sum->lane));
        memcpy(values + first, own + first, (end - first) * sizeof(*values));
    }
    return MPB_OK;
}

static void copy_out(const node_sum *sum, float *values, size_t count)
{
    for (int lane = 0; lane < sum->lanes; lane++) {
        const size_t begin = slice_begin(sum, lane, count);
        const size_t end = slice_begin(sum, lane + 1, count);

        if (lane != sum->rank) {
            memcpy(values + begin, slot_of(sum, lane)->values + begin,
                   (end - begin) * sizeof(*values));
        }
    }
}

static mpb_status sum_piece(node_sum *sum, float *values, size_t count)
{
    copy_in(sum, values, count);
    MPB_TRY(meet(sum));
    if (sum->rank < sum->lanes) {
        MPB_TRY(add_up_slice(sum, values, count));
    }
    MPB_TRY(meet(sum));
    copy_out(sum, values, count);
    return MPB_OK;
}

/* The ranks meet before, since the call before may have cut pieces at other places. */
mpb_status node_sum_float(node_sum *sum, float *values, size_t count)
{
    sum->longest = count < sum->piece ? count : sum->piece;
    MPB_TRY(meet(sum));
    for (size_t begin = 0; begin < count; begin += sum->piece) {
        const size_t left = count - begin;

        MPB_TRY(sum_piece(sum, values + begin, left < sum->piece ? left : sum->piece));
    }
    return MPB_OK;
}

/* The number of nodes, and of slices, which all nodes have. */
static mpb_status count_lanes(node_sum *sum, MPI_Comm world)
{
    int first = sum->rank == 0;

    MPB_TRY_MPI(MPI_Allreduce(&sum->size, &sum->lanes, 1, MPI_INT, MPI_MIN, world));
    MPB_TRY_MPI(MPI_Allreduce(&first, &sum->num_nodes, 1, MPI_INT, MPI_SUM, world));
    return MPB_OK;
}

static mpb_status get_memory(node_sum *sum)
{
    const size_t room = MAX_SHARED / (size_t)sum->size;

    sum->piece = room < MAX_PIECE ? room / FLOATS_A_LINE * FLOATS_A_LINE : MAX_PIECE;
    sum->slot_bytes = sizeof(slot) + sum->piece * sizeof(float);
    return shared_memory_create(sum->node, sum->slot_bytes, &sum->memory);
}

/* Memory for all ranks, or for none. */
static mpb_status agree(const node_sum *sum, MPI_Comm world, bool *refused)
{
    int has = sum->memory.base != NULL;

    MPB_TRY_MPI(MPI_Allreduce(MPI_IN_PLACE, &has, 1, MPI_INT, MPI_MIN, world));
    *refused = has == 0;
    return MPB_OK;
}

static mpb_status begin(node_sum *sum, MPI_Comm world, bool *refused)
{
    const int colour = sum->rank < sum->lanes ? sum->rank : MPI_UNDEFINED;

    MPB_TRY(get_memory(sum));
    MPB_TRY(agree(sum, world, refused));
    if (*refused) {
        return MPB_OK;
    }
    MPB_TRY_MPI(MPI_Comm_split(world, colour, 0, &sum->lane));
    if (sum->lane != MPI_COMM_NULL) {
        MPB_TRY_MPI(MPI_Comm_set_errhandler(sum->lane, MPI_ERRORS_RETURN));
    }
    return MPB_OK;
}

static mpb_status describe_node(node_sum *sum, MPI_Comm world, MPI_Comm node)
{
    sum->node = node;
    sum->lane = MPI_COMM_NULL;
    MPB_TRY_MPI(MPI_Comm_rank(node, &sum->rank));
    MPB_TRY_MPI(MPI_Comm_size(node, &sum->size));
    return count_lanes(sum, world);
}

static mpb_status create(MPI_Comm world, MPI_Comm node, node_sum *made, bool *refused)
{
    int ranks;

    MPB_TRY_MPI(MPI_Comm_size(world, &ranks));
    MPB_TRY(describe_node(made, world, node));
    return made->num_nodes < ranks ? begin(made, world, refused) : MPB_OK;
}

mpb_status node_sum_create(MPI_Comm world, MPI_Comm node, node_sum **sum, bool *refused)
{
    node_sum *made = calloc(1, sizeof(*made));
    mpb_status status;

    *refused = false;
    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for sums over the ranks of a node");
    status = create(world, node, made, refused);
    if (status != MPB_OK || *refused || made->memory.base == NULL) {
        node_sum_destroy(&made);
    }
    *sum = made;
    return status;
}

void node_sum_destroy(node_sum **sum)
{
    node_sum *gone = *sum;

    *sum = NULL;
    if (gone == NULL) {
        return;
    }
    if (gone->lane != MPI_COMM_NULL) {
        MPI_Comm_free(&gone->lane);
    }
    shared_memory_destroy(&gone->memory);
    free(gone);
}
