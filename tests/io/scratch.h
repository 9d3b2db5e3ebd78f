#pragma once

/* A folder of one test run's own; the test removes it with mpb_path_remove. */

#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "mpibert/io/file.h"

static inline void scratch_make(char folder[MPB_PATH_SIZE])
{
    const char *root = getenv("TMPDIR");

    snprintf(folder, MPB_PATH_SIZE, "%s/mpibert-io-XXXXXX", root == NULL ? "/tmp" : root);
    CHECK(mkdtemp(folder) != NULL);
}
