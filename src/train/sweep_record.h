#pragma once

/* sweep.json of a sweep's directory: which settings went on when, and what all came to. Private to
 * sweeps. Local, for rank 0.
 *
 *   {"sweep": {"settings": ["full", "lora"], "seeds": [1, 2],
 *              "halving": {"keep": 0.5, "after_epochs": [1]}},
 *    "decisions": [{"after_epoch": 1, "settings": [{"name": "full", "mean": 0.91, "goes_on": true}]}],
 *    "metric": "accuracy",
 *    "settings": [{"name": "full", "state": "finished", "mean": 0.93, "deviation": 0.01,
 *                  "best_epoch": 2.5, "seconds": 8.1, "trained_parameters": 22713216,
 *                  "runs": [{"run": "full-seed-1", "seed": 1, "finished": true, "best": 0.94,
 *                            "best_epoch": 3, "seconds": 8.0, "status": 0, "failure": ""}]}]}
 *
 * "settings" at the end come as in sweep.txt, the others as in the sweep's file. "halving" is null where
 * there is none, and so is a number that is unknown. */

#include "mpibert/io/json.h"
#include "sweep_results.h"

MPB_MUST_CHECK mpb_status sweep_record_write(const sweep_state *state, const sweep_result *results);

/* Takes up the decisions of an earlier start, and the failures of settings that ended by them; a missing
 * file has none. MPB_ERR_CONFIG where they were made for other settings, seeds or another halving,
 * MPB_ERR_DATA where the file is none that a sweep has written. */
MPB_MUST_CHECK mpb_status sweep_record_read(sweep_state *state);

/* Forgets an earlier sweep of the directory. */
MPB_MUST_CHECK mpb_status sweep_record_remove(const sweep_state *state);

/* For both files of this object: where the record is, and its member "sweep". */
MPB_MUST_CHECK mpb_status sweep_record_path(const sweep_state *state, char path[MPB_PATH_SIZE]);
MPB_MUST_CHECK mpb_status sweep_record_identify(const sweep_state *state, mpb_json *object);
