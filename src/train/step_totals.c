#include "step_totals.h"

#include <sys/resource.h>

#include "mpibert/core/memory.h"

static const double BYTES_PER_KIB = 1024.0;

mpb_status step_totals_begin(const mpb_comm *comm, step_totals *made)
{
    *made = (step_totals){0};
    return mpb_memory_create((size_t)mpb_comm_size(comm) * MPB_NUM_RANK_NUMBERS,
                             sizeof(*made->by_rank), "the times of all ranks",
                             (void **)&made->by_rank);
}

void step_totals_end(step_totals *gone)
{
    mpb_memory_destroy(gone->by_rank);
    *gone = (step_totals){0};
}

void step_totals_add(step_totals *totals, double seconds, const mpb_step_report *report)
{
    totals->own[MPB_RANK_COMPUTE] += report->seconds_compute;
    totals->own[MPB_RANK_WAIT] += report->seconds_wait;
    totals->own[MPB_RANK_COMMUNICATION] += report->seconds_communication;
    totals->own[MPB_RANK_INPUT] += report->seconds_input;
    totals->num_steps++;
    totals->examples += report->examples;
    totals->real_tokens += report->real_tokens;
    totals->padded_tokens += report->padded_tokens;
    totals->loss += report->loss;
    for (int i = 0; i < MPB_TASK_SUMS; i++) {
        totals->sums[i] += report->sums[i];
    }
    totals->seconds += seconds;
}

static double peak_rss_bytes(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return BYTES_PER_KIB * (double)usage.ru_maxrss;
}

mpb_status step_totals_close(step_totals *totals, const mpb_comm *comm, const mpb_task_table *task,
                             const mpb_step_report *report, double learning_rate, mpb_event *event)
{
    totals->own[MPB_RANK_MEMORY] = peak_rss_bytes();
    MPB_TRY(mpb_comm_gather_doubles(comm, totals->own, MPB_NUM_RANK_NUMBERS, totals->by_rank));
    *event = (mpb_event){
        .kind = MPB_EVENT_INTERVAL,
        .seconds = totals->seconds,
        .interval = {.loss = totals->loss / (double)totals->num_steps,
                     .train_figure = task->running(totals->sums, totals->examples),
                     .gradient_norm = report->gradient_norm,
                     .learning_rate = learning_rate,
                     .examples = totals->examples,
                     .real_tokens = totals->real_tokens,
                     .padded_tokens = totals->padded_tokens,
                     .by_rank = totals->by_rank,
                     .ranks = mpb_comm_size(comm)},
    };
    *totals = (step_totals){.by_rank = totals->by_rank};
    return MPB_OK;
}
