#pragma once

/* What a run does with its validation set. */

#include <stdbool.h>

#include "mpibert/eval/kept.h"
#include "mpibert/report/events.h"
#include "mpibert/report/progress.h"
#include "mpibert/shards/documents.h"
#include "trainer.h"

typedef struct validation {
    mpb_documents documents;
    mpb_kept kept; /* rank 0's, of the newest validation */
} validation;

/* `made` starts as {0} and is to be ended in any case. Local. */
MPB_MUST_CHECK mpb_status validation_begin(const mpb_trainer *trainer, validation *made);
void validation_end(validation *gone);

/* What the model as it is now gives for the whole set. Collective, as the next. */
MPB_MUST_CHECK mpb_status validation_predict(validation *v, const mpb_trainer *trainer,
                                             mpb_progress *progress);

/* What that is worth, on all ranks. */
MPB_MUST_CHECK mpb_status validation_measure(validation *v, const mpb_trainer *trainer,
                                             mpb_measures *measures);

/* Those that metrics.jsonl has, by their names there; returns how many. */
size_t validation_name_metrics(const mpb_trainer *trainer, const mpb_measures *measures,
                               mpb_event_metric named[1 + MPB_MOST_METRICS]);

/* Whether the model is the best so far by metric_for_best_model; the state counts what follows. */
bool validation_is_best(const mpb_trainer *trainer, const mpb_measures *measures,
                        mpb_training_state *state);
