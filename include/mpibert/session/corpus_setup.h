#pragma once

/* From the run configuration to what `data` needs: which files, read how, which part of the split.
 * The results borrow from all arguments. Local and pure. */

#include <stdbool.h>

#include "mpibert/config/run_config.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/corpus/corpus.h"
#include "mpibert/session/opened_model.h"

enum { MPB_USUAL_LENGTH = 128 }; /* of training, where the model has as many positions */

/* model.max_seq_length where the configuration gives none: `usual`, at most the model's positions.
 * One that was given and is more than these is MPB_ERR_CONFIG. */
MPB_MUST_CHECK mpb_status mpb_corpus_settle_length(const mpb_opened_model *opened, int usual,
                                                   mpb_run_config *config);

/* The task that was asked for, otherwise the one that the format of `paths` (NULL: not known)
 * tells. */
mpb_task mpb_corpus_task(const mpb_run_config *config, const mpb_strings *paths);

/* Where tokens of shards are, by data.streaming. */
mpb_tokens_home mpb_corpus_tokens_home(const mpb_run_config *config);

/* Options that exclude each other (MPB_ERR_CONFIG). */
MPB_MUST_CHECK mpb_status mpb_corpus_check_options(const mpb_corpus_options *options);

/* All labelled examples of `paths`, in reading order, labels numbered as the data has them. */
mpb_corpus_options mpb_corpus_whole(const mpb_run_config *config, const mpb_opened_model *opened,
                                    const mpb_strings *paths);

/* What data.train names, limited to data.max_samples, before any split. */
mpb_corpus_options mpb_corpus_training(const mpb_run_config *config,
                                       const mpb_opened_model *opened);

typedef enum mpb_corpus_split {
    MPB_SPLIT_ALL,   /* mpb_corpus_training */
    MPB_SPLIT_TRAIN, /* its part that a run trains on */
    MPB_SPLIT_VALIDATION,
    MPB_SPLIT_TEST,
} mpb_corpus_split;

/* "all", "train", "validation" or "test"; false for other words. */
bool mpb_corpus_split_parse(const char *word, mpb_corpus_split *split);

/* The examples of `split`. Where data.validation names files, these are the validation set and
 * data.train is not split. A split without data (no data.train or data.test, data.val_split 0) is
 * MPB_ERR_CONFIG. */
MPB_MUST_CHECK mpb_status mpb_corpus_of_split(const mpb_run_config *config,
                                              const mpb_opened_model *opened,
                                              mpb_corpus_split split, mpb_corpus_options *options);
