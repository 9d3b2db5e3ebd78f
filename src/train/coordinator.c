#include "mpibert/train/coordinator.h"

#include "mpibert/comm/part.h"
#include "mpibert/core/clock.h"

static const double SECONDS_PER_MINUTE = 60.0;
static const double COMPARED_SECONDS = 5.0;

enum { COMPARED_STEPS = 10 };

mpb_coordinator mpb_coordinator_begin(const mpb_comm *comm, const mpb_cadence *cadence,
                                      mpb_time_limit *limit)
{
    const double now = mpb_clock_seconds();

    return (mpb_coordinator){
        .comm = comm, .cadence = *cadence, .limit = limit, .saved_at = now, .compared_at = now};
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

static mpb_stop reason_to_stop(const mpb_coordinator *coordinator, const mpb_decision *decision,
                               bool last)
{
    const mpb_next_works next = {
        .validates = decision->validate, .saves = decision->save, .ends = last};

    if (mpb_comm_has_rung(coordinator->comm)) {
        return MPB_STOP_WITH_OTHERS;
    }
    return mpb_time_limit_is_near(coordinator->limit, &next) ? MPB_STOP_IN_TIME : MPB_GO_ON;
}

/* Enough of both for ranks that share cores to have had their turns. */
static bool time_to_compare(const mpb_coordinator *coordinator, int64_t step)
{
    return step - coordinator->compared_step >= COMPARED_STEPS &&
           mpb_clock_seconds() - coordinator->compared_at >= COMPARED_SECONDS;
}

static mpb_decision decide(const mpb_coordinator *coordinator, int64_t step)
{
    const mpb_cadence *c = &coordinator->cadence;
    bool last = step == c->last_step;
    mpb_decision decision = {0};

    decision.epoch_ends = step % c->steps_per_epoch == 0 || last;
    decision.validate = decision.epoch_ends || is_multiple(step, c->validate_every_steps);
    decision.save = last || time_to_save(coordinator, step, decision.epoch_ends);
    decision.compare = time_to_compare(coordinator, step);
    decision.stop = reason_to_stop(coordinator, &decision, last);
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
    if (made.compare) {
        coordinator->compared_at = mpb_clock_seconds();
        coordinator->compared_step = step;
    }
    *decision = made;
    return MPB_OK;
}
