#include "mpibert/session/products.h"

#include <string.h>

mpb_status mpb_products_isa(const mpb_comm *comm, mpb_isa *isa)
{
    double negative = -(double)mpb_isa_best();

    MPB_TRY(mpb_comm_max_double(comm, &negative, 1));
    *isa = (mpb_isa)-negative;
    return MPB_OK;
}

static mpb_status available_everywhere(const mpb_comm *comm, mpb_isa isa, mpb_gemm_choice choice,
                                       bool *available)
{
    double missing = mpb_gemm_available(choice.kernel, isa, choice.precision) ? 0.0 : 1.0;

    MPB_TRY(mpb_comm_max_double(comm, &missing, 1));
    *available = missing == 0.0;
    return MPB_OK;
}

mpb_status mpb_products_choose(const mpb_comm *comm, mpb_isa isa, mpb_products_wish wish,
                               mpb_gemm_choice *choice)
{
    mpb_gemm_choice chosen = {.kernel = MPB_GEMM_OWN, .precision = wish.precision};
    mpb_status status = MPB_OK;
    bool available;

    if (mpb_comm_rank(comm) == 0 && !wish.deterministic) {
        status = mpb_gemm_calibrate(isa, wish.precision, &chosen.kernel);
    }
    MPB_TRY(mpb_comm_agree(comm, status));
    MPB_TRY(mpb_comm_broadcast(comm, &chosen, sizeof(chosen)));
    MPB_TRY(available_everywhere(comm, isa, chosen, &available));
    if (!available) {
        chosen.kernel = MPB_GEMM_OWN;
    }
    *choice = chosen;
    return MPB_OK;
}

static mpb_status recognise(const mpb_products_record *record, mpb_isa *isa,
                            mpb_gemm_kernel *kernel)
{
    MPB_REQUIRE(mpb_gemm_kernel_find(record->kernel, kernel), MPB_ERR_DATA,
                "attribute kernel is '%s', own, blas, bf16-dots or bf16-tiles was expected (%s)",
                record->kernel, record->where);
    MPB_REQUIRE(mpb_isa_find(record->instruction_set, isa), MPB_ERR_DATA,
                "attribute instruction_set is '%s', SSE2, AVX2 or AVX-512 was expected (%s)",
                record->instruction_set, record->where);
    return MPB_OK;
}

mpb_status mpb_products_restore(const mpb_log *log, const mpb_comm *comm,
                                const mpb_products_record *record, mpb_products_wish wish,
                                mpb_isa *isa, mpb_gemm_choice *choice)
{
    mpb_gemm_choice chosen = {.precision = wish.precision};
    mpb_isa set = MPB_ISA_PLAIN;
    const char *description;
    bool available;

    MPB_TRY(mpb_comm_agree(comm, recognise(record, &set, &chosen.kernel)));
    MPB_TRY(available_everywhere(comm, set, chosen, &available));
    if (!available) {
        MPB_TRY(mpb_products_isa(comm, &set));
        MPB_TRY(mpb_products_choose(comm, set, wish, &chosen));
    }
    description = mpb_gemm_description(chosen.kernel, set);
    if (!available || strcmp(description, record->description) != 0) {
        mpb_log_warning(log,
                        "the run was computed with %s kernels and %s, which is not to be had here; "
                        "it goes on with %s kernels and %s, and the last bits will differ (%s)",
                        record->instruction_set, record->description, mpb_isa_label(set),
                        description, record->where);
    }
    *isa = set;
    *choice = chosen;
    return MPB_OK;
}
