#include "mpibert/measure/flops.h"

/* Products of `keys` tokens' keys and values, of everything else for `rows` tokens, and of the
 * attention of these to those. */
static double layer_flops(const mpb_model_config *config, double keys, double rows)
{
    const double H = config->hidden_size;
    const double F = config->intermediate_size;

    return keys * 4.0 * H * H + rows * (4.0 * H * H + 4.0 * H * F) + 4.0 * rows * keys * H;
}

double mpb_flops_forward(const mpb_model_config *config, const mpb_lengths *lengths,
                         size_t num_sequences)
{
    const double whole_layers = config->num_hidden_layers - 1;
    double flops = 0.0;

    for (size_t i = 0; i < num_sequences; i++) {
        const double s = (double)mpb_lengths_at(lengths, i);

        flops += whole_layers * layer_flops(config, s, s) + layer_flops(config, s, 1.0);
    }
    return flops;
}

double mpb_flops_training(const mpb_model_config *config, const mpb_lengths *lengths,
                          size_t num_sequences)
{
    return 3.0 * mpb_flops_forward(config, lengths, num_sequences);
}
