#include "mpibert/train/updater.h"

#include <math.h>
#include <stdlib.h>

#include "mpibert/core/memory.h"
#include "mpibert/optim/adamw.h"

enum { BLOCK = 1 << 16 }; /* floats a task: 4 arrays of 256 KiB */

/* A run of floats with one decay and one rate; never larger than BLOCK. */
typedef struct range {
    size_t offset;
    size_t count;
    float decay;
    float rate_factor; /* of the learning rate */
} range;

struct mpb_updater {
    mpb_updater_options options;
    const mpb_team *team; /* borrowed */
    const mpb_optim *optim;
    size_t size;
    size_t num_ranges;
    range *ranges;        /* owned, (num_ranges) */
    double *squares;      /* owned, (number of BLOCKs in size) */
    float *first_moment;  /* owned, (size) */
    float *second_moment; /* owned, (size) */
};

static size_t blocks_in(size_t count)
{
    return (count + BLOCK - 1) / BLOCK;
}

/* The head learns at the full rate; encoder layer l of L at decay^(L - l), embeddings (layer -1) at
 * decay^(L + 1). */
static float rate_factor(const mpb_updater *updater, const mpb_parameter *parameter, int num_layers)
{
    return powf(updater->options.layer_lr_decay, (float)(num_layers - parameter->layer));
}

static void fill_ranges(mpb_updater *updater, const mpb_parameters *parameters, int num_layers)
{
    range *next = updater->ranges;

    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *p = &parameters->items[i];

        for (size_t begin = 0; begin < p->count; begin += BLOCK) {
            next->offset = p->offset + begin;
            next->count = p->count - begin < BLOCK ? p->count - begin : BLOCK;
            next->decay = p->decay ? updater->options.weight_decay : 0.0f;
            next->rate_factor = rate_factor(updater, p, num_layers);
            next++;
        }
    }
}

static size_t count_ranges(const mpb_parameters *parameters)
{
    size_t count = 0;

    for (size_t i = 0; i < parameters->count; i++) {
        count += blocks_in(parameters->items[i].count);
    }
    return count;
}

size_t mpb_updater_bytes(const mpb_parameters *parameters)
{
    return count_ranges(parameters) * sizeof(range) + blocks_in(parameters->size) * sizeof(double) +
           2 * parameters->size * sizeof(float);
}

static mpb_status allocate(mpb_updater *updater, const mpb_parameters *parameters)
{
    updater->num_ranges = count_ranges(parameters);
    MPB_TRY(mpb_memory_create(updater->num_ranges, sizeof(*updater->ranges),
                              "the table of the optimizer", (void **)&updater->ranges));
    MPB_TRY(mpb_memory_create(blocks_in(updater->size), sizeof(*updater->squares),
                              "the gradient norm", (void **)&updater->squares));
    MPB_TRY(mpb_memory_create(updater->size, sizeof(float), "the optimizer's first moment",
                              (void **)&updater->first_moment));
    return mpb_memory_create(updater->size, sizeof(float), "the optimizer's second moment",
                             (void **)&updater->second_moment);
}

mpb_status mpb_updater_create(const mpb_updater_options *options, const mpb_parameters *parameters,
                              int num_layers, const mpb_team *team, mpb_isa isa,
                              mpb_updater **updater)
{
    mpb_updater *made = calloc(1, sizeof(*made));
    mpb_status status;

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for the optimizer");
    made->options = *options;
    made->team = team;
    made->optim = mpb_optim_for(isa);
    made->size = parameters->size;
    status = allocate(made, parameters);
    if (status != MPB_OK) {
        mpb_updater_destroy(&made);
        return status;
    }
    fill_ranges(made, parameters, num_layers);
    *updater = made;
    return MPB_OK;
}

void mpb_updater_destroy(mpb_updater **updater)
{
    if (*updater == NULL) {
        return;
    }
    mpb_memory_destroy((*updater)->ranges);
    mpb_memory_destroy((*updater)->squares);
    mpb_memory_destroy((*updater)->first_moment);
    mpb_memory_destroy((*updater)->second_moment);
    free(*updater);
    *updater = NULL;
}

float *mpb_updater_first_moment(mpb_updater *updater)
{
    return updater->first_moment;
}

float *mpb_updater_second_moment(mpb_updater *updater)
{
    return updater->second_moment;
}

typedef struct norm_work {
    mpb_updater *updater;
    const float *gradients;
} norm_work;

static void square_block(void *context, size_t block, int thread)
{
    const norm_work *work = context;
    mpb_updater *updater = work->updater;
    size_t begin = block * BLOCK;
    size_t left = updater->size - begin;

    (void)thread;
    updater->squares[block] =
        updater->optim->sum_of_squares(left < BLOCK ? left : BLOCK, work->gradients + begin);
}

double mpb_updater_gradient_norm(mpb_updater *updater, const float *gradients)
{
    norm_work work = {updater, gradients};
    double sum = 0.0;

    mpb_team_run(updater->team, blocks_in(updater->size), square_block, &work);
    for (size_t block = 0; block < blocks_in(updater->size); block++) {
        sum += updater->squares[block];
    }
    return sqrt(sum);
}

typedef struct update_work {
    mpb_updater *updater;
    int64_t step;
    double learning_rate;
    float clip_factor;
    const float *gradients;
    float *weights;
} update_work;

static void update_range(void *context, size_t index, int thread)
{
    const update_work *work = context;
    mpb_updater *updater = work->updater;
    const range *r = &updater->ranges[index];
    const mpb_adamw_step step = {
        .beta1 = updater->options.beta1,
        .beta2 = updater->options.beta2,
        .epsilon = updater->options.epsilon,
        .weight_decay = r->decay,
        .learning_rate = work->learning_rate * (double)r->rate_factor,
        .step = work->step,
        .gradient_scale = work->clip_factor,
    };

    (void)thread;
    updater->optim->adamw(&step, r->count, work->gradients + r->offset, work->weights + r->offset,
                          updater->first_moment + r->offset, updater->second_moment + r->offset);
}

/* As torch.nn.utils.clip_grad_norm_: min(1, max_norm / (norm + 1e-6)). */
static float clip_factor(double max_norm, double norm)
{
    double factor = max_norm / (norm + 1e-6);

    return max_norm > 0.0 && factor < 1.0 ? (float)factor : 1.0f;
}

void mpb_updater_apply(mpb_updater *updater, int64_t step, double learning_rate,
                       double gradient_norm, const float *gradients, float *weights)
{
    update_work work = {
        .updater = updater,
        .step = step,
        .learning_rate = learning_rate,
        .clip_factor = clip_factor((double)updater->options.max_grad_norm, gradient_norm),
        .gradients = gradients,
        .weights = weights,
    };

    mpb_team_run(updater->team, updater->num_ranges, update_range, &work);
}
