#pragma once

/* The keys of the configuration one by one; for the signature of a run and the table of runs. Local. */

#include <stddef.h>

#include "mpibert/config/run_config.h"
#include "mpibert/core/buffer.h"

/* What a run that goes on from a checkpoint may change. */
typedef enum mpb_key_resume {
    MPB_KEY_FREE,   /* it is checked otherwise, or makes no difference to the weights */
    MPB_KEY_KEPT,   /* what comes out depends on it */
    MPB_KEY_LENGTH, /* how long it lasts: see train/signature.h */
    MPB_KEY_ASIDE,  /* where it lies, how it is watched and saved: nothing of a result */
} mpb_key_resume;

/* Keys are 0 to this - 1, in the order of the reference. */
size_t mpb_run_config_num_keys(void);

/* section.key */
const char *mpb_run_config_key_name(size_t key);
mpb_key_resume mpb_run_config_key_resume(size_t key);

/* Appends the key's value in YAML, on one line; null where it has no meaning. MPB_ERR_SYSTEM: no memory. */
MPB_MUST_CHECK mpb_status mpb_run_config_key_write(size_t key, const mpb_run_config *config,
                                                   mpb_buffer *out);
