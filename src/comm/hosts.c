#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "comm_internal.h"

/* "node07" of "node07.cluster.example" */
static void find_own(struct comm_host *own)
{
    gethostname(own->name, sizeof(own->name) - 1);
    own->name[strcspn(own->name, ".")] = '\0';
    if (own->name[0] == '\0') {
        strcpy(own->name, "unknown");
    }
}

mpb_status comm_find_hosts(mpb_comm *comm)
{
    struct comm_host own = {.leads = true, .process = getpid()};
    int node_rank = 0;

    find_own(&own);
    comm->hosts = malloc((size_t)comm->size * sizeof(*comm->hosts));
    MPB_REQUIRE(comm->hosts != NULL, MPB_ERR_SYSTEM, "no memory for the host names of all ranks");
    if (comm->size == 1) {
        comm->hosts[0] = own;
        return MPB_OK;
    }
    MPB_TRY_MPI(MPI_Comm_rank(comm->node, &node_rank));
    own.leads = node_rank == 0;
    MPB_TRY_MPI(MPI_Allgather(&own, sizeof(own), MPI_BYTE, comm->hosts, sizeof(own), MPI_BYTE,
                              comm->world));
    return MPB_OK;
}

const char *mpb_comm_host(const mpb_comm *comm, int rank)
{
    return comm->hosts[rank].name;
}

int mpb_comm_num_nodes(const mpb_comm *comm)
{
    int nodes = 0;

    for (int rank = 0; rank < comm->size; rank++) {
        nodes += comm->hosts[rank].leads ? 1 : 0;
    }
    return nodes;
}
