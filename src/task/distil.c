#include "mpibert/task/distil.h"

bool mpb_distil_is_on(const mpb_dataset *data)
{
    return data->taught.values != NULL;
}

double mpb_distil_weigh(const mpb_task_table *task, const mpb_loss_options *loss,
                        const mpb_dataset *data, size_t i)
{
    mpb_loss_options plain = *loss;

    plain.label_weights = NULL;
    return task->weigh(&plain, data, i);
}

/* values = (1 - weight) values + soft */
static void mix(float weight, const float *soft, size_t count, float *values)
{
    for (size_t j = 0; j < count; j++) {
        values[j] = (1.0f - weight) * values[j] + soft[j];
    }
}

double mpb_distil_score(const mpb_task_table *task, const mpb_loss_options *loss,
                        const mpb_outputs *of, double total, float *scratch,
                        double sums[MPB_TASK_SUMS])
{
    const mpb_distillation *way = &loss->distillation;
    const double share = (double)way->weight / way->total;
    const float *teacher =
        mpb_sequence_rows_of(&of->data->taught, of->sequence) + of->first_row * (size_t)of->width;
    const double soft = task->imitate(loss, teacher, of, (float)share, scratch);
    const double hard = task->score(loss, of, total, sums);

    mix(way->weight, scratch, of->num_rows * (size_t)of->width, of->values);
    return (1.0 - (double)way->weight) * hard + share * soft;
}
