#pragma once

/* What runs that differ by seed or settings came to: each one, and means and deviations over those
 * that differ by their seed alone. Local. */

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/io/json.h"

/* Adds to `runs` what `path` stands for: a run directory itself, or the runs in that folder.
 * Neither is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_sweep_find(const char *path, mpb_strings *runs);

/* *sweep (owned by the caller) =
 *   {"metric": "accuracy",
 *    "runs": [{"run": PATH, "settings": "training.learning_rate=2.0e-5", "seed": 1,
 *              "state": "finished", "step": 24, "best": 0.93, "last": 0.92}],
 *    "groups": [{"settings": ..., "runs": 3, "best": {"mean": 0.93, "deviation": 0.01},
 *                "last": {...}}]}
 * "settings" are the keys that are not the same in all runs, of those that results depend on; best
 * and last are validations, null where there was none. Groups hold finished runs alone; a deviation
 * is that of a sample (n - 1), null of a single run. Runs of different metrics are MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_sweep_describe(const mpb_strings *runs, mpb_json **sweep);

/* Appends it as two tables for people. */
MPB_MUST_CHECK mpb_status mpb_sweep_write_table(const mpb_json *sweep, mpb_buffer *out);
