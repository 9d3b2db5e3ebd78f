/* Until when a run may go on, from Slurm's environment and its commands, here scripts in their
 * place. */

#include "mpibert/train/time_limit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "mpibert/core/clock.h"

enum { PATH_ROOM = 256, TEXT_ROOM = 512, AN_END = 2000000000 };

typedef struct folder {
    char path[PATH_ROOM];
} folder;

/* The folder of the commands that are found, before those of the system. */
static folder begin_folder(void)
{
    folder made = {.path = "/tmp/time_limit.XXXXXX"};
    char search[PATH_ROOM + TEXT_ROOM];

    CHECK(mkdtemp(made.path) != NULL);
    snprintf(search, sizeof(search), "%s:/usr/bin:/bin", made.path);
    setenv("PATH", search, 1);
    return made;
}

static void in_folder(const folder *where, const char *name, char path[TEXT_ROOM])
{
    snprintf(path, TEXT_ROOM, "%s/%s", where->path, name);
}

static void remove_from(const folder *where, const char *name)
{
    char path[TEXT_ROOM];

    in_folder(where, name, path);
    unlink(path);
}

static void put_command(const folder *where, const char *name, const char *lines)
{
    char path[TEXT_ROOM];
    FILE *file;

    in_folder(where, name, path);
    file = fopen(path, "w");
    CHECK(file != NULL);
    fprintf(file, "#!/bin/sh\n%s\n", lines);
    CHECK(fclose(file) == 0);
    CHECK(chmod(path, 0700) == 0);
}

/* As in a job of Slurm; `end` NULL: where it does not tell the end. */
static mpb_job_end begin_job(const char *end)
{
    mpb_job_end job;

    setenv("SLURM_JOB_ID", "4711", 1);
    unsetenv("SLURM_JOB_END_TIME");
    if (end != NULL) {
        setenv("SLURM_JOB_END_TIME", end, 1);
    }
    mpb_job_end_begin(&job);
    unsetenv("SLURM_JOB_ID");
    return job;
}

static void the_environment_tells_the_end_and_nobody_is_asked(const folder *where)
{
    mpb_job_end job;

    put_command(where, "squeue", "echo 1999999999");
    job = begin_job("2000000000");
    CHECK(job.at == AN_END);
    CHECK(job.child == 0);
}

static void squeue_is_asked_for_this_job_in_seconds(const folder *where)
{
    mpb_job_end job;

    put_command(
        where, "squeue",
        "[ \"$SLURM_TIME_FORMAT\" = %s ] && case \"$*\" in *4711*) echo 2000000000 ;; esac");
    job = begin_job(NULL);
    CHECK(job.at == AN_END);
    mpb_job_end_clear(&job);
}

static void a_date_is_in_local_time(const folder *where)
{
    mpb_job_end job;

    put_command(where, "squeue", "echo 2033-05-18T05:33:20");
    setenv("TZ", "UTC-2", 1);
    tzset();
    job = begin_job(NULL);
    CHECK(job.at == AN_END);
    unsetenv("TZ");
    tzset();
}

static void scontrol_is_asked_where_there_is_no_squeue(const folder *where)
{
    mpb_job_end job;

    remove_from(where, "squeue");
    setenv("PATH", where->path, 1);
    put_command(where, "scontrol",
                "echo \"JobId=$4 StartTime=1999990000 EndTime=2000000000 Deadline=N/A\"");
    job = begin_job(NULL);
    CHECK(job.at == AN_END);
    remove_from(where, "scontrol");
}

static void without_either_the_end_is_unknown(const folder *where)
{
    mpb_job_end job;

    setenv("PATH", where->path, 1);
    job = begin_job(NULL);
    CHECK(isinf(job.at));
    CHECK(job.nobody_asks);
}

static void what_is_no_time_tells_nothing(const folder *where)
{
    static const char *const answers[] = {"echo NONE", "echo N/A",  "echo 12",
                                          "exit 1",    "echo -5-3", "echo Invalid job id"};

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        mpb_job_end job;

        put_command(where, "squeue", answers[i]);
        job = begin_job(NULL);
        CHECK(isinf(job.at));
    }
}

/* Whoever inherits an ended process may never fetch it. */
static bool has_ended(int number)
{
    char path[TEXT_ROOM];
    char state = 'Z';
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/stat", number);
    for (int i = 0; i < 200; i++) {
        file = fopen(path, "r");
        if (file == NULL) {
            return true;
        }
        if (fscanf(file, "%*d (%*[^)]) %c", &state) == 1 && state == 'Z') {
            fclose(file);
            return true;
        }
        fclose(file);
        usleep(10000);
    }
    return false;
}

/* Nobody waits for it any longer; what it started is gone with it. */
static void a_command_that_hangs_is_ended(const folder *where)
{
    const double started_at = mpb_clock_seconds();
    char path[TEXT_ROOM];
    char lines[2 * TEXT_ROOM];
    mpb_job_end job;
    FILE *file;
    int number = 0;

    in_folder(where, "number", path);
    snprintf(lines, sizeof(lines), "sleep 1000 &\necho $! >%s\nwait", path);
    put_command(where, "squeue", lines);
    job = begin_job(NULL);
    CHECK(isinf(job.at));
    CHECK(mpb_clock_seconds() - started_at >= 4.0);
    mpb_job_end_clear(&job);
    CHECK(job.child == 0);
    file = fopen(path, "r");
    CHECK(file != NULL && fscanf(file, "%d", &number) == 1);
    fclose(file);
    CHECK(has_ended(number));
    unlink(path);
}

static void an_end_that_moves_is_noticed_without_waiting(const folder *where)
{
    mpb_job_end job;

    put_command(where, "squeue", "sleep 0.2; echo 2000003600");
    job = begin_job("2000000000");
    mpb_job_end_look(&job, 1000.0);
    CHECK(job.child == 0);
    mpb_job_end_look(&job, 0.0);
    CHECK(job.at == AN_END);
    for (int i = 0; i < 500 && job.at == AN_END; i++) {
        mpb_job_end_look(&job, 1000.0);
        usleep(10000);
    }
    CHECK(job.at == AN_END + 3600.0);
    mpb_job_end_clear(&job);
}

/* A limit that ends `seconds` from now, of a model without a size. */
static mpb_time_limit begin_limit(double seconds)
{
    const mpb_time_limit_options options = {
        .started_at = mpb_job_clock(), .minutes = seconds / 60.0, .validation_effort = 10.0};
    mpb_time_limit limit;

    mpb_time_limit_begin(&options, &limit);
    return limit;
}

/* What a run tells of a work that took so long. */
static void pass(mpb_time_limit *limit, mpb_event_kind kind, double seconds)
{
    CHECK_OK(mpb_time_limit_take(limit, &(mpb_event){.kind = kind, .seconds = seconds}));
}

static bool is_near(mpb_time_limit *limit, bool validates, bool saves, bool ends)
{
    const mpb_next_works next = {.validates = validates, .saves = saves, .ends = ends};

    return mpb_time_limit_is_near(limit, &next);
}

static void a_run_without_a_limit_goes_on(void)
{
    mpb_time_limit limit = begin_limit(0.0);

    pass(&limit, MPB_EVENT_STEP, 1e9);
    CHECK(!is_near(&limit, true, true, false));
    CHECK(!is_near(NULL, true, true, false));
}

static void a_step_is_taken_however_late_it_is(void)
{
    mpb_time_limit limit = begin_limit(1.0);

    CHECK(!is_near(&limit, true, true, false));
    pass(&limit, MPB_EVENT_STEP, 0.1);
    CHECK(is_near(&limit, false, false, false));
}

/* With measured times of 10 s a step, 20 a validation, 30 a checkpoint and 5 a model. */
static void what_comes_next_has_to_fit(void)
{
    static const struct {
        bool validates, saves, ends;
        double seconds; /* with the checkpoint at which it would stop */
    } cases[] = {
        {false, false, false, 40.0}, {true, false, false, 65.0}, {false, true, false, 70.0},
        {true, true, false, 95.0},   {true, true, true, 60.0},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (int fits = 0; fits < 2; fits++) {
            mpb_time_limit limit = begin_limit(cases[i].seconds * (fits ? 1.5 : 0.99));

            pass(&limit, MPB_EVENT_STEP, 10.0);
            pass(&limit, MPB_EVENT_VALIDATION, 20.0);
            pass(&limit, MPB_EVENT_BEST, 5.0);
            pass(&limit, MPB_EVENT_CHECKPOINT, 30.0);
            CHECK(is_near(&limit, cases[i].validates, cases[i].saves, cases[i].ends) == !fits);
        }
    }
}

static void a_validation_is_guessed_from_steps_until_it_is_measured(void)
{
    mpb_time_limit limit = begin_limit(80.0);

    pass(&limit, MPB_EVENT_STEP, 10.0);
    CHECK(is_near(&limit, true, false, false));
    CHECK(!is_near(&limit, false, false, false));
    pass(&limit, MPB_EVENT_VALIDATION, 1.0);
    CHECK(!is_near(&limit, true, false, false));
}

static void the_earlier_of_both_ends_counts(void)
{
    mpb_time_limit limit;
    char end[32];

    snprintf(end, sizeof(end), "%.0f", mpb_job_clock() + 20.0);
    setenv("SLURM_JOB_END_TIME", end, 1);
    setenv("SLURM_JOB_ID", "4711", 1);
    limit = begin_limit(3600.0);
    unsetenv("SLURM_JOB_ID");
    pass(&limit, MPB_EVENT_STEP, 30.0);
    CHECK(is_near(&limit, false, false, false));
    mpb_time_limit_end(&limit);
}

/* Whether there is an event of this kind to tell, whose line begins so; a second call has none. */
static bool tells(mpb_time_limit *limit, mpb_event_kind kind, const char *begin)
{
    mpb_event event;
    const bool news = mpb_time_limit_news(limit, &event);
    mpb_event again;

    CHECK(!mpb_time_limit_news(limit, &again));
    return news && event.kind == kind && strncmp(event.line, begin, strlen(begin)) == 0;
}

static void the_end_is_told_once_and_again_where_it_moves(void)
{
    mpb_time_limit limit = begin_limit(3600.0);
    mpb_event event;

    CHECK(tells(&limit, MPB_EVENT_NOTE, "the time limit is "));
    CHECK(!is_near(&limit, false, false, false));
    CHECK(!mpb_time_limit_news(&limit, &event));
    limit.by_hand += 20.0; /* less than counts */
    CHECK(!is_near(&limit, false, false, false));
    CHECK(!mpb_time_limit_news(&limit, &event));
    limit.by_hand += 20.0;
    CHECK(!is_near(&limit, false, false, false));
    CHECK(tells(&limit, MPB_EVENT_NOTE, "the job's end has moved to "));
    limit = begin_limit(3.0);
    CHECK(tells(&limit, MPB_EVENT_WARNING, "3 s are left until the time limit, less than the "));
    limit = begin_limit(0.0);
    CHECK(!mpb_time_limit_news(&limit, &event));
    CHECK(!mpb_time_limit_news(NULL, &event));
}

int main(void)
{
    const folder where = begin_folder();

    the_environment_tells_the_end_and_nobody_is_asked(&where);
    squeue_is_asked_for_this_job_in_seconds(&where);
    a_date_is_in_local_time(&where);
    what_is_no_time_tells_nothing(&where);
    a_command_that_hangs_is_ended(&where);
    an_end_that_moves_is_noticed_without_waiting(&where);
    a_run_without_a_limit_goes_on();
    a_step_is_taken_however_late_it_is();
    what_comes_next_has_to_fit();
    a_validation_is_guessed_from_steps_until_it_is_measured();
    the_earlier_of_both_ends_counts();
    the_end_is_told_once_and_again_where_it_moves();
    scontrol_is_asked_where_there_is_no_squeue(&where);
    without_either_the_end_is_unknown(&where);
    CHECK(rmdir(where.path) == 0);
    return 0;
}
