#pragma once

/* Canonical ordering of combining characters. */

#include "text_encoder.h"

/* At a mark of which something stays: appends the run that it is in. */
MPB_MUST_CHECK mpb_status mpb_add_kept_mark(mpb_text_encoder *e);

/* At a character `c` of `length` bytes that becomes several, its last ones perhaps combining. */
MPB_MUST_CHECK mpb_status mpb_add_several(mpb_text_encoder *e, uint32_t c, size_t length);
