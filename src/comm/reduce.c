#include <stdlib.h>
#include <string.h>

#include "comm_internal.h"

/* Elements a message: keeps counts inside an int and lets one part travel while the next one is
 * being summed. */
enum { PART = 1 << 22, FETCH_TAG = 4 };

static mpb_status all_reduce(const mpb_comm *comm, void *values, size_t count, size_t size,
                             MPI_Datatype type, MPI_Op op)
{
    char *bytes = values;

    if (comm->size == 1) {
        return MPB_OK;
    }
    for (size_t begin = 0; begin < count; begin += PART) {
        int length = count - begin < PART ? (int)(count - begin) : PART;

        MPB_MPI_OR_ABORT(
            comm, MPI_Allreduce(MPI_IN_PLACE, bytes + begin * size, length, type, op, comm->world));
    }
    return MPB_OK;
}

mpb_status mpb_comm_sum_float(const mpb_comm *comm, float *values, size_t count)
{
    if (comm->sum != NULL) {
        mpb_status status = node_sum_float(comm->sum, values, count);

        if (status != MPB_OK) {
            mpb_comm_abort(comm, status);
        }
        return MPB_OK;
    }
    return all_reduce(comm, values, count, sizeof(*values), MPI_FLOAT, MPI_SUM);
}

mpb_status mpb_comm_sum_double(const mpb_comm *comm, double *values, size_t count)
{
    return all_reduce(comm, values, count, sizeof(*values), MPI_DOUBLE, MPI_SUM);
}

mpb_status mpb_comm_max_double(const mpb_comm *comm, double *values, size_t count)
{
    return all_reduce(comm, values, count, sizeof(*values), MPI_DOUBLE, MPI_MAX);
}

mpb_status mpb_comm_gather_doubles(const mpb_comm *comm, const double *mine, size_t count,
                                   double *all)
{
    if (comm->size == 1) {
        memcpy(all, mine, count * sizeof(*all));
        return MPB_OK;
    }
    MPB_MPI_OR_ABORT(comm, MPI_Allgather(mine, (int)count, MPI_DOUBLE, all, (int)count, MPI_DOUBLE,
                                         comm->world));
    return MPB_OK;
}

mpb_status mpb_comm_exchange_float(const mpb_comm *comm, float *values, const int *counts,
                                   const int *begins)
{
    if (comm->size > 1) {
        MPB_MPI_OR_ABORT(comm, MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, values, counts,
                                              begins, MPI_FLOAT, comm->world));
    }
    return MPB_OK;
}

static mpb_status broadcast_from(const mpb_comm *comm, int root, char *bytes, size_t count)
{
    for (size_t begin = 0; comm->size > 1 && begin < count; begin += PART) {
        int length = count - begin < PART ? (int)(count - begin) : PART;

        MPB_MPI_OR_ABORT(comm, MPI_Bcast(bytes + begin, length, MPI_BYTE, root, comm->world));
    }
    return MPB_OK;
}

mpb_status mpb_comm_broadcast(const mpb_comm *comm, void *bytes, size_t count)
{
    return broadcast_from(comm, 0, bytes, count);
}

mpb_status mpb_comm_fetch(const mpb_comm *comm, int from, void *bytes, size_t size)
{
    for (size_t begin = 0; from > 0 && begin < size; begin += PART) {
        const int length = size - begin < PART ? (int)(size - begin) : PART;
        char *part = (char *)bytes + begin;

        if (comm->rank == from) {
            MPB_MPI_OR_ABORT(comm, MPI_Send(part, length, MPI_BYTE, 0, FETCH_TAG, comm->world));
        } else if (comm->rank == 0) {
            MPB_MPI_OR_ABORT(comm, MPI_Recv(part, length, MPI_BYTE, from, FETCH_TAG, comm->world,
                                            MPI_STATUS_IGNORE));
        }
    }
    return MPB_OK;
}

/* Sizes of all ranks' bytes, and their sum. */
static mpb_status gather_sizes(const mpb_comm *comm, size_t mine, uint64_t *sizes, uint64_t *total)
{
    uint64_t own = mine;

    if (comm->size == 1) {
        sizes[0] = own;
    } else {
        MPB_MPI_OR_ABORT(comm,
                         MPI_Allgather(&own, 1, MPI_UINT64_T, sizes, 1, MPI_UINT64_T, comm->world));
    }
    *total = 0;
    for (int i = 0; i < comm->size; i++) {
        *total += sizes[i];
    }
    return MPB_OK;
}

static mpb_status gather_parts(const mpb_comm *comm, const mpb_buffer *mine, const uint64_t *sizes,
                               mpb_buffer *all)
{
    size_t at = 0;

    for (int root = 0; root < comm->size; root++) {
        if (root == comm->rank && mine->size > 0) {
            memcpy(all->data + at, mine->data, mine->size);
        }
        MPB_TRY(broadcast_from(comm, root, all->data + at, (size_t)sizes[root]));
        at += (size_t)sizes[root];
    }
    all->size = at;
    all->data[at] = '\0';
    return MPB_OK;
}

mpb_status mpb_comm_gather(const mpb_comm *comm, const mpb_buffer *mine, mpb_buffer *all)
{
    uint64_t *sizes = calloc((size_t)comm->size, sizeof(*sizes));
    uint64_t total = 0;
    mpb_status status =
        sizes == NULL ? MPB_FAIL(MPB_ERR_SYSTEM, "no memory for the sizes of all ranks") : MPB_OK;

    status = mpb_comm_agree(comm, status);
    if (status == MPB_OK) {
        status = gather_sizes(comm, mine->size, sizes, &total);
    }
    mpb_buffer_reset(all);
    if (status == MPB_OK) {
        status = mpb_comm_agree(comm, mpb_buffer_reserve(all, (size_t)total));
    }
    if (status == MPB_OK) {
        status = gather_parts(comm, mine, sizes, all);
    }
    free(sizes);
    return status;
}
