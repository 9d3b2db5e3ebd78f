#pragma once

/* Inputs as files, in a folder of this process; run.sh removes it with all of $TMPDIR. */

#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "mpibert/io/file.h"

static inline const char *fuzz_folder(void)
{
    static char path[MPB_PATH_SIZE];
    const char *root = getenv("TMPDIR");

    if (path[0] == '\0') {
        CHECK_OK(
            mpb_path_join(root == NULL ? "/tmp" : root, "mpibert-fuzz-XXXXXX", path, sizeof(path)));
        CHECK(mkdtemp(path) != NULL);
    }
    return path;
}

/* Writes the file `name` of the folder; its path stays until the next call. */
static inline const char *fuzz_file(const char *name, const void *data, size_t size)
{
    static char path[MPB_PATH_SIZE];
    FILE *file;

    CHECK_OK(mpb_path_join(fuzz_folder(), name, path, sizeof(path)));
    file = fopen(path, "wb");
    CHECK(file != NULL);
    CHECK(fwrite(data, 1, size, file) == size);
    CHECK(fclose(file) == 0);
    return path;
}
