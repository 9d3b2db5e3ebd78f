#pragma once

/* Examples of a step whose loss is not finite. Each rank notes its own; the message names those of
 * all ranks. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"

/* Starts as {0}. */
typedef struct bad_examples {
    size_t count;
    mpb_buffer ids; /* of the first few, each with its NUL */
} bad_examples;

MPB_MUST_CHECK mpb_status bad_examples_note(bad_examples *bad, const char *id);
void bad_examples_clear(bad_examples *bad);

/* MPB_ERR_DIVERGED that names the first few of the `total` examples that all ranks noted in `step`;
 * the same on all ranks. Collective. */
MPB_MUST_CHECK mpb_status bad_examples_fail(const bad_examples *bad, const mpb_comm *comm,
                                            size_t total, int64_t step);
