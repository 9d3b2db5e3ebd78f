#define _GNU_SOURCE /* affinity masks */

#include "cores.h"

#include <stdlib.h>
#include <string.h>

#include "comm_internal.h"

_Static_assert(CPU_SETSIZE <= MAX_CORES, "all cores of a mask have room");

static bool overlap(const cpu_set_t *a, const cpu_set_t *b)
{
    cpu_set_t both;

    CPU_AND(&both, a, b);
    return CPU_COUNT(&both) > 0;
}

int cores_part(const cpu_set_t *masks, int count, int me, int *numbers)
{
    const int cores = CPU_COUNT(&masks[me]);
    int equals = 0; /* ranks with this rank's mask, */
    int before = 0; /* and those of them that come first */
    int seen = 0;
    int taken = 0;

    for (int i = 0; i < count; i++) {
        if (CPU_EQUAL(&masks[i], &masks[me])) {
            before += i < me;
            equals++;
        } else if (overlap(&masks[i], &masks[me])) {
            return 0;
        }
    }
    for (int cpu = 0; cpu < CPU_SETSIZE && cores >= equals; cpu++) {
        if (CPU_ISSET((size_t)cpu, &masks[me])) {
            if (seen >= cores * before / equals && seen < cores * (before + 1) / equals) {
                numbers[taken++] = cpu;
            }
            seen++;
        }
    }
    return taken;
}

int cores_share(const cpu_set_t *masks, int count, int me)
{
    double share = 0.0;

    for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        int sharers = 0;

        for (int i = 0; i < count; i++) {
            sharers += CPU_ISSET(cpu, &masks[i]) ? 1 : 0;
        }
        if (CPU_ISSET(cpu, &masks[me])) {
            share += 1.0 / sharers;
        }
    }
    return share < 1.0 ? 1 : (int)(share + 1e-6);
}

/* The cores that this process could be bound to: the kernel cuts a mask down to the cpuset of the
 * job, in which a launcher has bound it. */
static mpb_status granted_cores(const cpu_set_t *mine, cpu_set_t *granted)
{
    memset(granted, 0xFF, sizeof(*granted));
    MPB_REQUIRE(sched_setaffinity(0, sizeof(*granted), granted) == 0 &&
                    sched_getaffinity(0, sizeof(*granted), granted) == 0 &&
                    sched_setaffinity(0, sizeof(*mine), mine) == 0,
                MPB_ERR_SYSTEM, "the system does not tell which cores this job may use");
    return MPB_OK;
}

/* Cores that the job may use and no rank of this node was given. */
static int count_idle(const cpu_set_t *masks, int count, cpu_set_t granted)
{
    int idle = 0;

    for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        bool used = false;

        for (int i = 0; i < count && !used; i++) {
            used = CPU_ISSET(cpu, &masks[i]);
        }
        idle += CPU_ISSET(cpu, &granted) && !used;
    }
    return idle;
}

static void settle(mpb_comm *comm, const cpu_set_t *masks, int count, int me,
                   const cpu_set_t *granted)
{
    comm->cores = cores_part(masks, count, me, comm->own_cores);
    comm->has_own_cores = comm->cores > 0;
    if (!comm->has_own_cores) {
        comm->cores = cores_share(masks, count, me);
    }
    comm->idle_cores = count_idle(masks, count, *granted);
}

/* masks (node_size) = those of the node's ranks. */
static mpb_status gather_masks(const mpb_comm *comm, const cpu_set_t *mine, cpu_set_t *masks)
{
    if (comm->node == MPI_COMM_NULL) {
        masks[0] = *mine;
        return MPB_OK;
    }
    MPB_TRY_MPI(
        MPI_Allgather(mine, sizeof(*mine), MPI_BYTE, masks, sizeof(*mine), MPI_BYTE, comm->node));
    return MPB_OK;
}

mpb_status comm_find_cores(mpb_comm *comm)
{
    cpu_set_t mine;
    cpu_set_t granted;
    cpu_set_t *masks;
    mpb_status status;
    int me = 0;

    CPU_ZERO(&mine);
    MPB_REQUIRE(sched_getaffinity(0, sizeof(mine), &mine) == 0, MPB_ERR_SYSTEM,
                "the system does not tell which cores this process may use");
    MPB_TRY(granted_cores(&mine, &granted));
    comm->granted_cores = CPU_COUNT(&granted);
    if (comm->node != MPI_COMM_NULL) {
        MPB_TRY_MPI(MPI_Comm_rank(comm->node, &me));
    } else {
        granted = mine; /* without a launcher the mask is what the user asked for */
    }
    masks = calloc((size_t)comm->node_size, sizeof(*masks));
    MPB_REQUIRE(masks != NULL, MPB_ERR_SYSTEM, "no memory for the cores of a node's ranks");
    status = gather_masks(comm, &mine, masks);
    if (status == MPB_OK) {
        settle(comm, masks, comm->node_size, me, &granted);
    }
    free(masks);
    return status;
}
