#include "mpibert/measure/flops.h"

double mpb_flops_forward(const mpb_model_config *config, const mpb_lengths *lengths,
                         size_t num_sequences)
{
    const double H = config->hidden_size;
    const double F = config->intermediate_size;
    double flops = 0.0;

    for (size_t i = 0; i < num_sequences; i++) {
        const double s = (double)mpb_lengths_at(lengths, i);

        flops += s * (8.0 * H * H + 4.0 * H * F) + 4.0 * s * s * H;
    }
    return config->num_hidden_layers * flops;
}

double mpb_flops_training(const mpb_model_config *config, const mpb_lengths *lengths,
                          size_t num_sequences)
{
    return 3.0 * mpb_flops_forward(config, lengths, num_sequences);
}
