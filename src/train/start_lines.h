#pragma once

/* What a run found before its first step, for people: a line each of data, lengths and steps, which
 * stand above the table with those of memory and model. Each function appends its line. Local. */

#include "mpibert/config/run_config.h"
#include "mpibert/session/inputs.h"

/* "Data:    416 training + 104 validation examples (split 0.8 + 0.2, seed 42); 4 classes: a 104, b
 * 312" with the numbers of training examples; of many classes the rarest and the most frequent one.
 * */
MPB_MUST_CHECK mpb_status start_lines_data(const mpb_run_config *config,
                                           const mpb_run_inputs *inputs, mpb_buffer *out);

/* "Lengths: median 93, 95 % 128, longest 128 of 128 tokens; cut: 150 of 416 training and 41 of 104
 * validation texts, 30.1 % of all tokens" for the sequences of training. */
MPB_MUST_CHECK mpb_status start_lines_lengths(const mpb_run_config *config,
                                              const mpb_run_inputs *inputs, mpb_buffer *out);

typedef struct start_steps {
    int64_t total;
    int64_t per_epoch;
    size_t batch_size; /* sequences of a micro-batch over all ranks */
    int ranks;
    int nodes;
    int threads;          /* of a rank */
    const char *kernels;  /* instruction set */
    const char *products; /* description of the kernels of matrix products */
} start_steps;

/* "Steps:   78 = 3 epochs x 26, batches of 16, on 2 ranks x 1 thread (AVX-512, ... in fp32)" */
MPB_MUST_CHECK mpb_status start_lines_steps(const mpb_run_config *config, const start_steps *steps,
                                            mpb_buffer *out);
