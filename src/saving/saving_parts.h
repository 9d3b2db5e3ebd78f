#pragma once

/* Saving by all ranks at once (mpb_saver_needs_all_ranks): what it is made of, and what it has in
 * common with saving by rank 0 alone. */

#include "mpibert/ckpt/manifest.h"
#include "mpibert/ckpt/model_dir.h"
#include "mpibert/saving/saving.h"

/* As mpb_saver_model and mpb_saver_checkpoint. Collective. */
MPB_MUST_CHECK mpb_status saving_parts_model(const mpb_saver *saver, const char *name);
MPB_MUST_CHECK mpb_status saving_parts_checkpoint(const mpb_saver *saver,
                                                  const mpb_training_state *state);

/* What a model directory is made of, as the model is now; of a checkpoint with what is never trained in a
 * file that others share, and low-rank adaptations apart. Local, as the next ones. */
mpb_model_dir_content saving_content(const mpb_saver *saver, bool checkpoint);

/* Of a model that is adapted, nothing being done for others: NAME-adapter, beside the model NAME that its
 * adaptations are merged into. */
MPB_MUST_CHECK mpb_status saving_publish_adapter(const mpb_saver *saver, const char *name);
/* From there back into the model. */
MPB_MUST_CHECK mpb_status saving_load_adapter(const mpb_saver *saver, const char *name);

/* Writes what this rank alone has of the state after `step` into `folder`. */
MPB_MUST_CHECK mpb_status saving_write_own(const mpb_saver *saver, const char *folder,
                                           int64_t step);

/* By rank 0: `state`, with the moments or, where owners have written theirs, with their places. */
MPB_MUST_CHECK mpb_status saving_write_state(const mpb_saver *saver, const char *folder,
                                             const mpb_training_state *state);

/* Puts the folder that was filled aside in its place, or in that of the checkpoint of `step`, whose
 * predecessors are removed as far as they are surplus. `known` (count) is for the manifest. */
MPB_MUST_CHECK mpb_status saving_publish(const mpb_saver *saver, const char *aside,
                                         const char *path, const mpb_manifest_entry *known,
                                         size_t count);
MPB_MUST_CHECK mpb_status saving_publish_checkpoint(const mpb_saver *saver, const char *aside,
                                                    int64_t step, const mpb_manifest_entry *known,
                                                    size_t count);
