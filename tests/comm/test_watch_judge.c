/* watch_judge: who ends the job for whom, and when. */

#include "watch_judge.h"

#include "check.h"

enum { SIZE = 4 };

static const watch_pace pace = {.silence = 30.0, .grace = 0.5, .deference = 2.0};

/* All of SIZE ranks, deputy 2, as `rank` knows them, heard of at 0. */
static watch_ranks all_there(int rank, watch_peer *peers)
{
    for (int i = 0; i < SIZE; i++) {
        peers[i] = (watch_peer){.presence = WATCH_THERE};
    }
    return (watch_ranks){.rank = rank, .size = SIZE, .deputy = 2, .peers = peers};
}

static bool ends(int rank, int other, watch_presence presence, double now)
{
    watch_peer peers[SIZE];
    watch_ranks ranks = all_there(rank, peers);
    watch_verdict verdict;
    bool ended;

    for (int i = 0; i < SIZE; i++) {
        peers[i].since = now;
    }
    peers[other] = (watch_peer){.presence = presence, .code = 75};
    ended = watch_judge(&ranks, &pace, now, &verdict);
    CHECK(!ended || (verdict.rank == other && verdict.presence == presence &&
                     verdict.code == (presence == WATCH_LEAVES ? 75 : MPB_ERR_SYSTEM)));
    return ended;
}

static void silence_counts_from_its_limit_on(void)
{
    CHECK(!ends(0, 3, WATCH_THERE, 29.9));
    CHECK(ends(0, 3, WATCH_THERE, 30.1));
}

static void a_lost_connection_counts_after_a_grace(void)
{
    CHECK(!ends(0, 3, WATCH_LOST, 0.4));
    CHECK(ends(0, 3, WATCH_LOST, 0.6));
}

static void who_leaves_ends_the_job_with_its_own_code(void)
{
    CHECK(ends(0, 3, WATCH_LEAVES, 0.0));
}

static void who_was_never_met_or_is_done_ends_nothing(void)
{
    CHECK(!ends(0, 3, WATCH_UNMET, 1e6));
    CHECK(!ends(0, 3, WATCH_DONE, 1e6));
}

static void who_was_never_met_and_is_stopped_counts_as_silent(void)
{
    watch_peer peers[SIZE];
    watch_ranks ranks = all_there(0, peers);
    watch_verdict verdict;

    for (int i = 0; i < SIZE; i++) {
        peers[i].since = 29.9;
    }
    peers[3] = (watch_peer){.presence = WATCH_UNMET, .is_stopped = true};
    CHECK(!watch_judge(&ranks, &pace, 29.9, &verdict));
    CHECK(watch_judge(&ranks, &pace, 30.1, &verdict));
    CHECK(verdict.rank == 3 && verdict.code == MPB_ERR_SYSTEM);
}

static void no_rank_judges_itself(void)
{
    CHECK(!ends(0, 0, WATCH_THERE, 1e6));
}

static void the_deputy_judges_rank_0_at_once_and_others_later(void)
{
    CHECK(ends(2, 0, WATCH_THERE, 30.1));
    CHECK(!ends(2, 3, WATCH_THERE, 31.9));
    CHECK(ends(2, 3, WATCH_THERE, 32.1));
}

static void all_others_judge_last(void)
{
    CHECK(!ends(3, 0, WATCH_THERE, 33.9));
    CHECK(ends(3, 0, WATCH_THERE, 34.1));
}

static void without_a_limit_silence_never_counts(void)
{
    watch_peer peers[SIZE];
    watch_ranks ranks = all_there(0, peers);
    watch_pace endless = pace;
    watch_verdict verdict;

    endless.silence = 0.0;
    CHECK(!watch_judge(&ranks, &endless, 1e6, &verdict));
}

static void each_silence_is_told_of_once_by_the_first_to_judge(void)
{
    const watch_pace worried = {.silence = 30.0, .worry = 0.5};
    watch_peer peers[SIZE];
    watch_ranks ranks = all_there(0, peers);

    peers[1].since = peers[2].since = 15.0;
    CHECK(watch_find_missed(&ranks, &worried, 14.9) == -1);
    CHECK(watch_find_missed(&ranks, &worried, 15.1) == 3);
    CHECK(watch_find_missed(&ranks, &worried, 20.0) == -1);
    peers[3].since = 20.0;
    CHECK(watch_find_missed(&ranks, &worried, 21.0) == -1);
    CHECK(watch_find_missed(&ranks, &worried, 36.0) == 1);
    ranks = all_there(3, peers);
    CHECK(watch_find_missed(&ranks, &worried, 36.0) == -1);
}

static void only_rank_0_and_the_deputy_expect_all_others(void)
{
    watch_peer peers[SIZE];
    int first = -1;

    for (int rank = 0; rank < SIZE; rank++) {
        watch_ranks ranks = all_there(rank, peers);

        for (int i = 0; i < SIZE; i++) {
            peers[i].presence = WATCH_UNMET;
        }
        CHECK(watch_count_unmet(&ranks, &first) == (rank == 0 || rank == 2 ? 3 : 2));
        CHECK(first == (rank == 0 ? 1 : 0));
    }
}

static void time_in_which_the_watch_did_not_run_does_not_count(void)
{
    watch_clock clock = {.world = 100.0};

    watch_clock_advance(&clock, 100.5, 2.0);
    CHECK_NEAR(clock.now, 0.5, 1e-9);
    watch_clock_advance(&clock, 1000.0, 2.0);
    CHECK_NEAR(clock.now, 2.5, 1e-9);
    watch_clock_advance(&clock, 1001.0, 2.0);
    CHECK_NEAR(clock.now, 3.5, 1e-9);
}

static void the_deputy_is_on_another_host_where_there_is_one(void)
{
    const struct comm_host two[SIZE] = {
        {"a", true, 0}, {"a", false, 0}, {"b", true, 0}, {"b", false, 0}};
    const struct comm_host one[SIZE] = {
        {"a", true, 0}, {"a", false, 0}, {"a", false, 0}, {"a", false, 0}};

    CHECK(watch_deputy(two, SIZE) == 2);
    CHECK(watch_deputy(one, SIZE) == 1);
}

int main(void)
{
    silence_counts_from_its_limit_on();
    a_lost_connection_counts_after_a_grace();
    who_leaves_ends_the_job_with_its_own_code();
    who_was_never_met_or_is_done_ends_nothing();
    who_was_never_met_and_is_stopped_counts_as_silent();
    no_rank_judges_itself();
    the_deputy_judges_rank_0_at_once_and_others_later();
    all_others_judge_last();
    without_a_limit_silence_never_counts();
    each_silence_is_told_of_once_by_the_first_to_judge();
    only_rank_0_and_the_deputy_expect_all_others();
    time_in_which_the_watch_did_not_run_does_not_count();
    the_deputy_is_on_another_host_where_there_is_one();
    return 0;
}
