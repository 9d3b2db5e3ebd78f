/* watch: processes that watch each other over loopback, without MPI. */

#include "watch.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

enum { SIZE = 3, LIVES = 0, TEXT = 2048 };

static const struct comm_host hosts[SIZE] = {{"one", true, 0}, {"two", true, 0}, {"two", false, 0}};

typedef void act(watch *w);

typedef struct job {
    pid_t pids[SIZE]; /* 0: absent */
    int codes[SIZE];  /* exit code; -signal */
    int said;         /* end of a pipe */
    char text[TEXT];
    struct comm_host hosts[SIZE];
    watch_parts parts;
    int listeners[2];
} job;

static void pause_for(double seconds)
{
    const struct timespec length = {.tv_sec = (time_t)seconds,
                                    .tv_nsec = (long)(1e9 * (seconds - (double)(time_t)seconds))};

    nanosleep(&length, NULL);
}

/* Looks closely and judges early; `silence` in seconds. */
static watch_pace quick(double silence)
{
    return (watch_pace){.tick = 0.02,
                        .beat = 0.1,
                        .silence = silence,
                        .grace = 0.2,
                        .deference = 0.5,
                        .unmet = 1.0,
                        .worry = 2.0};
}

static _Noreturn void be_rank(const job *j, int rank, act *does)
{
    watch_parts parts = j->parts;
    watch *w = NULL;

    parts.rank = rank;
    parts.hosts = j->hosts;
    parts.listener = rank < 2 ? j->listeners[rank] : -1;
    for (int i = 0; i < 2; i++) {
        if (i != rank) {
            close(j->listeners[i]);
        }
    }
    CHECK_OK(watch_create(&parts, &w));
    watch_note(w, "validating", 7);
    does(w);
    watch_destroy(&w);
    exit(0);
}

/* An act of a process that is stopped before it watches. */
static void never_begin(watch *w)
{
    (void)w;
}

static _Noreturn void be_process(job *j, int rank, act *does, int said)
{
    dup2(said, STDERR_FILENO);
    close(said);
    close(j->said);
    if (does == never_begin) {
        raise(SIGSTOP);
    }
    be_rank(j, rank, does);
}

/* Each of `acts` (SIZE) in a process of its own; NULL: the rank is absent. Higher ranks are known to lower
 * ones. */
static job start_paced(watch_pace pace, act *const *acts)
{
    job j = {.parts = {.size = SIZE, .deputy = 1, .command = "test", .pace = pace}};
    int ends[2];

    CHECK(pipe(ends) == 0);
    j.said = ends[0];
    memcpy(j.hosts, hosts, sizeof(hosts));
    for (int i = 0; i < 2; i++) {
        watch_offer_make(&j.parts.offers[i], &j.listeners[i]);
        CHECK(j.listeners[i] >= 0);
    }
    for (int rank = SIZE - 1; rank >= 0; rank--) {
        j.pids[rank] = acts[rank] == NULL ? 0 : fork();
        if (acts[rank] != NULL && j.pids[rank] == 0) {
            be_process(&j, rank, acts[rank], ends[1]);
        }
        j.hosts[rank].process = j.pids[rank];
    }
    close(ends[1]);
    return j;
}

static job start(double silence, act *const *acts)
{
    return start_paced(quick(silence), acts);
}

static void end(job *j)
{
    size_t size = 0;
    ssize_t got;

    while ((got = read(j->said, j->text + size, TEXT - 1 - size)) > 0) {
        size += (size_t)got;
    }
    for (int rank = 0; rank < SIZE; rank++) {
        int status = 0;

        if (j->pids[rank] > 0) {
            CHECK(waitpid(j->pids[rank], &status, 0) == j->pids[rank]);
        }
        j->codes[rank] = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
    }
    close(j->said);
    close(j->listeners[0]);
    close(j->listeners[1]);
}

static void check_codes(const job *j, int first, int second, int third)
{
    const int want[SIZE] = {first, second, third};

    for (int rank = 0; rank < SIZE; rank++) {
        if (j->codes[rank] != want[rank]) {
            fprintf(stderr, "rank %d: %d instead of %d; said: %s\n", rank, j->codes[rank],
                    want[rank], j->text);
        }
        CHECK(j->codes[rank] == want[rank]);
    }
}

static void live_a_moment(watch *w)
{
    (void)w;
    pause_for(1.0);
}

static void live_long(watch *w)
{
    (void)w;
    pause_for(60.0);
}

static void die(watch *w)
{
    (void)w;
    pause_for(0.5);
    raise(SIGKILL);
}

static void stop(watch *w)
{
    watch_note_saved(w, 5);
    pause_for(0.5);
    raise(SIGSTOP);
    pause_for(60.0);
}

static void leave(watch *w)
{
    pause_for(0.5);
    watch_leave(w, MPB_STOPPED);
    _exit(MPB_STOPPED);
}

static void a_job_that_ends_says_nothing(void)
{
    job j = start(5.0, (act *const[]){live_a_moment, live_a_moment, live_a_moment});

    end(&j);
    check_codes(&j, 0, 0, 0);
    CHECK_TEXT(j.text, "");
}

static void a_rank_that_dies_is_named_once_and_ends_the_others(void)
{
    job j = start(5.0, (act *const[]){live_long, live_long, die});

    end(&j);
    check_codes(&j, MPB_ERR_SYSTEM, MPB_ERR_SYSTEM, -SIGKILL);
    CHECK_TEXT(j.text, "mpibert: test: rank 2 on two has ended without a word, last while "
                       "validating after step 7: it was killed, or crashed (rank 2)\n");
}

static void the_deputy_names_a_rank_0_that_died(void)
{
    job j = start(5.0, (act *const[]){die, live_long, live_long});

    end(&j);
    check_codes(&j, -SIGKILL, MPB_ERR_SYSTEM, MPB_ERR_SYSTEM);
    CHECK_TEXT(j.text, "mpibert: test: rank 0 on one has ended without a word, last while "
                       "validating after step 7: it was killed, or crashed (rank 0)\n");
}

/* Whichever is found first: on a busy machine they do not die at one moment. */
static void who_is_left_names_rank_0_or_the_deputy(void)
{
    job j = start(5.0, (act *const[]){die, die, live_long});

    end(&j);
    check_codes(&j, -SIGKILL, -SIGKILL, MPB_ERR_SYSTEM);
    CHECK(strstr(j.text, "rank 0 on one has ended without a word") != NULL ||
          strstr(j.text, "rank 1 on two has ended without a word") != NULL);
}

static void a_stopped_rank_is_named_and_ends_with_the_others(void)
{
    for (int rank = 0; rank < SIZE; rank++) {
        char start_of_line[320];
        act *acts[SIZE] = {live_long, live_long, live_long};
        job j;

        acts[rank] = stop;
        j = start(1.5, acts);
        end(&j);
        check_codes(&j, MPB_ERR_SYSTEM, MPB_ERR_SYSTEM, MPB_ERR_SYSTEM);
        snprintf(start_of_line, sizeof(start_of_line),
                 "mpibert: test: rank %d on %s has not been heard of for 2 s, last", rank,
                 hosts[rank].name);
        CHECK(strncmp(j.text, start_of_line, strlen(start_of_line)) == 0);
        CHECK(strchr(j.text, '\n') == j.text + strlen(j.text) - 1);
    }
}

static void stop_and_go_on(watch *w)
{
    (void)w;
    pause_for(0.5);
    raise(SIGSTOP);
    pause_for(0.5);
}

static void a_silence_is_told_of_before_it_ends_the_job(void)
{
    watch_pace pace = quick(6.0);
    char said[TEXT] = "";
    job j;

    pace.worry = 0.2;
    j = start_paced(pace, (act *const[]){live_long, live_long, stop_and_go_on});
    CHECK(read(j.said, said, sizeof(said) - 1) > 0);
    kill(j.pids[2], SIGCONT);
    CHECK_TEXT(said, "mpibert: test: warning: rank 2 on two has not been heard of for 1 s, last "
                     "while validating after step 7; after 6 s the job ends (rank 2)\n");
    pause_for(0.3);
    kill(j.pids[0], SIGKILL);
    end(&j);
    CHECK(strstr(j.text, "rank 2 on two") == NULL);
}

static void a_slow_rank_ends_nothing(void)
{
    job j = start(3.0, (act *const[]){live_long, live_long, live_long});

    for (int i = 0; i < 5; i++) {
        for (int rank = 0; rank < SIZE; rank++) {
            kill(j.pids[rank], SIGSTOP);
            pause_for(0.25);
            kill(j.pids[rank], SIGCONT);
            pause_for(0.05);
        }
    }
    for (int rank = 0; rank < SIZE; rank++) {
        CHECK(waitpid(j.pids[rank], NULL, WNOHANG) == 0);
    }
    kill(j.pids[0], SIGKILL);
    end(&j);
}

static void a_job_that_was_suspended_as_a_whole_goes_on(void)
{
    job j = start(1.0, (act *const[]){live_long, live_long, live_long});

    pause_for(0.5);
    for (int rank = 0; rank < SIZE; rank++) {
        kill(j.pids[rank], SIGSTOP);
    }
    pause_for(2.5);
    for (int rank = 0; rank < SIZE; rank++) {
        kill(j.pids[rank], SIGCONT);
    }
    pause_for(0.5);
    for (int rank = 0; rank < SIZE; rank++) {
        CHECK(waitpid(j.pids[rank], NULL, WNOHANG) == 0);
    }
    kill(j.pids[0], SIGKILL);
    end(&j);
}

static void who_leaves_takes_the_others_along_quietly(void)
{
    job j = start(5.0, (act *const[]){live_long, live_long, leave});

    end(&j);
    check_codes(&j, MPB_STOPPED, MPB_STOPPED, MPB_STOPPED);
    CHECK_TEXT(j.text, "");
}

/* Within the ticks in which connections are made, at a moment that differs from job to job. */
static void leave_while_meeting(watch *w)
{
    pause_for(1e-3 * (double)(getpid() % 61));
    watch_leave(w, MPB_STOPPED);
    _exit(MPB_STOPPED);
}

static void who_leaves_while_ranks_meet_is_not_taken_for_dead(void)
{
    for (int i = 0; i < 4 * SIZE; i++) {
        act *acts[SIZE] = {live_a_moment, live_a_moment, live_a_moment};
        job j;

        acts[i % SIZE] = leave_while_meeting;
        j = start(5.0, acts);
        end(&j);
        CHECK(strstr(j.text, "without a word") == NULL);
    }
}

/* Rank 1 is on its host and finds it stopped; nobody else can know. */
static void who_is_stopped_before_it_is_met_is_named_by_its_host(void)
{
    job j = start(1.5, (act *const[]){live_long, live_long, never_begin});
    const char *line;

    pause_for(4.0);
    kill(j.pids[2], SIGKILL);
    end(&j);
    check_codes(&j, MPB_ERR_SYSTEM, MPB_ERR_SYSTEM, -SIGKILL);
    line = strstr(
        j.text, "mpibert: test: rank 2 on two has not been heard of for 2 s, last while starting: "
                "its process is stopped");
    CHECK(line != NULL);
}

/* Says, as rank 2, that the job shall end. */
static void who_does_not_know_the_token_has_no_say(void)
{
    job j = start(5.0, (act *const[]){live_a_moment, live_a_moment, live_a_moment});
    watch_message lie = {.kind = WATCH_HELLO, .rank = 2, .code = 9, .step = -1};
    int connection = watch_connect(&j.parts.offers[0], -1);
    bool hopeful = true;

    while (!watch_is_connected(connection, &hopeful)) {
        CHECK(hopeful);
    }
    for (int i = 0; i < 3; i++) {
        CHECK(watch_send(connection, &lie));
        lie.kind = WATCH_END;
    }
    end(&j);
    close(connection);
    check_codes(&j, 0, 0, 0);
    CHECK_TEXT(j.text, "");
}

static void live_until_told_of_absence(watch *w)
{
    (void)w;
    pause_for(2.0);
}

static void ranks_that_cannot_connect_are_told_of_and_the_job_goes_on(void)
{
    job j =
        start(5.0, (act *const[]){live_until_told_of_absence, live_until_told_of_absence, NULL});

    end(&j);
    check_codes(&j, 0, 0, LIVES);
    CHECK(strncmp(j.text,
                  "mpibert: test: warning: 1 of 3 ranks could not connect to rank 0 on one, the "
                  "first is rank 2 on two",
                  98) == 0);
    CHECK(strchr(j.text, '\n') == j.text + strlen(j.text) - 1);
}

int main(void)
{
    signal(SIGALRM, SIG_DFL);
    alarm(100);
    a_job_that_ends_says_nothing();
    a_rank_that_dies_is_named_once_and_ends_the_others();
    the_deputy_names_a_rank_0_that_died();
    who_is_left_names_rank_0_or_the_deputy();
    a_stopped_rank_is_named_and_ends_with_the_others();
    a_silence_is_told_of_before_it_ends_the_job();
    a_slow_rank_ends_nothing();
    a_job_that_was_suspended_as_a_whole_goes_on();
    who_leaves_takes_the_others_along_quietly();
    who_leaves_while_ranks_meet_is_not_taken_for_dead();
    who_is_stopped_before_it_is_met_is_named_by_its_host();
    who_does_not_know_the_token_has_no_say();
    ranks_that_cannot_connect_are_told_of_and_the_job_goes_on();
    return 0;
}
