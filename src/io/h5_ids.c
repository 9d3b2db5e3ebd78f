#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5_internal.h"

enum { DESCRIPTION_SIZE = 1024 };

static herr_t keep_description(unsigned n, const H5E_error2_t *error, void *text)
{
    (void)n;
    if (error->desc != NULL) {
        snprintf(text, DESCRIPTION_SIZE, "%s", error->desc);
    }
    return 1; /* the first one met, the innermost, is the one that knows */
}

/* Of "file write failed: time = ..., errno = 28, ..., buf = 0x..." what a person needs. */
static void shorten(char *text)
{
    static const char mark[] = "errno = ";
    const char *found = strstr(text, mark);
    size_t begin = strcspn(text, ":,");

    if (found != NULL) {
        int code = atoi(found + strlen(mark));

        snprintf(text + begin, DESCRIPTION_SIZE - begin, ": %s", strerror(code));
    }
    for (char *c = text; *c != '\0'; c++) {
        *c = *c == '\n' ? ' ' : *c;
    }
}

mpb_status mpb_h5_failed(mpb_status code, const char *path, const char *name)
{
    char text[DESCRIPTION_SIZE] = "no description";

    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_description, text);
    H5Eclear2(H5E_DEFAULT);
    shorten(text);
    if (name == NULL) {
        return MPB_FAIL(code, "HDF5: %.256s (%s)", text, path);
    }
    return MPB_FAIL(code, "HDF5: %.256s (%s, '%s')", text, path, name);
}

void mpb_h5_close_id(hid_t id)
{
    if (id >= 0) {
        H5Idec_ref(id);
    }
}

mpb_status mpb_h5_end_id(const mpb_h5 *file, const char *name, hid_t id, mpb_status status)
{
    bool closed = id < 0 || H5Idec_ref(id) >= 0;

    return closed || status != MPB_OK ? status : mpb_h5_failed(MPB_ERR_SYSTEM, file->path, name);
}
