#pragma once

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"

/* Appends one line a library that this module uses, "HDF5 1.10.8", with the version that is
 * loaded. Local. */
MPB_MUST_CHECK mpb_status mpb_io_versions(mpb_buffer *out);
