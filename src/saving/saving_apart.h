#pragma once

/* Saving by ranks that can no longer talk to each other: children that were forked from them
 * (saving/keeper) where each rank has state of its own. Each writes it, remainders, moments and rows
 * of the word table, into a folder whose name tells the step and the start of the run; that of rank
 * 0 waits until all is there, gives the model the rows of the others and completes the checkpoint.
 * So parts of different steps never meet. */

#include "mpibert/saving/saving.h"

/* `token` is of this start of the run, the same on all ranks. MPB_ERR_SYSTEM on rank 0 where the
 * parts of some rank do not come: then nothing has changed. Local. */
MPB_MUST_CHECK mpb_status saving_apart_write(const mpb_saver *saver,
                                             const mpb_training_state *state, const char *token);
