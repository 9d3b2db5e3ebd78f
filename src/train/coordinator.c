#include "mpibert/train/coordinator.h"

#include "mpibert/core/clock.h"

static const double SECONDS_PER_MINUTE = 60.0;

mpb_coordinator mpb_coordinator_begin(const mpb_comm *comm, const mpb_cadence *cadence)
{
    return (mpb_coordinator){.comm = comm, .cadence = *cadence, .saved_at = mpb_clock_seconds()};
}

static bool is_multiple(int64_t step, int64_t every)
{
    return every > 0 && step % every == 0;
}

static bool time_to_save(const mpb_coordinator *coordinator, int64_t step, bool epoch_ends)
{
    const mpb_cadence *c = &coordinator->cadence;
    double minutes = (mpb_clock_seconds() - coordinator->saved_at) / SECONDS_PER_MINUTE;

    if (c->save_every_minutes > 0.0 && minutes >= c->save_every_minutes) {
        return true;
    }
    return c->save_every_steps == 0 ? epoch_ends : is_multiple(step, c->save_every_steps);
}

static mpb_decision decide(const mpb_coordinator *coordinator, int64_t step)
{
    const mpb_cadence *c = &coordinator->cadence;
    bool last = step == c->total_steps;
    mpb_decision decision = {0};

    decision.epoch_ends = step % c->steps_per_epoch == 0 || last;
    decision.validate = decision.epoch_ends || is_multiple(step, c->validate_every_steps);
    decision.save = last || time_to_save(coordinator, step, decision.epoch_ends);
    return decision;
}

mpb_status mpb_coordinator_decide(mpb_coordinator *coordinator, int64_t step,
                                  mpb_decision *decision)
{
    mpb_decision made = {0};

    if (mpb_comm_rank(coordinator->comm) == 0) {
        made = decide(coordinator, step);
    }
    MPB_TRY(mpb_comm_broadcast(coordinator->comm, &made, sizeof(made)));
    if (made.save) {
        coordinator->saved_at = mpb_clock_seconds();
    }
    *decision = made;
    return MPB_OK;
}
