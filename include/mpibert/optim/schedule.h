#pragma once

/* Learning-rate schedules as transformers' get_scheduler defines them. Pure. Local. */

#include <stdint.h>

typedef enum mpb_schedule_kind {
    MPB_SCHEDULE_LINEAR,     /* to 0 at the end */
    MPB_SCHEDULE_COSINE,     /* half a cosine wave to 0 */
    MPB_SCHEDULE_CONSTANT,   /* after the warm-up */
    MPB_SCHEDULE_POLYNOMIAL, /* power 1 towards 1e-7, transformers' defaults */
} mpb_schedule_kind;

/* Factor of the learning rate for the step that follows `steps_done` optimizer steps.
 * `learning_rate` matters to the polynomial schedule alone, whose end is an absolute rate. */
double mpb_schedule_factor(mpb_schedule_kind kind, int64_t steps_done, int64_t warmup_steps,
                           int64_t total_steps, double learning_rate);
