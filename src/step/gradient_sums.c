#include "mpibert/step/gradient_sums.h"

#include "mpibert/step/publisher.h"

mpb_reduction_options mpb_gradient_sums_options(const mpb_run_cluster *cluster, size_t capacity,
                                                int owners, const mpb_team *team, mpb_isa isa)
{
    return (mpb_reduction_options){
        .capacity = capacity,
        .max_pieces = mpb_publisher_max_pieces(capacity, owners),
        .wire = cluster->gradient_dtype == MPB_RUN_BF16 ? MPB_WIRE_BF16 : MPB_WIRE_FP32,
        .error_feedback = cluster->error_feedback,
        .plain = !cluster->overlap,
        .isa = isa,
        .team = team,
    };
}

static void poll(void *context)
{
    mpb_reduction_poll(context);
}

mpb_status mpb_gradient_sums_create(const mpb_comm *comm, const mpb_run_cluster *cluster,
                                    size_t capacity, int owners, mpb_team *team, mpb_isa isa,
                                    mpb_reduction **reduction)
{
    const mpb_reduction_options options =
        mpb_gradient_sums_options(cluster, capacity, owners, team, isa);

    MPB_TRY(mpb_reduction_create(comm, &options, reduction));
    team->errand = (mpb_errand){poll, *reduction};
    return MPB_OK;
}

void mpb_gradient_sums_destroy(mpb_team *team, mpb_reduction **reduction)
{
    team->errand = (mpb_errand){0};
    mpb_reduction_destroy(reduction);
}
