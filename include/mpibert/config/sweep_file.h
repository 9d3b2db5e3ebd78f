#pragma once

/* What `train --sweep FILE` compares, a YAML file beside the configuration:
 *
 *     ways:
 *       full: {training.learning_rate: [2.0e-5, 5.0e-5]}
 *       lora: {model.lora: {rank: 8, alpha: 16}, training.learning_rate: [2.0e-4, 1.0e-3]}
 *     seeds: [1, 2, 3]
 *     halving: {keep: 0.5, after_epochs: [1, 2]}
 *
 * A way is a name and keys of the configuration, over which it has the last word. A list holds
 * alternatives (of a key that is a list itself: lists), and every combination of a way's alternatives
 * is a setting. Local. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/config/run_config.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"

enum { MPB_SWEEP_NAME = 160, MPB_MOST_SETTINGS = 1000 };

typedef struct mpb_sweep_setting {
    char name[MPB_SWEEP_NAME]; /* of the way and what it has alternatives of, as in
                                * lora-learning_rate-1.0e-3; of letters, digits and "._+-" */
    mpb_run_config config;     /* owned; training.seed is not that of a run */
} mpb_sweep_setting;

/* When settings are compared, and what share of them goes on. */
typedef struct mpb_halving {
    double keep;           /* above 0, below 1 */
    int64_t *after_epochs; /* owned, (count), ascending; fewer than any setting has */
    size_t count;          /* 0: nothing is stopped early */
} mpb_halving;

typedef struct mpb_sweep_file {
    mpb_sweep_setting
        *settings; /* owned, (count), by way and then by the last alternatives first */
    size_t count;
    int64_t *seeds; /* owned, (num_seeds), each once: training.seed of a setting's runs */
    size_t num_seeds;
    mpb_halving halving;
} mpb_sweep_file;

/* `sweep` (starts as {0}) = that of the file at `path`, each setting's configuration being the one
 * of `config_path` and the `count` overrides with its own keys on top (mpb_run_config_read). Without
 * seeds in the file there is one, training.seed. Everything wrong is MPB_ERR_CONFIG with its file and
 * line: keys and values that a configuration may not have either; keys that are on the command line,
 * too; keys of which runs that are compared must have one value (seed, task, metric, and where a run
 * lies or how it is watched); settings or names that are there twice; halving without validation, or not
 * within all runs. Lines about settings without effect are logged of the first one. `sweep` is untouched
 * on failure. */
MPB_MUST_CHECK mpb_status mpb_sweep_file_read(const mpb_log *log, const char *path,
                                              const char *config_path, const char *const *overrides,
                                              size_t count, mpb_sweep_file *sweep);
void mpb_sweep_file_clear(mpb_sweep_file *sweep);
