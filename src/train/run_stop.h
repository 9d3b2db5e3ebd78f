#pragma once

/* How a run ends: stopped before its last step, or with final/. */

#include "mpibert/ckpt/training_state.h"
#include "trainer.h"

/* Saves the state, that after the last whole step, and gives MPB_STOPPED with the line that says
 * why. Collective. */
MPB_MUST_CHECK mpb_status run_stop(const mpb_trainer *trainer, const mpb_training_state *state,
                                   mpb_stop why);

/* Likewise where a signal has come to some rank during work that ranks did together, or MPB_OK.
 * Collective. */
MPB_MUST_CHECK mpb_status run_stop_if_asked(const mpb_trainer *trainer,
                                            const mpb_training_state *state);

/* final/ = the last step's model, or the best one again. Collective. */
MPB_MUST_CHECK mpb_status run_finish(const mpb_trainer *trainer, const mpb_training_state *state);
