#include "mpibert/train/pace.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "mpibert/core/clock.h"
#include "mpibert/core/memory.h"

static const double SLOW = 1.3;
static const double HAS_ITS_CORES = 0.8; /* of the time */

enum { NOBODY = -1 };

static double cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static bool has_work(const mpb_pace *pace)
{
    return pace->cost > 0.0 && pace->compute > 0.0;
}

static double seconds_of(const mpb_pace *pace)
{
    return pace->compute;
}

static double seconds_per_cost(const mpb_pace *pace)
{
    return pace->compute / pace->cost;
}

/* The lower one of two; 0 where nobody has work. */
static double median_of(const mpb_pace *paces, int ranks, double (*value)(const mpb_pace *),
                        double *scratch)
{
    size_t count = 0;

    for (int rank = 0; rank < ranks; rank++) {
        if (has_work(&paces[rank])) {
            scratch[count++] = value(&paces[rank]);
        }
    }
    if (count == 0) {
        return 0.0;
    }
    qsort(scratch, count, sizeof(*scratch), ascending);
    return scratch[(count - 1) / 2];
}

int mpb_pace_slowest(const mpb_pace *paces, int ranks, double *scratch, double *ratio)
{
    const double median_seconds = median_of(paces, ranks, seconds_of, scratch);
    const double median_per_cost = median_of(paces, ranks, seconds_per_cost, scratch);
    int slowest = NOBODY;

    *ratio = SLOW;
    for (int rank = 0; rank < ranks; rank++) {
        if (has_work(&paces[rank])) {
            const double longer = seconds_of(&paces[rank]) / median_seconds;
            const double slower = seconds_per_cost(&paces[rank]) / median_per_cost;
            const double both = longer < slower ? longer : slower;

            if (both >= *ratio) {
                *ratio = both;
                slowest = rank;
            }
        }
    }
    return slowest;
}

mpb_status mpb_pace_begin(const mpb_comm *comm, int threads, mpb_pace_watch *watch)
{
    const size_t ranks = (size_t)mpb_comm_size(comm);
    const char *what = "the pace of all ranks";

    *watch = (mpb_pace_watch){.comm = comm, .threads = threads, .suspect = NOBODY, .named = NOBODY};
    MPB_TRY(mpb_memory_create(ranks, sizeof(*watch->all), what, (void **)&watch->all));
    return mpb_memory_create(ranks, sizeof(*watch->scratch), what, (void **)&watch->scratch);
}

void mpb_pace_end(mpb_pace_watch *watch)
{
    mpb_memory_destroy(watch->all);
    mpb_memory_destroy(watch->scratch);
    *watch = (mpb_pace_watch){0};
}

void mpb_pace_begin_step(mpb_pace_watch *watch)
{
    watch->begun_at = mpb_clock_seconds();
    watch->cpu_at = cpu_seconds();
}

void mpb_pace_end_step(mpb_pace_watch *watch, const mpb_step_report *report)
{
    watch->own.compute += report->seconds_compute;
    watch->own.cost += report->own_cost;
    watch->own.wall += mpb_clock_seconds() - watch->begun_at;
    watch->own.cpu += cpu_seconds() - watch->cpu_at;
}

/* Who computes all the time and yet has little of its cores' is kept from them. */
static void name(mpb_pace_watch *watch, int rank, double ratio)
{
    const mpb_pace *pace = &watch->all[rank];
    const double share = pace->cpu / (pace->wall * watch->threads);
    const char *host = mpb_comm_host(watch->comm, rank);

    if (share < HAS_ITS_CORES) {
        snprintf(watch->warning, sizeof(watch->warning),
                 "rank %d on %s computes %.1f x as long as the median rank for as much "
                 "work, and all wait for it: it had its cores for %.0f %% of the time; look "
                 "there for other processes (top), ranks bound to the same cores, and stops",
                 rank, host, ratio, 100.0 * share);
    } else {
        snprintf(watch->warning, sizeof(watch->warning),
                 "rank %d on %s computes %.1f x as long as the median rank for as much "
                 "work, and all wait for it: its cores were its own, but are slower; look "
                 "there for the clock and its limits (cpupower, sensors), and memory",
                 rank, host, ratio);
    }
}

/* Whether somebody is to be named: the same on all ranks. */
static bool judge(mpb_pace_watch *watch)
{
    double ratio;
    const int slowest =
        mpb_pace_slowest(watch->all, mpb_comm_size(watch->comm), watch->scratch, &ratio);
    const bool is_new = slowest != NOBODY && slowest == watch->suspect && slowest != watch->named;

    if (is_new) {
        name(watch, slowest, ratio);
        watch->named = slowest;
    }
    watch->suspect = slowest;
    return is_new;
}

mpb_status mpb_pace_compare(mpb_pace_watch *watch, const char **warning)
{
    MPB_TRY(mpb_comm_gather_doubles(watch->comm, (const double *)&watch->own,
                                    sizeof(watch->own) / sizeof(double), (double *)watch->all));
    *warning = watch->warm && judge(watch) ? watch->warning : NULL;
    watch->warm = true;
    watch->own = (mpb_pace){0};
    return MPB_OK;
}
