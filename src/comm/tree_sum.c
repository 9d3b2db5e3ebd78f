#include <assert.h>

#include "comm_internal.h"

enum { TAG = 1, MOST_LEVELS = 31 };

/* Values from `begin` to before `end`. */
typedef struct span {
    size_t begin;
    size_t end;
} span;

/* The next part of a span, which becomes shorter. */
static span take_part(span *rest)
{
    const size_t left = rest->end - rest->begin;
    const span part = {rest->begin,
                       rest->begin + (left < MPB_TREE_SCRATCH ? left : MPB_TREE_SCRATCH)};

    rest->begin = part.end;
    return part;
}

static int length_of(span part)
{
    return (int)(part.end - part.begin);
}

/* Sends the values of `give` while those of `take` come from the partner: into `scratch`, to be
 * added, or in their place where there is none. */
static void exchange(const mpb_comm *comm, int partner, float *values, span give, span take,
                     float *scratch)
{
    while (give.begin < give.end || take.begin < take.end) {
        const span out = take_part(&give);
        const span in = take_part(&take);
        float *into = scratch == NULL ? values + in.begin : scratch;

        MPB_MPI_OR_ABORT(comm, MPI_Sendrecv(values + out.begin, length_of(out), MPI_FLOAT, partner,
                                            TAG, into, length_of(in), MPI_FLOAT, partner, TAG,
                                            comm->world, MPI_STATUS_IGNORE));
        for (size_t i = in.begin; scratch != NULL && i < in.end; i++) {
            values[i] += scratch[i - in.begin];
        }
    }
}

/* The half of `whole` that this rank sums with its partner at `distance`, and the other one. */
static void halve(const mpb_comm *comm, int distance, span whole, span *own, span *other)
{
    const size_t middle = whole.begin + (whole.end - whole.begin) / 2;
    const span lower = {whole.begin, middle};
    const span upper = {middle, whole.end};
    const bool is_lower = (comm->rank & distance) == 0;

    *own = is_lower ? lower : upper;
    *other = is_lower ? upper : lower;
}

mpb_status mpb_comm_tree_sum_float(const mpb_comm *comm, float *values, size_t count,
                                   float *scratch)
{
    span wholes[MOST_LEVELS];
    span own = {0, count};
    span other;
    int level = 0;

    assert((comm->size & (comm->size - 1)) == 0);
    for (int distance = 1; distance < comm->size; distance *= 2) {
        wholes[level] = own;
        halve(comm, distance, wholes[level++], &own, &other);
        exchange(comm, comm->rank ^ distance, values, other, own, scratch);
    }
    for (int distance = comm->size / 2; distance > 0; distance /= 2) {
        halve(comm, distance, wholes[--level], &own, &other);
        exchange(comm, comm->rank ^ distance, values, own, other, NULL);
    }
    return MPB_OK;
}
