#pragma once

/* The checkpoint that a run goes on from. Rank 0 finds and judges it before anything is written, so
 * that a run which cannot go on leaves everything as it was. */

#include "mpibert/ckpt/training_state.h"
#include "mpibert/comm/comm.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/log.h"
#include "mpibert/io/file.h"
#include "mpibert/session/products.h"

enum { RESUME_WORD_SIZE = 24, RESUME_TEXT_SIZE = 128 };

/* Plain data: rank 0 passes it on. */
typedef struct resume_point {
    char path[MPB_PATH_SIZE]; /* "": the run begins */
    char kernel[RESUME_WORD_SIZE];
    char instruction_set[RESUME_WORD_SIZE];
    char products[RESUME_TEXT_SIZE];
    bool finished; /* all steps are done, and best/ and final/ are the models they gave */
    bool reached;  /* so many epochs are done as the run is to have for now */
} resume_point;

/* Where checkpoint.resume says, verified, of a run that is left when `until_epoch` are done (0: at its end). Settings that differ from those of the checkpoint are
 * MPB_ERR_CONFIG, a checkpoint that is not whole MPB_ERR_DATA. Writes nothing. On rank 0 `state`
 * (starts as {0}) is that of the checkpoint, but for its moments. Collective. */
MPB_MUST_CHECK mpb_status resume_point_find(const mpb_log *log, const mpb_comm *comm,
                                            const mpb_run_config *config, int64_t until_epoch,
                                            resume_point *point, mpb_training_state *state);

/* Whether the data are those of the checkpoint: otherwise MPB_ERR_CONFIG that says what differs.
 * Local, for rank 0. */
MPB_MUST_CHECK mpb_status resume_point_check_data(const resume_point *point,
                                                  const mpb_training_state *state,
                                                  const mpb_strings *label_names, size_t num_labels,
                                                  const char *signature);

/* For rank 0. */
void resume_point_announce_finished(const mpb_log *log, const mpb_run_config *config,
                                    const mpb_training_state *state);

/* What the run computed with, borrowed from `point`. */
mpb_products_record resume_point_products(const resume_point *point);
