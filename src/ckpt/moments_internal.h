#pragma once

/* What training_state.h5 and the files of owners hold of the moments. */

#include "mpibert/ckpt/moments.h"
#include "mpibert/io/h5.h"

#define MOMENTS_FORMAT "mpibert-optimizer-part" /* of the file of an owner */
enum { MOMENTS_VERSION = 1 };

/* Datasets. */
#define MOMENTS_FIRST "/optimizer/exp_avg"
#define MOMENTS_SECOND "/optimizer/exp_avg_sq"
#define MOMENTS_PARTS "/optimizer/parts"

/* All of them, (count) each. */
MPB_MUST_CHECK mpb_status moments_write_whole(mpb_h5 *file, size_t count, const float *m,
                                              const float *v);

/* Where they are: in the files of share->owners owners. */
MPB_MUST_CHECK mpb_status moments_write_places(mpb_h5 *file, const mpb_share *share);
