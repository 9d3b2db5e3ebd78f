#pragma once

/* What a run learns. Local. */

#include "mpibert/config/run_config.h"
#include "mpibert/core/status.h"
#include "mpibert/task/masking.h"
#include "mpibert/task/task.h"
#include "mpibert/text/tokenizer.h"

/* *task = that of model.task or, where it is auto, the one that data.train tells. Puts it and the
 * metric of checkpoint.metric_for_best_model, which is the task's first where none is given, into
 * `config`; the metric's name is not the caller's to free. A task that this version does not train,
 * another than that of the shards, and settings that mean nothing for it are MPB_ERR_CONFIG. */
MPB_MUST_CHECK mpb_status mpb_run_task_settle(mpb_run_config *config, const mpb_task_table **task);

/* *masking, for the caller to destroy, = how tokens of texts are masked; stays as it is where the
 * task masks none. A vocabulary without [MASK] is MPB_ERR_CONFIG. */
MPB_MUST_CHECK mpb_status mpb_run_masking(const mpb_run_config *config, const mpb_task_table *task,
                                          const mpb_tokenizer *tokenizer, mpb_masking **masking);

/* Whether a split of the data gives both parts equal shares of its classes: those of texts alone, for
 * what else has a label is not drawn by it. */
bool mpb_run_stratifies(const mpb_run_config *config, const mpb_dataset *data);

/* That of a configuration so settled. */
const mpb_task_table *mpb_run_task(const mpb_run_config *config);
