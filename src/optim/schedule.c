#include "mpibert/optim/schedule.h"

#include <math.h>

static const double PI = 3.14159265358979323846;
static const double POLYNOMIAL_END_RATE = 1e-7;

static double at_least_zero(double x)
{
    return x > 0.0 ? x : 0.0;
}

static double polynomial(double progress, double learning_rate)
{
    double end = POLYNOMIAL_END_RATE / learning_rate;

    return progress >= 1.0 ? end : (1.0 - end) * (1.0 - progress) + end;
}

double mpb_schedule_factor(mpb_schedule_kind kind, int64_t steps_done, int64_t warmup_steps,
                           int64_t total_steps, double learning_rate)
{
    int64_t decay_steps = total_steps > warmup_steps ? total_steps - warmup_steps : 1;
    double progress = (double)(steps_done - warmup_steps) / (double)decay_steps;

    if (steps_done < warmup_steps) {
        return (double)steps_done / (double)warmup_steps;
    }
    switch (kind) {
    case MPB_SCHEDULE_LINEAR:
        return at_least_zero(1.0 - progress);
    case MPB_SCHEDULE_COSINE:
        return at_least_zero(0.5 * (1.0 + cos(PI * progress)));
    case MPB_SCHEDULE_POLYNOMIAL:
        return polynomial(progress, learning_rate);
    case MPB_SCHEDULE_CONSTANT:
        break;
    }
    return 1.0;
}
