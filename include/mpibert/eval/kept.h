#pragma once

/* What evaluation keeps of each sequence right after its forward pass: a few bytes, whose number
 * may differ from sequence to sequence. Local. */

#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/eval/outputs.h"

/* What is kept, by whoever asks for an evaluation. `context` is borrowed. */
typedef struct mpb_keeping {
    const void *context;
    /* Bytes of sequence i, a multiple of 4, the same on all ranks. Pure. */
    size_t (*size)(const void *context, size_t i);
    /* kept (its size), all 0 before the first part, gets what lasts of this part of a sequence's
     * outputs. */
    void (*keep)(const void *context, const mpb_outputs *part, void *kept);
} mpb_keeping;

/* Of all sequences, in their order. Starts as {0}. */
typedef struct mpb_kept {
    size_t *begins;       /* owned, (num_sequences + 1): where each begins in `bytes` */
    unsigned char *bytes; /* owned, aligned for any type */
} mpb_kept;

/* Room for `num_sequences` sequences. */
MPB_MUST_CHECK mpb_status mpb_kept_create(const mpb_keeping *keeping, size_t num_sequences,
                                          mpb_kept *kept);
void mpb_kept_clear(mpb_kept *kept);

/* Bytes that it takes. */
size_t mpb_kept_bytes(const mpb_keeping *keeping, size_t num_sequences);
