/* mpb_pace: who is slow is found by seconds and by seconds per cost, and named once. */

#include "mpibert/train/pace.h"

#include <unistd.h>

#include "check.h"

enum { MAX_RANKS = 8 };

/* The slowest of ranks with these seconds and costs. */
static int slowest_of(int ranks, const double *seconds, const double *costs, double *ratio)
{
    mpb_pace paces[MAX_RANKS] = {{0}};
    double scratch[MAX_RANKS];

    for (int rank = 0; rank < ranks; rank++) {
        paces[rank] = (mpb_pace){.compute = seconds[rank], .cost = costs[rank]};
    }
    return mpb_pace_slowest(paces, ranks, scratch, ratio);
}

static void a_rank_that_takes_longer_for_equal_work_is_found(void)
{
    double ratio;

    CHECK(slowest_of(4, (double[]){1.0, 1.1, 0.9, 1.6}, (double[]){5, 5, 5, 5}, &ratio) == 3);
    CHECK_NEAR(ratio, 1.6, 1e-12);
    CHECK(slowest_of(2, (double[]){10.0, 1.0}, (double[]){5, 5}, &ratio) == 0);
    CHECK_NEAR(ratio, 10.0, 1e-12);
    CHECK(slowest_of(3, (double[]){1.0, 1.29, 1.0}, (double[]){5, 5, 5}, &ratio) == -1);
    CHECK(slowest_of(3, (double[]){1.0, 1.31, 1.0}, (double[]){5, 5, 5}, &ratio) == 1);
}

static void uneven_shares_make_nobody_slow(void)
{
    double ratio;

    CHECK(slowest_of(4, (double[]){3.0, 1.0, 1.0, 1.0}, (double[]){15, 5, 5, 5}, &ratio) == -1);
    /* Half of the work takes more than half of the time. */
    CHECK(slowest_of(4, (double[]){0.7, 1.0, 1.0, 1.0}, (double[]){2.5, 5, 5, 5}, &ratio) == -1);
    /* Ranks without work do not make a median of 0. */
    CHECK(slowest_of(4, (double[]){0.1, 1.0, 0.1, 0.1}, (double[]){0, 5, 0, 0}, &ratio) == -1);
    CHECK(slowest_of(2, (double[]){0.1, 0.1}, (double[]){0, 0}, &ratio) == -1);
    /* The larger share is computed at a third of the speed, too. */
    CHECK(slowest_of(4, (double[]){9.0, 1.0, 1.0, 1.0}, (double[]){15, 5, 5, 5}, &ratio) == 0);
    CHECK_NEAR(ratio, 3.0, 1e-12);
}

static void ranks_that_share_cores_evenly_are_not_slow(void)
{
    double ratio;

    CHECK(slowest_of(2, (double[]){2.0, 2.1}, (double[]){5, 5}, &ratio) == -1);
    CHECK(slowest_of(3, (double[]){2.0, 2.1, 1.0}, (double[]){5, 5, 5}, &ratio) == -1);
}

/* A window of steps in which one rank takes `longer` times as long as the others: what is said of
 * it. */
static const char *pass_window(mpb_pace_watch *watch, int slow, double longer)
{
    const bool mine = mpb_comm_rank(watch->comm) == slow;
    const mpb_step_report report = {.seconds_compute = mine ? longer : 1.0, .own_cost = 5.0};
    const char *warning;

    mpb_pace_begin_step(watch);
    mpb_pace_end_step(watch, &report);
    CHECK_OK(mpb_pace_compare(watch, &warning));
    return warning;
}

/* Not for the first steps, not for one bad moment, and once. */
static void who_stays_slow_is_named_once(const mpb_comm *comm)
{
    const char *said;
    mpb_pace_watch watch;

    CHECK_OK(mpb_pace_begin(comm, 1, &watch));
    CHECK(pass_window(&watch, 2, 9.0) == NULL);
    CHECK(watch.suspect == -1);
    CHECK(pass_window(&watch, 2, 2.0) == NULL);
    CHECK(pass_window(&watch, 2, 1.0) == NULL);
    CHECK(pass_window(&watch, 1, 2.0) == NULL);
    CHECK(watch.named == -1 && watch.suspect == 1);
    CHECK(pass_window(&watch, 2, 2.0) == NULL);
    CHECK(watch.named == -1 && watch.suspect == 2);
    said = pass_window(&watch, 2, 2.0);
    CHECK(said != NULL && strstr(said, "rank 2 on ") == said);
    CHECK(watch.named == 2);
    CHECK(pass_window(&watch, 2, 1.0) == NULL);
    CHECK(watch.named == 2 && watch.suspect == -1);
    mpb_pace_end(&watch);
}

static void one_rank_is_never_slow(const mpb_comm *comm)
{
    mpb_pace_watch watch;

    CHECK_OK(mpb_pace_begin(comm, 1, &watch));
    for (int window = 0; window < 3; window++) {
        CHECK(pass_window(&watch, 0, 2.0) == NULL);
    }
    CHECK(watch.named == -1);
    mpb_pace_end(&watch);
}

int main(int argc, char **argv)
{
    mpb_comm *comm = NULL;

    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    a_rank_that_takes_longer_for_equal_work_is_found();
    uneven_shares_make_nobody_slow();
    ranks_that_share_cores_evenly_are_not_slow();
    if (mpb_comm_size(comm) == 1) {
        one_rank_is_never_slow(comm);
    } else {
        who_stays_slow_is_named_once(comm);
    }
    mpb_comm_stop(&comm);
    return 0;
}
