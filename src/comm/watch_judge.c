#include "watch_judge.h"

#include "mpibert/core/status.h"

void watch_clock_advance(watch_clock *clock, double world, double most)
{
    const double passed = world - clock->world;

    clock->now += passed < most ? passed : most;
    clock->world = world;
}

int watch_deputy(const struct comm_host *hosts, int size)
{
    for (int rank = 1; rank < size; rank++) {
        if (hosts[rank].leads) {
            return rank;
        }
    }
    return 1;
}

/* How many others would speak before this rank. */
static int order_of(const watch_ranks *ranks, int other)
{
    if (ranks->rank == 0) {
        return 0;
    }
    if (ranks->rank == ranks->deputy) {
        return other == 0 ? 0 : 1;
    }
    return 2;
}

/* Seconds after `since` at which the rank's state ends the job; negative: it never does. */
static double limit_of(const watch_peer *peer, const watch_pace *pace)
{
    const double silence = pace->silence > 0.0 ? pace->silence : -1.0;

    switch (peer->presence) {
    case WATCH_THERE:
        return silence;
    case WATCH_UNMET:
        return peer->is_stopped ? silence : -1.0;
    case WATCH_LOST:
        return pace->grace;
    case WATCH_LEAVES:
        return 0.0;
    case WATCH_DONE:
        break;
    }
    return -1.0;
}

bool watch_expects(const watch_ranks *ranks, int other)
{
    const bool hears_all = ranks->rank == 0 || ranks->rank == ranks->deputy;

    return other != ranks->rank && (hears_all || other == 0 || other == ranks->deputy);
}

int watch_count_unmet(const watch_ranks *ranks, int *first)
{
    int count = 0;

    for (int rank = ranks->size - 1; rank >= 0; rank--) {
        if (watch_expects(ranks, rank) && ranks->peers[rank].presence == WATCH_UNMET) {
            count++;
            *first = rank;
        }
    }
    return count;
}

int watch_find_missed(watch_ranks *ranks, const watch_pace *pace, double now)
{
    const double limit = pace->worry * pace->silence;

    for (int rank = 0; rank < ranks->size && pace->silence > 0.0; rank++) {
        watch_peer *peer = &ranks->peers[rank];
        const bool was_missed = peer->is_missed;

        peer->is_missed = peer->presence == WATCH_THERE && now - peer->since >= limit;
        if (rank != ranks->rank && order_of(ranks, rank) == 0 && peer->is_missed && !was_missed) {
            return rank;
        }
    }
    return -1;
}

bool watch_judge(const watch_ranks *ranks, const watch_pace *pace, double now,
                 watch_verdict *verdict)
{
    for (int rank = 0; rank < ranks->size; rank++) {
        const watch_peer *peer = &ranks->peers[rank];
        const double limit = limit_of(peer, pace);

        if (rank != ranks->rank && limit >= 0.0 &&
            now - peer->since >= limit + order_of(ranks, rank) * pace->deference) {
            *verdict = (watch_verdict){
                .rank = rank,
                .presence = peer->presence,
                .code = peer->presence == WATCH_LEAVES ? peer->code : MPB_ERR_SYSTEM,
            };
            return true;
        }
    }
    return false;
}
