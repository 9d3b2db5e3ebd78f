#pragma once

/* Models and checkpoints of a run directory. Rank 0 writes or, where ranks hold state of their own,
 * each rank its part; the outcome is agreed, so that no rank goes on where another could not save.
 * Collective. */

#include <stdbool.h>

#include "mpibert/ckpt/training_state.h"
#include "mpibert/comm/comm.h"
#include "mpibert/comm/reduction.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/model/model.h"
#include "mpibert/step/publisher.h"
#include "mpibert/step/updater.h"

enum { MPB_SAVER_LINE = 1024 };

/* What people should know of saving, for who tells them. Starts as {0}. */
typedef struct mpb_saver_news {
    char warning[MPB_SAVER_LINE]; /* yet to be told; "": nothing is */
    bool leftovers;               /* there was one of what cannot be removed: one a run is enough */
} mpb_saver_news;

typedef struct mpb_saver {
    const mpb_comm *comm;            /* borrowed */
    const char *run;                 /* borrowed, the run directory */
    const char *tokenizer_directory; /* borrowed, where the tokenizer files come from */
    const char *base; /* borrowed, what the run calls the model that it started from */
    const mpb_strings *label_names; /* borrowed */
    int length;                     /* tokens of the longest text that is trained on, at most */
    const char *settings;           /* borrowed, see mpb_run_config_write_for_model */
    mpb_model *model;               /* borrowed */
    mpb_updater *updater;           /* borrowed */
    mpb_publisher *publisher;       /* borrowed; NULL: rank 0 has all moments */
    mpb_reduction *reduction;       /* borrowed; may be NULL */
    int keep;                       /* checkpoints that stay */
    mpb_saver_news *news;           /* borrowed */
} mpb_saver;

/* Whether each rank holds state that no other one has: a part of the moments, or remainders of
 * rounded gradients. The same on all ranks. Local. */
bool mpb_saver_needs_all_ranks(const mpb_saver *saver);

/* Makes the run directory, the first that is written of a run; an unwritable place is
 * MPB_ERR_SYSTEM before any training. */
MPB_MUST_CHECK mpb_status mpb_saver_begin(const mpb_saver *saver, const char *config_text,
                                          size_t config_size);

/* Removes the checkpoints of an earlier run in this directory. */
MPB_MUST_CHECK mpb_status mpb_saver_start_anew(const mpb_saver *saver);

/* RUN/`name` (best or final) = the model as it is now, complete or unchanged. */
MPB_MUST_CHECK mpb_status mpb_saver_model(const mpb_saver *saver, const char *name);

/* Gives the model of the ranks that write the weights of RUN/best, for the end of a run. */
MPB_MUST_CHECK mpb_status mpb_saver_load_best(const mpb_saver *saver);

/* RUN/checkpoints/step-..., then removes what exceeds `keep` and what is later: the run went on
 * from an earlier step than that. What is written is safe by then: what cannot be removed is news,
 * once a run. */
MPB_MUST_CHECK mpb_status mpb_saver_checkpoint(const mpb_saver *saver,
                                               const mpb_training_state *state);

/* The same by rank 0 alone, where it has all of the state. Local. */
MPB_MUST_CHECK mpb_status mpb_saver_write(const mpb_saver *saver, const mpb_training_state *state);

/* Weights, the moments that this rank owns, its remainders and `state` (starts as {0}) of the
 * checkpoint at `path`, which may be of another number of ranks or owners, on every rank.
 * Remainders are those of as many ranks, or start at zero, which is news. */
MPB_MUST_CHECK mpb_status mpb_saver_restore(const mpb_saver *saver, const char *path,
                                            mpb_training_state *state);
