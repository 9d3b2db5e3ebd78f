#pragma once

/* A folder of texts: one sub-folder a class with one text a file, or files alone. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

typedef struct mpb_folder {
    mpb_strings files;   /* (files.count): paths inside the folder, "class/name" or "name" */
    uint64_t *bytes;     /* owned, (files.count): their sizes */
    mpb_strings classes; /* the sub-folders, empty ones too; none where files stand alone */
} mpb_folder;

/* Lists a folder in byte order of the names. `need_classes` refuses files that stand alone.
 * `folder` starts as {0} and has to be cleared on failure, too. */
MPB_MUST_CHECK mpb_status mpb_folder_list(const char *path, bool need_classes, mpb_folder *folder);
void mpb_folder_clear(mpb_folder *folder);
