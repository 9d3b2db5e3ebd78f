#include "mpibert/measure/kernels.h"

#include "kernel_bed.h"
#include "mpibert/measure/bandwidth.h"
#include "mpibert/session/products.h"
#include "peak.h"

static mpb_status measure_gemm(const mpb_measure_setup *setup, const mpb_team *team,
                               mpb_gemm_choice choice, int *size, double *flops_per_second)
{
    const mpb_gemm_context products = mpb_measure_products(setup, team, choice);
    mpb_gemm_peak peak;
    mpb_status status = MPB_OK;

    MPB_TRY(mpb_gemm_peak_begin(setup->comm, &products, &peak));
    for (int i = 0; i < setup->samples && status == MPB_OK; i++) {
        status = mpb_gemm_peak_sample(&peak);
    }
    mpb_gemm_peak_end(&peak);
    *size = peak.size;
    *flops_per_second = peak.best;
    return status;
}

static void keep_larger(double now, double *largest)
{
    *largest = now > *largest ? now : *largest;
}

static mpb_status measure_fma(const mpb_measure_setup *setup, const mpb_team *team, double *best)
{
    double now;

    MPB_TRY(mpb_peak_fma(setup->comm, team, setup->isa, setup->samples, &now));
    keep_larger(now, best);
    return MPB_OK;
}

static mpb_status measure_stream(const mpb_measure_setup *setup, const mpb_team *team, double *best)
{
    double now;

    MPB_TRY(mpb_stream_bandwidth(setup->comm, team, setup->isa, setup->samples, &now));
    keep_larger(now, best);
    return MPB_OK;
}

/* What the kernels are compared with; the best of all calls. */
static mpb_status measure_limits(const mpb_measure_setup *setup, mpb_kernels_measurement *result)
{
    const mpb_team one = {.threads = 1};
    const mpb_team *all = &setup->team;

    MPB_TRY(measure_fma(setup, &one, &result->fma.one_thread));
    MPB_TRY(measure_fma(setup, all, &result->fma.all_threads));
    MPB_TRY(measure_stream(setup, &one, &result->stream.one_thread));
    return measure_stream(setup, all, &result->stream.all_threads);
}

static mpb_status measure_precision(const mpb_measure_setup *setup, mpb_gemm_type precision,
                                    int *size, mpb_peak_measurement *peak)
{
    const mpb_team one = {.threads = 1};
    mpb_gemm_choice choice;

    MPB_TRY(mpb_products_choose(setup->comm, setup->isa,
                                (mpb_products_wish){.precision = precision}, &choice));
    MPB_TRY(measure_gemm(setup, &one, choice, size, &peak->one_thread));
    return measure_gemm(setup, &setup->team, choice, size, &peak->all_threads);
}

static mpb_status measure_products(const mpb_measure_setup *setup, mpb_kernels_measurement *result)
{
    MPB_TRY(measure_precision(setup, MPB_GEMM_F32, &result->gemm_size, &result->gemm));
    return measure_precision(setup, MPB_GEMM_BF16, &result->bf16_gemm_size, &result->bf16_gemm);
}

static mpb_status measure_families(kernel_bed *bed)
{
    MPB_TRY(product_kernels_measure(bed));
    MPB_TRY(attention_kernels_measure(bed));
    MPB_TRY(row_kernels_measure(bed));
    return table_kernels_measure(bed);
}

static mpb_status measure_on_bed(const mpb_measure_setup *setup, mpb_kernels_measurement *result)
{
    kernel_bed bed;
    mpb_status status = mpb_comm_agree(setup->comm, kernel_bed_create(setup, result, &bed));

    if (status == MPB_OK) {
        status = measure_families(&bed);
    }
    kernel_bed_destroy(&bed);
    return status;
}

static void set_shares(mpb_kernels_measurement *result)
{
    for (size_t i = 0; i < result->count; i++) {
        mpb_kernel_measurement *item = &result->items[i];
        const mpb_peak_measurement *limit =
            item->limit == MPB_LIMIT_FMA ? &result->fma : &result->stream;

        item->share_of_peak = item->rate / limit->all_threads;
    }
}

/* The speed of a shared machine changes, so the limits are measured on both sides of the kernels.
 */
mpb_status mpb_measure_kernels(const mpb_measure_setup *setup, mpb_kernels_measurement *result)
{
    *result = (mpb_kernels_measurement){0};
    MPB_TRY(measure_limits(setup, result));
    MPB_TRY(measure_products(setup, result));
    MPB_TRY(measure_on_bed(setup, result));
    MPB_TRY(measure_limits(setup, result));
    set_shares(result);
    return MPB_OK;
}
