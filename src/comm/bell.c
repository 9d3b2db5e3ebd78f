#include "bell.h"

#include <stdlib.h>

#include "comm_internal.h"

enum { TAG = 1 };

static mpb_status create(MPI_Comm all, bell *made)
{
    made->all = MPI_COMM_NULL;
    MPB_TRY_MPI(MPI_Comm_dup(all, &made->all));
    MPB_TRY_MPI(MPI_Comm_set_errhandler(made->all, MPI_ERRORS_RETURN));
    MPB_TRY_MPI(MPI_Comm_size(made->all, &made->size));
    MPB_TRY_MPI(MPI_Comm_rank(made->all, &made->rank));
    made->requests = calloc((size_t)made->size, sizeof(MPI_Request));
    MPB_REQUIRE(made->requests != NULL, MPB_ERR_SYSTEM, "no memory for messages to all ranks");
    for (int i = 0; i < made->size; i++) {
        made->requests[i] = MPI_REQUEST_NULL;
    }
    return MPB_OK;
}

mpb_status bell_create(MPI_Comm all, bell **made)
{
    *made = calloc(1, sizeof(**made));
    MPB_REQUIRE(*made != NULL, MPB_ERR_SYSTEM, "no memory for messages to all ranks");
    return create(all, *made);
}

/* Takes in one message. */
static mpb_status take(bell *b)
{
    MPB_TRY_MPI(MPI_Recv(NULL, 0, MPI_BYTE, MPI_ANY_SOURCE, TAG, b->all, MPI_STATUS_IGNORE));
    b->heard++;
    return MPB_OK;
}

static mpb_status take_all(bell *b)
{
    const int own = b->rung ? 1 : 0;
    int rung = 0;

    MPB_TRY_MPI(MPI_Allreduce(&own, &rung, 1, MPI_INT, MPI_SUM, b->all));
    while (b->heard < rung - own) {
        MPB_TRY(take(b));
    }
    MPB_TRY_MPI(MPI_Waitall(b->size, b->requests, MPI_STATUSES_IGNORE));
    MPB_TRY_MPI(MPI_Comm_free(&b->all));
    return MPB_OK;
}

mpb_status bell_destroy(bell **gone)
{
    bell *b = *gone;
    mpb_status status = take_all(b);

    free(b->requests);
    free(b);
    *gone = NULL;
    return status;
}

mpb_status bell_ring(bell *b)
{
    if (b->rung) {
        return MPB_OK;
    }
    b->rung = true;
    for (int i = 0; i < b->size; i++) {
        if (i != b->rank) {
            MPB_TRY_MPI(MPI_Isend(NULL, 0, MPI_BYTE, i, TAG, b->all, &b->requests[i]));
        }
    }
    return MPB_OK;
}

mpb_status bell_listen(bell *b, bool *heard)
{
    int waiting = 0;

    MPB_TRY_MPI(MPI_Iprobe(MPI_ANY_SOURCE, TAG, b->all, &waiting, MPI_STATUS_IGNORE));
    if (waiting) {
        MPB_TRY(take(b));
    }
    *heard = b->heard > 0;
    return MPB_OK;
}
