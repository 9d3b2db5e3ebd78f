#pragma once

/* A folder of one test run's own, and files in it; the test removes it with mpb_path_remove. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "mpibert/io/file.h"

static inline void scratch_make(char folder[MPB_PATH_SIZE])
{
    const char *root = getenv("TMPDIR");

    snprintf(folder, MPB_PATH_SIZE, "%s/mpibert-test-XXXXXX", root == NULL ? "/tmp" : root);
    CHECK(mkdtemp(folder) != NULL);
}

static inline void scratch_path(const char *folder, const char *name, char path[MPB_PATH_SIZE])
{
    CHECK_OK(mpb_path_join(folder, name, path, MPB_PATH_SIZE));
}

/* Writes folder/name with the folders above it; `path` gets its path. */
static inline void scratch_write(const char *folder, const char *name, const void *bytes,
                                 size_t size, char path[MPB_PATH_SIZE])
{
    char parent[MPB_PATH_SIZE];
    FILE *file;

    scratch_path(folder, name, path);
    snprintf(parent, sizeof(parent), "%s", path);
    *strrchr(parent, '/') = '\0';
    CHECK_OK(mpb_directory_create(parent));
    file = fopen(path, "wb");
    CHECK(file != NULL);
    CHECK(fwrite(bytes, 1, size, file) == size);
    CHECK(fclose(file) == 0);
}

static inline void scratch_text(const char *folder, const char *name, const char *text,
                                char path[MPB_PATH_SIZE])
{
    scratch_write(folder, name, text, strlen(text), path);
}
