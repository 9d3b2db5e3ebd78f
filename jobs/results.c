#include "results.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "mpibert/io/file.h"

mpb_status mpb_results_write(const char *path, const mpb_buffer *text)
{
    if (path != NULL) {
        return mpb_file_replace(path, text->data, text->size);
    }
    MPB_REQUIRE(text->size == 0 || (fwrite(text->data, 1, text->size, stdout) == text->size &&
                                    fflush(stdout) == 0),
                MPB_ERR_SYSTEM, "results could not be written: %s (standard output)",
                strerror(errno));
    return MPB_OK;
}
