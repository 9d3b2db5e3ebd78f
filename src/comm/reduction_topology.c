#include <stdlib.h>

#include "reduction_internal.h"

int topology_speaker(const topology *where, int node, int owner)
{
    const int ranks = where->first[node + 1] - where->first[node];

    if (where->node_of[owner] == node) {
        return owner;
    }
    return where->ranks[where->first[node] + where->local_of[owner] % ranks];
}

/* Nodes are known by their first ranks at first; then they are numbered. */
static void number_nodes(topology *where)
{
    where->num_nodes = 0;
    for (int rank = 0; rank < where->size; rank++) {
        const int leader = where->node_of[rank];

        where->node_of[rank] = leader == rank ? where->num_nodes++ : where->node_of[leader];
    }
}

/* Ranks of a node in the order of all ranks. */
static void list_ranks(topology *where)
{
    int listed = 0;

    for (int node = 0; node < where->num_nodes; node++) {
        where->first[node] = listed;
        for (int rank = 0; rank < where->size; rank++) {
            if (where->node_of[rank] == node) {
                where->local_of[rank] = listed - where->first[node];
                where->ranks[listed++] = rank;
            }
        }
    }
    where->first[where->num_nodes] = listed;
    where->node = where->node_of[where->rank];
    where->local = where->local_of[where->rank];
    where->node_size = where->first[where->node + 1] - where->first[where->node];
}

mpb_status topology_create(int rank, int size, topology *where)
{
    *where = (topology){.rank = rank, .size = size};
    where->node_of = calloc((size_t)(4 * size + 1), sizeof(int));
    MPB_REQUIRE(where->node_of != NULL, MPB_ERR_SYSTEM, "no memory for the places of all ranks");
    where->local_of = where->node_of + size;
    where->ranks = where->local_of + size;
    where->first = where->ranks + size;
    return MPB_OK;
}

void topology_destroy(topology *where)
{
    free(where->node_of);
    *where = (topology){0};
}

mpb_status topology_find(MPI_Comm world, MPI_Comm node, topology *where)
{
    int leader = where->rank;

    if (node != MPI_COMM_NULL) {
        MPB_TRY_MPI(MPI_Bcast(&leader, 1, MPI_INT, 0, node));
    }
    where->node_of[where->rank] = leader;
    if (world != MPI_COMM_NULL) {
        MPB_TRY_MPI(MPI_Allgather(&leader, 1, MPI_INT, where->node_of, 1, MPI_INT, world));
    }
    number_nodes(where);
    list_ranks(where);
    return MPB_OK;
}
