#include "comm_internal.h"

/* Elements a message: keeps counts inside an int and lets one part travel while the next one is
 * being summed. */
enum { PART = 1 << 22 };

static mpb_status all_reduce(const mpb_comm *comm, void *values, size_t count, size_t size,
                             MPI_Datatype type, MPI_Op op)
{
    char *bytes = values;

    if (comm->size == 1) {
        return MPB_OK;
    }
    for (size_t begin = 0; begin < count; begin += PART) {
        int length = count - begin < PART ? (int)(count - begin) : PART;

        MPB_TRY_MPI(
            MPI_Allreduce(MPI_IN_PLACE, bytes + begin * size, length, type, op, comm->world));
    }
    return MPB_OK;
}

mpb_status mpb_comm_sum_float(const mpb_comm *comm, float *values, size_t count)
{
    return all_reduce(comm, values, count, sizeof(*values), MPI_FLOAT, MPI_SUM);
}

mpb_status mpb_comm_sum_double(const mpb_comm *comm, double *values, size_t count)
{
    return all_reduce(comm, values, count, sizeof(*values), MPI_DOUBLE, MPI_SUM);
}

mpb_status mpb_comm_sum_int64(const mpb_comm *comm, int64_t *values, size_t count)
{
    return all_reduce(comm, values, count, sizeof(*values), MPI_INT64_T, MPI_SUM);
}

mpb_status mpb_comm_max_double(const mpb_comm *comm, double *values, size_t count)
{
    return all_reduce(comm, values, count, sizeof(*values), MPI_DOUBLE, MPI_MAX);
}

mpb_status mpb_comm_broadcast(const mpb_comm *comm, void *bytes, size_t count)
{
    char *from = bytes;

    for (size_t begin = 0; begin < count; begin += PART) {
        int length = count - begin < PART ? (int)(count - begin) : PART;

        MPB_TRY_MPI(MPI_Bcast(from + begin, length, MPI_BYTE, 0, comm->world));
    }
    return MPB_OK;
}
