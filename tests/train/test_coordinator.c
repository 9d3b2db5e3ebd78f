/* When rank 0 decides to validate and save. */

#include "mpibert/train/coordinator.h"

#include "check.h"
#include "mpibert/core/clock.h"

static const mpb_cadence DEFAULT = {
    .last_step = 20, .steps_per_epoch = 8, .save_every_minutes = 10.0};

static mpb_decision decide(mpb_coordinator *coordinator, int64_t step)
{
    mpb_decision decision;

    CHECK_OK(mpb_coordinator_decide(coordinator, step, &decision));
    return decision;
}

static void epochs_and_the_run_end_with_a_checkpoint(const mpb_comm *comm)
{
    mpb_coordinator coordinator = mpb_coordinator_begin(comm, &DEFAULT, NULL);

    for (int64_t step = 1; step <= 20; step++) {
        CHECK(decide(&coordinator, step).save == (step == 8 || step == 16 || step == 20));
    }
}

static void ten_minutes_without_a_checkpoint_bring_one(const mpb_comm *comm)
{
    mpb_coordinator coordinator = mpb_coordinator_begin(comm, &DEFAULT, NULL);

    coordinator.saved_at = mpb_clock_seconds() - 601.0;
    CHECK(decide(&coordinator, 3).save);
    CHECK(!decide(&coordinator, 4).save);
}

/* Those who save every so many steps are no worse off. */
static void minutes_count_besides_steps(const mpb_comm *comm)
{
    mpb_cadence cadence = DEFAULT;
    mpb_coordinator coordinator;

    cadence.save_every_steps = 5;
    coordinator = mpb_coordinator_begin(comm, &cadence, NULL);
    CHECK(decide(&coordinator, 5).save);
    CHECK(!decide(&coordinator, 8).save);
    coordinator.saved_at = mpb_clock_seconds() - 601.0;
    CHECK(decide(&coordinator, 9).save);
}

static void no_minutes_mean_not_by_time(const mpb_comm *comm)
{
    mpb_cadence cadence = DEFAULT;
    mpb_coordinator coordinator;

    cadence.save_every_minutes = 0.0;
    coordinator = mpb_coordinator_begin(comm, &cadence, NULL);
    coordinator.saved_at = mpb_clock_seconds() - 1e6;
    CHECK(!decide(&coordinator, 3).save);
}

static void ranks_are_compared_after_five_seconds_and_ten_steps(const mpb_comm *comm)
{
    mpb_coordinator coordinator = mpb_coordinator_begin(comm, &DEFAULT, NULL);

    CHECK(!decide(&coordinator, 12).compare);
    coordinator.compared_at = mpb_clock_seconds() - 5.0;
    CHECK(!decide(&coordinator, 9).compare);
    CHECK(decide(&coordinator, 13).compare);
    CHECK(!decide(&coordinator, 14).compare);
    coordinator.compared_at = mpb_clock_seconds() - 5.0;
    CHECK(!decide(&coordinator, 22).compare);
    CHECK(decide(&coordinator, 23).compare);
}

int main(int argc, char **argv)
{
    mpb_comm *comm = NULL;

    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    epochs_and_the_run_end_with_a_checkpoint(comm);
    ten_minutes_without_a_checkpoint_bring_one(comm);
    minutes_count_besides_steps(comm);
    no_minutes_mean_not_by_time(comm);
    ranks_are_compared_after_five_seconds_and_ten_steps(comm);
    mpb_comm_stop(&comm);
    return 0;
}
