#pragma once

/* The tensors that a run never trains, in a file of their own that all its checkpoints share. */

#include "mpibert/ckpt/model_dir.h"

/* Writes into `directory` the file of the frozen tensors, as a hard link to that of the run's newest
 * checkpoint where it has the same bytes and the file system has such links, and the index that
 * says which tensor is in which file. */
MPB_MUST_CHECK mpb_status frozen_weights_write(const char *directory,
                                               const mpb_model_dir_content *content);
