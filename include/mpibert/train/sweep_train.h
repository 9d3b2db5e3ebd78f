#pragma once

/* Ways of training, settings and seeds compared in one job, each run as if it had its ranks alone. */

#include "mpibert/comm/comm.h"
#include "mpibert/config/sweep_file.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"

/* Trains each setting of the sweep with each of its seeds in checkpoint.directory/SETTING-seed-N, bit
 * for bit the run that as many ranks as a group has (as in train/seeds.h, by the number of all runs) would train alone.
 * `path` is that of the sweep file.
 *
 * With halving, all runs that go on are left after each of halving.after_epochs, and the settings are
 * compared by the mean over their seeds of checkpoint.metric_for_best_model, that of the best validation
 * so far: the best ones go on from their checkpoints (train/halving.h), the others stay as they are.
 * sweep.json records that, so that a sweep which is started again goes on with the same ones.
 *
 * A run that fails ends no other one: its setting does not go on from the next comparison, and in the end
 * its status is that of the sweep, with its name. A start that comes before that comparison tries it
 * again. When one group is stopped, all save their work: MPB_STOPPED. Otherwise the table of all settings
 * comes on standard output, in sweep.txt and, for programs, in sweep.json. mpb_train_run says what
 * `started_at` is. Collective. */
MPB_MUST_CHECK mpb_status mpb_sweep_train(const mpb_log *log, const mpb_comm *comm,
                                          const mpb_sweep_file *file, const char *path,
                                          double started_at);
