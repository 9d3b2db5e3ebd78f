/* Stands between a program and MPI, by LD_PRELOAD: on rank FAIL_RANK call number FAIL_CALL (from 1)
 * fails without being made. At the end that rank writes how many calls there were to FAIL_COUNT. */

#include <mpi.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static long calls;

static long setting(const char *name)
{
    const char *text = getenv(name);

    return text == NULL ? -1 : atol(text);
}

static bool is_chosen(void)
{
    int rank;

    PMPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank == setting("FAIL_RANK");
}

static bool fails_now(void)
{
    return ++calls == setting("FAIL_CALL") && is_chosen();
}

#define STAND_BETWEEN(name, parameters, arguments)                                                 \
    int name parameters                                                                            \
    {                                                                                              \
        return fails_now() ? MPI_ERR_OTHER : P##name arguments;                                    \
    }

STAND_BETWEEN(MPI_Allreduce,
              (const void *from, void *to, int count, MPI_Datatype type, MPI_Op op, MPI_Comm comm),
              (from, to, count, type, op, comm))
STAND_BETWEEN(MPI_Bcast, (void *data, int count, MPI_Datatype type, int root, MPI_Comm comm),
              (data, count, type, root, comm))
STAND_BETWEEN(MPI_Barrier, (MPI_Comm comm), (comm))
STAND_BETWEEN(MPI_Allgather,
              (const void *from, int count, MPI_Datatype type, void *to, int to_count,
               MPI_Datatype to_type, MPI_Comm comm),
              (from, count, type, to, to_count, to_type, comm))
STAND_BETWEEN(MPI_Send,
              (const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm),
              (data, count, type, to, tag, comm))
STAND_BETWEEN(MPI_Recv,
              (void *data, int count, MPI_Datatype type, int from, int tag, MPI_Comm comm,
               MPI_Status *status),
              (data, count, type, from, tag, comm, status))
STAND_BETWEEN(MPI_Sendrecv,
              (const void *data, int count, MPI_Datatype type, int to, int tag, void *received,
               int received_count, MPI_Datatype received_type, int from, int received_tag,
               MPI_Comm comm, MPI_Status *status),
              (data, count, type, to, tag, received, received_count, received_type, from,
               received_tag, comm, status))
STAND_BETWEEN(MPI_Isend,
              (const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
               MPI_Request *request),
              (data, count, type, to, tag, comm, request))
STAND_BETWEEN(MPI_Irecv,
              (void *data, int count, MPI_Datatype type, int from, int tag, MPI_Comm comm,
               MPI_Request *request),
              (data, count, type, from, tag, comm, request))
STAND_BETWEEN(MPI_Wait, (MPI_Request * request, MPI_Status *status), (request, status))
STAND_BETWEEN(MPI_Comm_split, (MPI_Comm comm, int colour, int key, MPI_Comm *made),
              (comm, colour, key, made))

int MPI_Finalize(void)
{
    const char *path = getenv("FAIL_COUNT");
    FILE *file = path != NULL && is_chosen() ? fopen(path, "w") : NULL;

    if (file != NULL) {
        fprintf(file, "%ld\n", calls);
        fclose(file);
    }
    return PMPI_Finalize();
}
