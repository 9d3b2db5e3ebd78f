#pragma once

/* What training_state.h5 holds of the moments. */

#include "mpibert/ckpt/moments.h"
#include "mpibert/io/h5.h"

/* All of them, (count) each. */
MPB_MUST_CHECK mpb_status moments_write_whole(mpb_h5 *file, size_t count, const float *m,
                                              const float *v);

/* Where they are: in the files of share->owners owners. */
MPB_MUST_CHECK mpb_status moments_write_places(mpb_h5 *file, const mpb_share *share);
