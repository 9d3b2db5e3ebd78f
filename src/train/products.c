#include "mpibert/train/products.h"

mpb_status mpb_products_choose(const mpb_comm *comm, mpb_isa isa, mpb_gemm_kernel *kernel)
{
    mpb_gemm_kernel chosen = MPB_GEMM_OWN;
    mpb_status status =
        mpb_comm_rank(comm) == 0 ? mpb_gemm_calibrate(isa, MPB_GEMM_F32, &chosen) : MPB_OK;

    MPB_TRY(mpb_comm_agree(comm, status));
    MPB_TRY(mpb_comm_broadcast(comm, &chosen, sizeof(chosen)));
    *kernel = chosen;
    return MPB_OK;
}
