#include "imitate.h"

double imitate_label(const mpb_loss_options *loss, const float *teacher, const mpb_outputs *of,
                     float weight, float *gradient)
{
    double sum = 0.0;

    for (size_t r = 0; r < of->num_rows; r++) {
        const size_t at = r * (size_t)of->width;

        sum += loss->nn->loss.divergence(of->width, loss->distillation.temperature, teacher + at,
                                         weight, of->values + at, gradient + at);
    }
    return sum;
}

double imitate_choice(const mpb_loss_options *loss, const float *teacher, const mpb_outputs *of,
                      float weight, float *gradient)
{
    return loss->nn->loss.divergence((int)of->num_rows, loss->distillation.temperature, teacher,
                                     weight, of->values, gradient);
}

double imitate_labels(const mpb_loss_options *loss, const float *teacher, const mpb_outputs *of,
                      float weight, float *gradient)
{
    return loss->nn->loss.binary_divergence(of->width, loss->distillation.temperature, teacher,
                                            weight, of->values, gradient);
}

double imitate_scores(const mpb_loss_options *loss, const float *teacher, const mpb_outputs *of,
                      float weight, float *gradient)
{
    return loss->nn->loss.squared_error(of->width, teacher, weight, of->values, gradient);
}
