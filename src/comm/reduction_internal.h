#pragma once

/* What the files of a reduction share.
 *
 * A run is cut into chunks, all ranks at the same places. A chunk has a part for each owner, and
 * passes these stages in order; one chunk is in each of them at a time, WINDOW of them between the
 * first and the last:
 *
 *     opened      receives of what other nodes contribute to the own part are posted
 *     entered     own values copied to the own slot in shared memory
 *     forwarded   summed over the node; sums sent to owners on other nodes
 *     owned       the own part summed over nodes, and sent to the other nodes
 *     collecting  receives of sums of the owners that this rank forwarded to are posted
 *     collected   they are here
 *     settled     what this rank worked on may be copied out of its slot
 *     done        all parts copied out of the slots of the node
 *
 * On each node one rank speaks with an owner on another one, so the ranks of a node share the work
 * of the wire. A rank alone on its node has no slots: it sends from the run and receives into it.
 */

#include <stdatomic.h>

#include "comm_internal.h"
#include "mpibert/comm/reduction.h"
#include "mpibert/core/memory.h"
#include "shared_memory.h"
#include "sum_kernels.h"

enum { CACHE_LINE = 64, FLOATS_A_LINE = CACHE_LINE / sizeof(float) };

/* Who runs where; nodes are numbered by their first ranks. */
typedef struct topology {
    int rank, size;
    int node, num_nodes;
    int local, node_size; /* this rank among those of its node */
    int *node_of;         /* (size), owned with what follows */
    int *local_of;        /* (size) */
    int *ranks;           /* (size): node by node */
    int *first;           /* (num_nodes + 1): where the ranks of a node begin in `ranks` */
} topology;

/* Neighbouring chunks that are cut alike. */
typedef struct unit {
    const mpb_piece *pieces; /* one, or one for each owner */
    bool grouped;
    size_t num_chunks;
    size_t first_chunk;
    size_t lowest; /* floats: where the first of its values lies */
} unit;

typedef struct schedule {
    unit *units; /* (num_units), in the order in which they go out */
    size_t num_units;
    size_t num_chunks;
    bool to_all; /* chunks are neighbouring stretches, otherwise slices of each owner's part */
} schedule;

/* Floats from the start of the flat space. */
typedef struct stretch {
    size_t offset;
    size_t count;
} stretch;

/* Of a rank of the node, in shared memory: how many chunks of the whole life have passed. */
typedef struct slot_head {
    _Alignas(CACHE_LINE) atomic_size_t entered;
    _Alignas(CACHE_LINE) atomic_size_t settled; /* its parts are ready to be copied */
    _Alignas(CACHE_LINE) atomic_size_t left;
    _Alignas(CACHE_LINE) float values[]; /* (window, size, room) */
} slot_head;

/* Messages of one place in the window; MPI_REQUEST_NULL where there is none. */
typedef struct messages {
    MPI_Request *contributions; /* (num_nodes - 1): to the own part */
    MPI_Request *forwards;      /* (num_forwards): out, then the sums back */
    MPI_Request *sums;          /* (num_nodes - 1): of the own part */
} messages;

/* How many chunks of this run have passed each stage. */
typedef struct stages {
    size_t opened, entered, forwarded, owned, collecting, collected, settled, done;
} stages;

struct mpb_reduction {
    const mpb_comm *comm; /* borrowed */
    mpb_reduction_options options;
    const sum_kernels *kernels;
    topology where;
    MPI_Comm world;  /* owned duplicate: tags are this object's; MPI_COMM_NULL: nothing is sent */
    double *squares; /* owned, (blocks of the capacity), where nothing is sent */
    stretch whole;   /* the run, where nothing is sent */

    shared_memory shared; /* the slots of the node's ranks */
    size_t slot_bytes;
    size_t room;        /* floats of a part */
    size_t under_way;   /* floats, at most */
    size_t window;      /* chunks of them */
    mpb_arena arena;    /* owns the arrays below and those of `plan` */
    int num_forwards;   /* owners on other nodes that this rank speaks with */
    int *forwards;      /* (num_forwards) */
    int *speakers;      /* (num_nodes - 1): who speaks with this rank */
    void *inbox;        /* (window, num_nodes - 1, room): contributions, floats or bf16 */
    mpb_bf16 *outbox;   /* (window, size, room) where bf16 travels, else NULL */
    float *rest;        /* (capacity) with error feedback, else NULL */
    float *new_rest;    /* likewise, where this run has rounded */
    messages *messages; /* (window) */

    schedule plan;
    mpb_reduction_run run;
    bool publishes;
    size_t ready; /* offset */
    size_t limit; /* chunks that take part */
    size_t base;  /* chunks of all runs before */
    stages passed;
    double own_squares; /* of the own parts */
    double polled_at;
    size_t sent_bytes; /* to other nodes, since the creation */
};

/* reduction_create.c: `node` has the ranks that share memory; MPI_COMM_NULL: none do. Up to
 * `under_way` floats of a rank travel at a time. */
mpb_status reduction_create_on(const mpb_comm *comm, MPI_Comm node, size_t under_way,
                               const mpb_reduction_options *options, mpb_reduction **reduction);

/* reduction_schedule.c: Cuts the run into chunks of up to `room` floats an owner. */
void schedule_make(schedule *plan, const topology *where, size_t room, const mpb_piece *pieces,
                   size_t num_pieces, bool to_all, bool upwards);
stretch schedule_part(const schedule *plan, const topology *where, size_t chunk, int owner);
/* Where the first of its values lies. */
size_t schedule_lowest(const schedule *plan, size_t chunk);
/* How many hold values before `offset`, in a schedule that goes upwards. */
size_t schedule_chunks_before(const schedule *plan, size_t offset);

/* reduction_topology.c */
mpb_status topology_create(int rank, int size, topology *where);
void topology_destroy(topology *where);
/* Either is MPI_COMM_NULL where there is one rank only. Collective over `world`. */
mpb_status topology_find(MPI_Comm world, MPI_Comm node, topology *where);
/* The rank of `node` that speaks with `owner`: itself where it is one of them. */
int topology_speaker(const topology *where, int node, int owner);

/* reduction_node.c: stages inside a node; true where a chunk has passed. */
bool node_enter(mpb_reduction *r);
bool node_leave(mpb_reduction *r, size_t chunk);
/* Whether all ranks of the node have entered `chunk`. */
bool node_has_entered(const mpb_reduction *r, size_t chunk);
/* Where this rank works on the part of `owner`: its slot, or the run. */
float *node_part(const mpb_reduction *r, size_t chunk, int owner, stretch part);
/* That = the sum over the node. */
void node_sum_part(const mpb_reduction *r, size_t chunk, int owner, stretch part);
/* All that this rank works on may be copied out. */
void node_settle(mpb_reduction *r, size_t chunk);
/* Bytes of a rank's part of the shared memory. */
size_t node_slot_bytes(const mpb_reduction *r);

/* reduction_wire.c: stages between nodes; true where a chunk has passed. */
bool wire_open(mpb_reduction *r);
bool wire_forward(mpb_reduction *r);
bool wire_own(mpb_reduction *r);
bool wire_collecting(mpb_reduction *r);
bool wire_collect(mpb_reduction *r);
/* What rounding took from the values of a chunk = what it took in this run. */
void wire_keep_rest(const mpb_reduction *r, size_t chunk);
/* Whether the sums that were sent have gone. */
bool wire_has_sent(const mpb_reduction *r, size_t chunk);
