#include "steps.h"

#include <sys/resource.h>

#include "peak.h"
#include "sequences.h"
#include "timing.h"

static const double BYTES_PER_KIB = 1024.0;

typedef struct numbered_step {
    step_fn *run;
    void *context;
    int64_t step;
} numbered_step;

static mpb_status run_step(void *context)
{
    const numbered_step *numbered = context;

    return numbered->run(numbered->context, numbered->step);
}

static mpb_status time_step(const mpb_measure_setup *setup, numbered_step *next,
                            mpb_dataset *dataset, double *seconds)
{
    const mpb_timed timed = {run_step, next};

    next->step++;
    sequences_draw(setup, next->step, dataset);
    return mpb_timing_once(setup->comm, &timed, seconds);
}

/* The largest so far of any rank. */
static mpb_status read_peak_memory(const mpb_comm *comm, int64_t *bytes)
{
    struct rusage usage;
    double largest;

    getrusage(RUSAGE_SELF, &usage);
    largest = BYTES_PER_KIB * (double)usage.ru_maxrss;
    MPB_TRY(mpb_comm_max_double(comm, &largest, 1));
    *bytes = (int64_t)largest;
    return MPB_OK;
}

/* The speed of a shared machine changes from second to second, so steps and products take turns. */
static mpb_status take_turns(const mpb_measure_setup *setup, numbered_step *next,
                             mpb_dataset *dataset, mpb_gemm_peak *peak,
                             mpb_step_measurement *result)
{
    for (int i = 0; i < setup->samples; i++) {
        MPB_TRY(mpb_gemm_peak_sample(peak));
        MPB_TRY(time_step(setup, next, dataset, &result->seconds[i]));
    }
    return mpb_gemm_peak_sample(peak);
}

static void sum_up(int samples, mpb_step_measurement *result)
{
    const double seconds = mpb_samples_median(result->seconds, (size_t)samples);

    result->tokens_per_second = (double)result->tokens / seconds;
    result->efficiency = result->flops / seconds / result->gemm_flops_per_second;
}

/* The first step has touched all of a step's memory, which is made once. */
mpb_status steps_measure(const mpb_measure_setup *setup, step_fn *run, void *context,
                         mpb_dataset *dataset, double flops, mpb_step_measurement *result)
{
    const mpb_gemm_context products = mpb_measure_products(setup, &setup->team, setup->products);
    numbered_step next = {.run = run, .context = context};
    mpb_gemm_peak peak;
    mpb_status status;

    result->tokens = (int64_t)mpb_dataset_num_tokens(dataset);
    result->flops = flops;
    if (setup->samples == 0) {
        return read_peak_memory(setup->comm, &result->peak_rss_bytes);
    }
    MPB_TRY(time_step(setup, &next, dataset, &result->first_step_seconds));
    MPB_TRY(read_peak_memory(setup->comm, &result->peak_rss_bytes));
    MPB_TRY(mpb_gemm_peak_begin(setup->comm, &products, &peak));
    status = take_turns(setup, &next, dataset, &peak, result);
    mpb_gemm_peak_end(&peak);
    MPB_TRY(status);
    result->gemm_size = peak.size;
    result->gemm_flops_per_second = peak.best;
    sum_up(setup->samples, result);
    return MPB_OK;
}
