#pragma once

/* `mpibert --version`. */

#include "mpibert/core/status.h"

/* Prints version, git revision, compiler and the versions of the libraries that are loaded. */
MPB_MUST_CHECK mpb_status mpb_about_print(void);
