#include "mpibert/train/products.h"

mpb_status mpb_products_choose(const mpb_comm *comm, mpb_isa isa, mpb_gemm_type precision,
                               mpb_gemm_choice *choice)
{
    mpb_gemm_choice chosen = {.precision = precision};
    mpb_status status = MPB_OK;
    double missing;

    if (mpb_comm_rank(comm) == 0) {
        status = mpb_gemm_calibrate(isa, precision, &chosen.kernel);
    }
    MPB_TRY(mpb_comm_agree(comm, status));
    MPB_TRY(mpb_comm_broadcast(comm, &chosen, sizeof(chosen)));
    missing = mpb_gemm_available(chosen.kernel, isa, precision) ? 0.0 : 1.0;
    MPB_TRY(mpb_comm_max_double(comm, &missing, 1));
    if (missing > 0.0) {
        chosen.kernel = MPB_GEMM_OWN;
    }
    *choice = chosen;
    return MPB_OK;
}
