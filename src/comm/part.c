#include "mpibert/comm/part.h"

#include <stdlib.h>

#include "bell.h"
#include "comm_internal.h"

static mpb_status attach(const mpb_comm *whole, int colour, mpb_comm *part)
{
    if (whole->world == MPI_COMM_NULL) {
        return comm_find_hosts(part);
    }
    MPB_TRY_MPI(MPI_Comm_split(whole->world, colour, whole->rank, &part->world));
    MPB_TRY_MPI(MPI_Comm_set_errhandler(part->world, MPI_ERRORS_RETURN));
    MPB_TRY_MPI(MPI_Comm_rank(part->world, &part->rank));
    MPB_TRY_MPI(MPI_Comm_size(part->world, &part->size));
    MPB_TRY_MPI(
        MPI_Comm_split_type(part->world, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &part->node));
    MPB_TRY_MPI(MPI_Comm_set_errhandler(part->node, MPI_ERRORS_RETURN));
    MPB_TRY(comm_find_hosts(part));
    MPB_TRY(bell_create(whole->world, &part->bell));
    return node_sum_create(part->world, part->node, &part->sum, &part->no_shared_memory);
}

mpb_status mpb_comm_split(const mpb_comm *whole, int colour, mpb_comm **part)
{
    mpb_comm *made = malloc(sizeof(*made));
    mpb_status status = MPB_FAIL(MPB_ERR_SYSTEM, "no memory for a part of the ranks");

    if (made != NULL) {
        *made = *whole; /* cores and such stay those of the job */
        made->whole = whole;
        made->world = MPI_COMM_NULL;
        made->node = MPI_COMM_NULL;
        made->hosts = NULL;
        made->sum = NULL;
        status = attach(whole, colour, made);
    }
    if (status != MPB_OK && whole->world != MPI_COMM_NULL) {
        mpb_comm_abort(whole, status);
    }
    *part = status == MPB_OK ? made : NULL;
    return status;
}

/* The last collectives of the part. */
static mpb_status detach(mpb_comm *part)
{
    MPB_TRY(mpb_comm_await_all(part->whole));
    if (part->bell != NULL) {
        MPB_TRY(bell_destroy(&part->bell));
    }
    node_sum_destroy(&part->sum);
    if (part->world != MPI_COMM_NULL) {
        MPB_TRY_MPI(MPI_Comm_free(&part->node));
        MPB_TRY_MPI(MPI_Comm_free(&part->world));
    }
    return MPB_OK;
}

void mpb_comm_rejoin(mpb_comm **part)
{
    mpb_status status = detach(*part);

    if (status != MPB_OK) {
        mpb_comm_abort((*part)->whole, status);
    }
    free((*part)->hosts);
    free(*part);
    *part = NULL;
}

void mpb_comm_ring(mpb_comm *part)
{
    if (part->bell != NULL) {
        MPB_STATUS_OR_ABORT(part, bell_ring(part->bell));
    }
}

bool mpb_comm_has_rung(const mpb_comm *part)
{
    bool heard = false;

    if (part->bell != NULL) {
        MPB_STATUS_OR_ABORT(part, bell_listen(part->bell, &heard));
    }
    return heard;
}
