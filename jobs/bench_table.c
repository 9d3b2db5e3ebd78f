#include <stdio.h>

#include "bench_report.h"
#include "mpibert/math/blas.h"

enum { RULE_WIDTH = 101 };

static const double GIGA = 1e9;
static const double MEBIBYTE = 1024.0 * 1024.0;
static const double KIBIBYTE = 1024.0;

static void print_rule(void)
{
    for (int i = 0; i < RULE_WIDTH; i++) {
        putchar('-');
    }
    putchar('\n');
}

static void print_head(const mpb_bench *bench)
{
    const mpb_measure_setup *setup = &bench->setup;

    printf("%s, %s in %s\n", mpb_isa_label(setup->isa),
           mpb_gemm_description(setup->products.kernel, setup->isa),
           setup->precision == MPB_GEMM_BF16 ? "bf16" : "fp32");
    printf("%d rank(s) x %d thread(s), %d core(s) granted to a rank\n", mpb_comm_size(setup->comm),
           setup->team.threads, mpb_comm_cores(setup->comm));
}

static void print_peak(const char *what, const mpb_peak_measurement *peak, const char *unit)
{
    printf("%-28s %12.1f %12.1f %s\n", what, peak->one_thread / GIGA, peak->all_threads / GIGA,
           unit);
}

static void print_peaks(const mpb_kernels_measurement *result)
{
    char product[MPB_KERNEL_TEXT];
    char bf16_product[MPB_KERNEL_TEXT];

    snprintf(product, sizeof(product), "GEMM, %d^3 on all threads", result->gemm_size);
    snprintf(bf16_product, sizeof(bf16_product), "GEMM in bf16, %d^3", result->bf16_gemm_size);
    printf("\n%-28s %12s %12s\n", "Peak of all ranks", "one thread", "all threads");
    print_peak("Multiply-adds in registers", &result->fma, "GFLOP/s");
    print_peak(product, &result->gemm, "GFLOP/s");
    print_peak(bf16_product, &result->bf16_gemm, "GFLOP/s");
    print_peak("Memory, triad", &result->stream, "GB/s");
}

static void print_kernel(const mpb_kernel_measurement *item)
{
    const bool is_fma = item->limit == MPB_LIMIT_FMA;

    printf("%-30s %-31s %9.3f ms %8.1f %-7s %6.1f %%\n", item->name, item->shape,
           1e3 * item->seconds, item->rate / GIGA, is_fma ? "GFLOP/s" : "GB/s",
           100.0 * item->share_of_peak);
}

void mpb_bench_table_kernels(const mpb_bench *bench, const mpb_kernels_measurement *result)
{
    print_head(bench);
    print_peaks(result);
    printf("\n%-30s %-31s %12s %16s %8s\n", "Kernel", "Shape", "Time", "Rate of all", "of peak");
    print_rule();
    for (size_t i = 0; i < result->count; i++) {
        print_kernel(&result->items[i]);
    }
}

static void print_speed(const mpb_bench *bench, const mpb_step_measurement *result)
{
    const int samples = bench->setup.samples;
    const double median = (double)result->tokens / result->tokens_per_second;

    printf("%-24s %10.3f s\n", "First step", result->first_step_seconds);
    printf("%-24s %10.3f s, %.3f s the fastest of %d\n", "Median step", median,
           mpb_samples_smallest(result->seconds, (size_t)samples), samples);
    printf("%-24s %10.1f a second\n", "Real tokens", result->tokens_per_second);
    printf("%-24s %10.1f GFLOP/s\n", "Useful work", result->flops / median / GIGA);
    printf("%-24s %10.1f GFLOP/s, %d^3 on the same threads\n", "GEMM peak",
           result->gemm_flops_per_second / GIGA, result->gemm_size);
    printf("%-24s %10.1f %%\n", "Efficiency", 100.0 * result->efficiency);
}

void mpb_bench_table_step(const mpb_bench *bench, const mpb_step_measurement *result)
{
    print_head(bench);
    printf("%s: %zu sequences, %lld tokens, %.1f GFLOP a step\n\n", bench->shape,
           bench->setup.batch_size, (long long)result->tokens, result->flops / GIGA);
    if (bench->setup.samples > 0) {
        print_speed(bench, result);
    }
    printf("%-24s %10.1f MiB a rank\n", "Peak memory", (double)result->peak_rss_bytes / MEBIBYTE);
    if (result->planned_bytes > 0) {
        printf("%-24s %10.1f MiB a rank, %d of %d layers checkpointed\n", "Planned memory",
               (double)result->planned_bytes / MEBIBYTE, result->checkpointed_layers,
               bench->setup.model.num_hidden_layers);
    }
}

void mpb_bench_table_allreduce(const mpb_bench *bench, const mpb_allreduce_measurement *result)
{
    print_head(bench);
    printf("\n%14s %12s %12s %12s\n", "Message", "Time", "Bandwidth", "Bus");
    for (size_t i = 0; i < result->count; i++) {
        const mpb_message_measurement *item = &result->items[i];

        printf("%10.0f KiB %9.3f ms %7.2f GB/s %7.2f GB/s\n", (double)item->bytes / KIBIBYTE,
               1e3 * item->seconds, item->bytes_per_second / GIGA,
               item->bus_bytes_per_second / GIGA);
    }
}
