#pragma once

/* The optimizer's moments in a checkpoint. With one owner both lie in training_state.h5. Where
 * ranks share them out (model/shares), each writes what it owns, packed, to a file of its own,
 *
 *     optimizer-00001-of-00004.h5    /optimizer/exp_avg, /optimizer/exp_avg_sq
 *
 * and training_state.h5 lists these files (/optimizer/parts) and has the datasets of these names as
 * virtual ones over the flat space, for programs that want them whole. Local. */

#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/model/shares.h"

enum { MPB_MOMENTS_FILE = 48 }; /* bytes of a part's name */

/* The name of the file of `owner`, from 0, of `owners`. */
void mpb_moments_file(int owner, int owners, char name[MPB_MOMENTS_FILE]);

/* Writes that of share->owner into the folder `checkpoint`; m and v (mpb_share_size) are those
 * after `step`. */
MPB_MUST_CHECK mpb_status mpb_moments_write_part(const char *checkpoint, const mpb_share *share,
                                                 int64_t step, const float *m, const float *v);

/* Fills m and v (mpb_share_size) with what `share` owns, from the state at `path` and the files
 * beside it, however many owners they are of. They must be of the space's size and of the state's
 * step, hold finite numbers only, and in v none below 0 (MPB_ERR_DATA otherwise). */
MPB_MUST_CHECK mpb_status mpb_moments_read(const char *path, const mpb_share *share, float *m,
                                           float *v);
