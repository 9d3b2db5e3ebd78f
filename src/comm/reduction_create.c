#include <stdlib.h>
#include <string.h>

#include "reduction_internal.h"

enum {
    BLOCK = 1 << 16,         /* floats of which squares are summed at once */
    WINDOW = 16,             /* chunks under way, at most */
    MIN_CHUNK = 1 << 18,     /* floats, where memory allows it: */
    MAX_CHUNK = 1 << 20,     /* the larger, the more ranks a chunk is cut for, */
    CHUNK_A_RANK = 1 << 14,  /* so that messages stay long */
    MAX_UNDER_WAY = 1 << 22, /* floats of a rank, */
    MAX_SHARED = 3 << 22,    /* and of all slots: what a container's /dev/shm holds */
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Equal on all ranks, whose nodes have up to `node_size` ranks. */
static void choose_sizes(mpb_reduction *r, int node_size)
{
    const size_t size = (size_t)r->where.size;
    const size_t wanted = larger(MIN_CHUNK, smaller(MAX_CHUNK, size * CHUNK_A_RANK));
    const size_t under_way = smaller(r->under_way, MAX_SHARED / (size_t)node_size);
    const size_t lines = smaller(wanted, under_way / WINDOW) / FLOATS_A_LINE;

    r->room = larger(1, (lines + size - 1) / size) * FLOATS_A_LINE;
    r->window = smaller(WINDOW, r->options.capacity / (r->room * size) + 1);
    r->slot_bytes = node_slot_bytes(r);
}

static void *take(mpb_arena *arena, size_t count, size_t size)
{
    return mpb_arena_take(arena, count * size);
}

static void lay_out_messages(mpb_reduction *r, mpb_arena *arena)
{
    const size_t others = (size_t)r->where.num_nodes - 1;
    const size_t owners = (size_t)r->num_forwards;
    const size_t each = 2 * others + owners;
    MPI_Request *requests = take(arena, r->window * each, sizeof(*requests));

    r->messages = take(arena, r->window, sizeof(*r->messages));
    for (size_t i = 0; i < r->window && r->messages != NULL; i++) {
        for (size_t k = 0; k < each; k++) {
            requests[i * each + k] = MPI_REQUEST_NULL;
        }
        r->messages[i] = (messages){.contributions = requests + i * each,
                                    .sums = requests + i * each + others,
                                    .forwards = requests + i * each + 2 * others};
    }
}

/* With an arena that only measures, pointers are NULL. */
static void lay_out(mpb_reduction *r, mpb_arena *arena)
{
    const mpb_reduction_options *options = &r->options;
    const size_t size = (size_t)r->where.size;
    const size_t others = (size_t)r->where.num_nodes - 1;
    const bool rounds = options->wire == MPB_WIRE_BF16 && others > 0;
    const size_t wire_size = rounds ? sizeof(mpb_bf16) : sizeof(float);

    r->plan.units = take(arena, options->max_pieces, sizeof(*r->plan.units));
    r->forwards = take(arena, size, sizeof(*r->forwards));
    r->speakers = take(arena, others, sizeof(*r->speakers));
    /* floats may be published while bf16 travels, but nothing is contributed then */
    r->inbox = take(arena, r->window * others * r->room, wire_size);
    r->outbox = rounds ? take(arena, r->window * size * r->room, sizeof(mpb_bf16)) : NULL;
    lay_out_messages(r, arena);
    if (rounds && options->error_feedback) {
        r->rest = take(arena, options->capacity, sizeof(*r->rest));
        r->new_rest = take(arena, options->capacity, sizeof(*r->new_rest));
    }
}

static mpb_status take_memory(mpb_reduction *r)
{
    mpb_arena measure = {0};

    lay_out(r, &measure);
    MPB_TRY(mpb_arena_create(measure.peak, "sums over ranks", &r->arena));
    lay_out(r, &r->arena);
    return MPB_OK;
}

/* Owners on other nodes with whom this rank speaks. */
static int find_forwards(const topology *where, int *forwards)
{
    int count = 0;

    for (int owner = 0; owner < where->size; owner++) {
        if (where->node_of[owner] != where->node &&
            topology_speaker(where, where->node, owner) == where->rank) {
            if (forwards != NULL) {
                forwards[count] = owner;
            }
            count++;
        }
    }
    return count;
}

static void find_speakers(mpb_reduction *r)
{
    int count = 0;

    for (int node = 0; node < r->where.num_nodes; node++) {
        if (node != r->where.node) {
            r->speakers[count++] = topology_speaker(&r->where, node, r->where.rank);
        }
    }
}

static int largest_node(const topology *where)
{
    int largest = 1;

    for (int node = 0; node < where->num_nodes; node++) {
        const int ranks = where->first[node + 1] - where->first[node];

        largest = largest > ranks ? largest : ranks;
    }
    return largest;
}

/* Memory for all nodes that have several ranks, or for none. Collective. */
static mpb_status share_memory(mpb_reduction *r, MPI_Comm node, bool *shared)
{
    int has = 1;

    if (r->where.node_size > 1) {
        MPB_TRY(shared_memory_create(node, r->slot_bytes, &r->shared));
        has = r->shared.base != NULL;
    }
    MPB_TRY_MPI(MPI_Allreduce(MPI_IN_PLACE, &has, 1, MPI_INT, MPI_MIN, r->world));
    *shared = has != 0;
    return MPB_OK;
}

/* So that a step finds its pages there; nobody else writes to them. */
static void touch_slot(const mpb_reduction *r)
{
    if (r->shared.base != NULL) {
        memset((char *)r->shared.base + (size_t)r->where.local * r->slot_bytes, 0, r->slot_bytes);
    }
}

/* Each rank counts as a node where memory cannot be shared. Collective. */
static mpb_status find_places(mpb_reduction *r, MPI_Comm node)
{
    bool shared = false;

    MPB_TRY(topology_find(r->world, node, &r->where));
    choose_sizes(r, largest_node(&r->where));
    if (r->where.num_nodes < r->where.size) {
        MPB_TRY(share_memory(r, node, &shared));
        if (!shared) {
            shared_memory_destroy(&r->shared);
            return find_places(r, MPI_COMM_NULL);
        }
    }
    touch_slot(r);
    r->num_forwards = find_forwards(&r->where, NULL);
    return MPB_OK;
}

static mpb_status make_alone(mpb_reduction *r)
{
    const size_t blocks = (r->options.capacity + BLOCK - 1) / BLOCK;
    void *squares = NULL;

    MPB_TRY(mpb_memory_create(blocks, sizeof(*r->squares), "sums over ranks", &squares));
    r->squares = squares;
    return MPB_OK;
}

static mpb_status make_together(mpb_reduction *r, MPI_Comm node)
{
    MPB_TRY_MPI(MPI_Comm_dup(r->comm->world, &r->world));
    MPB_TRY_MPI(MPI_Comm_set_errhandler(r->world, MPI_ERRORS_RETURN));
    MPB_TRY(find_places(r, node));
    MPB_TRY(mpb_comm_agree(r->comm, take_memory(r)));
    (void)find_forwards(&r->where, r->forwards);
    find_speakers(r);
    return MPB_OK;
}

static mpb_status make(const mpb_comm *comm, size_t under_way, const mpb_reduction_options *options,
                       mpb_reduction **made)
{
    *made = calloc(1, sizeof(**made));
    MPB_REQUIRE(*made != NULL, MPB_ERR_SYSTEM, "no memory for sums over ranks");
    **made = (mpb_reduction){.comm = comm,
                             .options = *options,
                             .under_way = under_way,
                             .kernels = sum_kernels_for(options->isa),
                             .world = MPI_COMM_NULL};
    return topology_create(comm->rank, comm->size, &(*made)->where);
}

mpb_status reduction_create_on(const mpb_comm *comm, MPI_Comm node, size_t under_way,
                               const mpb_reduction_options *options, mpb_reduction **reduction)
{
    mpb_reduction *made = NULL;
    mpb_status status = mpb_comm_agree(comm, make(comm, under_way, options, &made));

    if (status == MPB_OK && (options->plain || comm->size == 1)) {
        status = mpb_comm_agree(comm, make_alone(made));
    } else if (status == MPB_OK) {
        status = make_together(made, node);
    }
    if (status != MPB_OK) {
        mpb_reduction_destroy(&made);
        return status;
    }
    *reduction = made;
    return MPB_OK;
}

mpb_status mpb_reduction_create(const mpb_comm *comm, const mpb_reduction_options *options,
                                mpb_reduction **reduction)
{
    const bool shares = !comm->no_shared_memory;

    return reduction_create_on(comm, shares ? comm->node : MPI_COMM_NULL, MAX_UNDER_WAY, options,
                               reduction);
}

void mpb_reduction_destroy(mpb_reduction **reduction)
{
    mpb_reduction *gone = *reduction;

    *reduction = NULL;
    if (gone == NULL) {
        return;
    }
    if (gone->world != MPI_COMM_NULL) {
        MPI_Comm_free(&gone->world);
    }
    shared_memory_destroy(&gone->shared);
    topology_destroy(&gone->where);
    mpb_arena_destroy(&gone->arena);
    mpb_memory_destroy(gone->squares);
    free(gone);
}

size_t mpb_reduction_bytes(const mpb_reduction_options *options, int size, int node_size,
                           int num_nodes)
{
    mpb_reduction measured = {
        .options = *options,
        .under_way = MAX_UNDER_WAY,
        .where = {.size = size, .node_size = node_size, .num_nodes = num_nodes},
        .num_forwards = size,
    };
    mpb_arena measure = {0};

    if (options->plain || size == 1) {
        return (options->capacity + BLOCK - 1) / BLOCK * sizeof(*measured.squares);
    }
    choose_sizes(&measured, node_size);
    lay_out(&measured, &measure);
    return measure.peak + (node_size > 1 ? measured.slot_bytes : 0);
}
