#include <stdio.h>

#include "bench_report.h"
#include "mpibert/io/json.h"
#include "mpibert/math/blas.h"

static const double GIGA = 1e9;

static mpb_status set_number(mpb_json *object, const char *name, double number)
{
    return mpb_json_set(object, name, mpb_json_new_number(number));
}

static mpb_status set_integer(mpb_json *object, const char *name, int64_t integer)
{
    return mpb_json_set(object, name, mpb_json_new_integer(integer));
}

static mpb_status set_text(mpb_json *object, const char *name, const char *text)
{
    return mpb_json_set(object, name, mpb_json_new_text(text));
}

static mpb_status describe_machine(const mpb_measure_setup *setup, mpb_json *object)
{
    MPB_TRY(set_text(object, "instruction_set", mpb_isa_label(setup->isa)));
    MPB_TRY(set_text(object, "products", mpb_gemm_description(setup->products.kernel, setup->isa)));
    MPB_TRY(set_text(object, "precision", setup->precision == MPB_GEMM_BF16 ? "bf16" : "fp32"));
    MPB_TRY(set_text(object, "blas", mpb_blas_description()));
    MPB_TRY(set_integer(object, "ranks", mpb_comm_size(setup->comm)));
    MPB_TRY(set_integer(object, "threads", setup->team.threads));
    return set_integer(object, "cores", mpb_comm_cores(setup->comm));
}

static mpb_status describe_bench(const mpb_bench *bench, mpb_json *object)
{
    mpb_json *machine = mpb_json_new_object();

    MPB_TRY(set_text(object, "bench", bench->what));
    MPB_TRY(set_text(object, "shape", bench->shape));
    MPB_TRY(mpb_json_set(object, "machine", machine));
    return describe_machine(&bench->setup, machine);
}

/* Prints and destroys `object`, unless describing it has failed before. */
static mpb_status print(mpb_json *object, mpb_status status)
{
    mpb_buffer text = {0};

    if (status == MPB_OK) {
        status = mpb_json_write(object, 0, &text);
    }
    mpb_json_destroy(&object);
    if (status == MPB_OK) {
        puts(text.data);
    }
    mpb_buffer_clear(&text);
    return status;
}

static mpb_status describe_peak(const mpb_peak_measurement *peak, double unit, mpb_json *object)
{
    MPB_TRY(set_number(object, "one_thread", peak->one_thread / unit));
    return set_number(object, "all_threads", peak->all_threads / unit);
}

static mpb_status add_peak(mpb_json *object, const char *name, const mpb_peak_measurement *peak,
                           double unit)
{
    mpb_json *member = mpb_json_new_object();

    MPB_TRY(mpb_json_set(object, name, member));
    return describe_peak(peak, unit, member);
}

static mpb_status describe_kernel(const mpb_kernel_measurement *item, mpb_json *object)
{
    const bool is_fma = item->limit == MPB_LIMIT_FMA;

    MPB_TRY(set_text(object, "name", item->name));
    MPB_TRY(set_text(object, "shape", item->shape));
    MPB_TRY(set_number(object, "seconds", item->seconds));
    MPB_TRY(is_fma ? set_number(object, "gflops", item->rate / GIGA)
                   : set_number(object, "bytes_per_second", item->rate));
    MPB_TRY(set_text(object, "peak", is_fma ? "fma" : "stream"));
    return set_number(object, "share_of_peak", item->share_of_peak);
}

static mpb_status describe_kernels(const mpb_bench *bench, const mpb_kernels_measurement *result,
                                   mpb_json *object)
{
    mpb_json *list;

    MPB_TRY(describe_bench(bench, object));
    MPB_TRY(add_peak(object, "fma_gflops", &result->fma, GIGA));
    MPB_TRY(add_peak(object, "gemm_gflops", &result->gemm, GIGA));
    MPB_TRY(set_integer(object, "gemm_size", result->gemm_size));
    MPB_TRY(add_peak(object, "bf16_gemm_gflops", &result->bf16_gemm, GIGA));
    MPB_TRY(set_integer(object, "bf16_gemm_size", result->bf16_gemm_size));
    MPB_TRY(add_peak(object, "stream_bytes_per_second", &result->stream, 1.0));
    list = mpb_json_new_array();
    MPB_TRY(mpb_json_set(object, "kernels", list));
    for (size_t i = 0; i < result->count; i++) {
        mpb_json *item = mpb_json_new_object();

        MPB_TRY(mpb_json_append(list, item));
        MPB_TRY(describe_kernel(&result->items[i], item));
    }
    return MPB_OK;
}

mpb_status mpb_bench_json_kernels(const mpb_bench *bench, const mpb_kernels_measurement *result)
{
    mpb_json *object = mpb_json_new_object();

    MPB_REQUIRE(object != NULL, MPB_ERR_SYSTEM, "no memory for the measurements");
    return print(object, describe_kernels(bench, result, object));
}

static mpb_status add_seconds(const mpb_bench *bench, const mpb_step_measurement *result,
                              mpb_json *object)
{
    mpb_json *list = mpb_json_new_array();

    MPB_TRY(mpb_json_set(object, "seconds", list));
    for (int i = 0; i < bench->setup.samples; i++) {
        MPB_TRY(mpb_json_append(list, mpb_json_new_number(result->seconds[i])));
    }
    return MPB_OK;
}

static mpb_status describe_times(const mpb_step_times *times, mpb_json *object)
{
    MPB_TRY(set_number(object, "forward", times->forward));
    MPB_TRY(set_number(object, "backward", times->backward));
    MPB_TRY(set_number(object, "wait", times->wait));
    MPB_TRY(set_number(object, "update", times->update));
    return set_number(object, "end", times->end);
}

static mpb_status add_timeline(const mpb_bench *bench, const mpb_step_measurement *result,
                               mpb_json *object)
{
    mpb_json *list = mpb_json_new_array();

    MPB_TRY(mpb_json_set(object, "timeline", list));
    for (int i = 0; i < bench->setup.samples; i++) {
        mpb_json *item = mpb_json_new_object();

        MPB_TRY(mpb_json_append(list, item));
        MPB_TRY(describe_times(&result->times[i], item));
    }
    return MPB_OK;
}

static mpb_status describe_speed(const mpb_bench *bench, const mpb_step_measurement *result,
                                 mpb_json *object)
{
    MPB_TRY(set_number(object, "first_step_seconds", result->first_step_seconds));
    MPB_TRY(add_seconds(bench, result, object));
    if (result->times[0].end > 0.0) {
        MPB_TRY(add_timeline(bench, result, object));
    }
    MPB_TRY(set_number(object, "tokens_per_second", result->tokens_per_second));
    MPB_TRY(set_integer(object, "gemm_size", result->gemm_size));
    MPB_TRY(set_number(object, "gemm_gflops", result->gemm_flops_per_second / GIGA));
    return set_number(object, "efficiency", result->efficiency);
}

static mpb_status describe_memory(const mpb_step_measurement *result, mpb_json *object)
{
    MPB_TRY(set_integer(object, "peak_rss_bytes", result->peak_rss_bytes));
    if (result->planned_bytes == 0) {
        return MPB_OK;
    }
    MPB_TRY(set_integer(object, "planned_bytes", result->planned_bytes));
    return set_integer(object, "checkpointed_layers", result->checkpointed_layers);
}

static mpb_status describe_step(const mpb_bench *bench, const mpb_step_measurement *result,
                                mpb_json *object)
{
    MPB_TRY(describe_bench(bench, object));
    MPB_TRY(set_integer(object, "batch", (int64_t)bench->setup.batch_size));
    MPB_TRY(set_integer(object, "tokens", result->tokens));
    MPB_TRY(set_number(object, "flops", result->flops));
    if (bench->setup.samples > 0) {
        MPB_TRY(describe_speed(bench, result, object));
    }
    return describe_memory(result, object);
}

mpb_status mpb_bench_json_step(const mpb_bench *bench, const mpb_step_measurement *result)
{
    mpb_json *object = mpb_json_new_object();

    MPB_REQUIRE(object != NULL, MPB_ERR_SYSTEM, "no memory for the measurements");
    return print(object, describe_step(bench, result, object));
}

static mpb_status describe_message(const mpb_message_measurement *item, mpb_json *object)
{
    MPB_TRY(set_integer(object, "bytes", (int64_t)item->bytes));
    MPB_TRY(set_number(object, "seconds", item->seconds));
    MPB_TRY(set_number(object, "bytes_per_second", item->bytes_per_second));
    return set_number(object, "bus_bytes_per_second", item->bus_bytes_per_second);
}

static mpb_status describe_allreduce(const mpb_bench *bench,
                                     const mpb_allreduce_measurement *result, mpb_json *object)
{
    mpb_json *list;

    MPB_TRY(describe_bench(bench, object));
    list = mpb_json_new_array();
    MPB_TRY(mpb_json_set(object, "messages", list));
    for (size_t i = 0; i < result->count; i++) {
        mpb_json *item = mpb_json_new_object();

        MPB_TRY(mpb_json_append(list, item));
        MPB_TRY(describe_message(&result->items[i], item));
    }
    return MPB_OK;
}

mpb_status mpb_bench_json_allreduce(const mpb_bench *bench, const mpb_allreduce_measurement *result)
{
    mpb_json *object = mpb_json_new_object();

    MPB_REQUIRE(object != NULL, MPB_ERR_SYSTEM, "no memory for the measurements");
    return print(object, describe_allreduce(bench, result, object));
}
