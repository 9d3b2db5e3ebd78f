/* Stands between a program and MPI, by LD_PRELOAD: the ranks are told that they run on
 * PRETENDED_NODES nodes, dealt to them in turn, so that only those of one share memory. */

#include <mpi.h>
#include <stdlib.h>

int MPI_Comm_split_type(MPI_Comm comm, int type, int key, MPI_Info info, MPI_Comm *part)
{
    const char *nodes = getenv("PRETENDED_NODES");
    int rank;

    if (nodes == NULL || type != MPI_COMM_TYPE_SHARED) {
        return PMPI_Comm_split_type(comm, type, key, info, part);
    }
    PMPI_Comm_rank(comm, &rank);
    return PMPI_Comm_split(comm, rank % atoi(nodes), key, part);
}
