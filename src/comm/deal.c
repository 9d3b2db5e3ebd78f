#include "mpibert/comm/deal.h"

#include <stdint.h>
#include <stdlib.h>

#include "comm_internal.h"

enum {
    TAG_REQUEST = 71, /* to rank 0: WANTS_MORE or FAILED */
    TAG_ANSWER = 72,  /* from rank 0: a number, or NONE_LEFT */
    WANTS_MORE = 0,
    FAILED = 1,
};
static const int64_t NONE_LEFT = -1;

struct mpb_deal {
    const mpb_comm *comm; /* borrowed */
    int64_t count;
    int64_t next;        /* rank 0: the first piece nobody has */
    int dismissed;       /* rank 0: ranks that were told that none is left */
    bool asked;          /* other ranks: an answer is under way */
    bool done;           /* other ranks: none is left */
    int64_t answer;      /* where it arrives */
    int request;         /* what is being sent */
    MPI_Request sending; /* of `request` */
    MPI_Request coming;  /* of `answer` */
};

static mpb_status ask(mpb_deal *deal, int request)
{
    const mpb_comm *comm = deal->comm;

    deal->request = request;
    MPB_MPI_OR_ABORT(deal->comm, MPI_Irecv(&deal->answer, 1, MPI_INT64_T, 0, TAG_ANSWER,
                                           comm->world, &deal->coming));
    MPB_MPI_OR_ABORT(deal->comm, MPI_Isend(&deal->request, 1, MPI_INT, 0, TAG_REQUEST, comm->world,
                                           &deal->sending));
    deal->asked = true;
    return MPB_OK;
}

static mpb_status hear(mpb_deal *deal)
{
    MPB_MPI_OR_ABORT(deal->comm, MPI_Wait(&deal->coming, MPI_STATUS_IGNORE));
    MPB_MPI_OR_ABORT(deal->comm, MPI_Wait(&deal->sending, MPI_STATUS_IGNORE));
    deal->asked = false;
    deal->done = deal->answer == NONE_LEFT;
    return MPB_OK;
}

mpb_status mpb_deal_begin(const mpb_comm *comm, size_t count, mpb_deal **deal)
{
    mpb_deal *made = calloc(1, sizeof(*made));
    mpb_status status =
        made == NULL ? MPB_FAIL(MPB_ERR_SYSTEM, "no memory to share work out") : MPB_OK;

    status = mpb_comm_agree(comm, status);
    if (status == MPB_OK) {
        made->comm = comm;
        made->count = (int64_t)count;
        status = comm->rank == 0 ? MPB_OK : ask(made, WANTS_MORE);
    }
    if (status != MPB_OK) {
        free(made);
        return status;
    }
    *deal = made;
    return MPB_OK;
}

static int64_t take_next(mpb_deal *deal)
{
    return deal->next < deal->count ? deal->next++ : NONE_LEFT;
}

/* Rank 0 receives one request, which has arrived or will, and answers it. */
static mpb_status answer_one(mpb_deal *deal)
{
    MPI_Comm world = deal->comm->world;
    MPI_Status from;
    int request;
    int64_t answer;

    MPB_MPI_OR_ABORT(deal->comm,
                     MPI_Recv(&request, 1, MPI_INT, MPI_ANY_SOURCE, TAG_REQUEST, world, &from));
    if (request == FAILED) {
        deal->next = deal->count;
    }
    answer = take_next(deal);
    deal->dismissed += answer == NONE_LEFT;
    MPB_MPI_OR_ABORT(deal->comm,
                     MPI_Send(&answer, 1, MPI_INT64_T, from.MPI_SOURCE, TAG_ANSWER, world));
    return MPB_OK;
}

mpb_status mpb_deal_serve(mpb_deal *deal)
{
    int waiting = 1;

    if (deal->comm->rank != 0 || deal->comm->size == 1) {
        return MPB_OK;
    }
    for (;;) {
        MPB_MPI_OR_ABORT(deal->comm, MPI_Iprobe(MPI_ANY_SOURCE, TAG_REQUEST, deal->comm->world,
                                                &waiting, MPI_STATUS_IGNORE));
        if (!waiting) {
            return MPB_OK;
        }
        MPB_TRY(answer_one(deal));
    }
}

mpb_status mpb_deal_next(mpb_deal *deal, size_t *index, bool *more)
{
    int64_t mine;

    if (deal->comm->rank == 0) {
        MPB_TRY(mpb_deal_serve(deal));
        mine = take_next(deal);
    } else {
        if (deal->asked) {
            MPB_TRY(hear(deal));
        }
        mine = deal->done ? NONE_LEFT : deal->answer;
        if (!deal->done) {
            MPB_TRY(ask(deal, WANTS_MORE));
        }
    }
    *more = mine != NONE_LEFT;
    *index = *more ? (size_t)mine : 0;
    return MPB_OK;
}

/* Rank 0 stays until everyone knows that none is left. */
static mpb_status dismiss_all(mpb_deal *deal)
{
    while (deal->dismissed < deal->comm->size - 1) {
        MPB_TRY(answer_one(deal));
    }
    return MPB_OK;
}

/* A rank that failed takes what is under way, says so, and goes. */
static mpb_status leave(mpb_deal *deal)
{
    while (!deal->done) {
        if (!deal->asked) {
            MPB_TRY(ask(deal, FAILED));
        }
        MPB_TRY(hear(deal));
    }
    return MPB_OK;
}

mpb_status mpb_deal_end(mpb_deal **deal, mpb_status status)
{
    mpb_deal *gone = *deal;
    const mpb_comm *comm = gone->comm;
    mpb_status left;

    if (comm->rank == 0) {
        gone->next = gone->count;
    }
    left = comm->rank == 0 ? dismiss_all(gone) : leave(gone);
    free(gone);
    *deal = NULL;
    MPB_TRY(left);
    return comm_agree_on_dealt(comm, status);
}
