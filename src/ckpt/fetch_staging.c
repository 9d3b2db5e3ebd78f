/* The folder that a model is put together in. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "fetch_internal.h"

static mpb_status empty_folder(const char *folder)
{
    mpb_strings names = {0};
    mpb_status status;

    MPB_TRY(mpb_directory_list(folder, &names));
    status = MPB_OK;
    for (size_t i = 0; status == MPB_OK && i < names.count; i++) {
        char path[MPB_PATH_SIZE];

        status = mpb_path_join(folder, names.items[i], path, sizeof(path));
        if (status == MPB_OK) {
            status = mpb_path_remove(path);
        }
    }
    mpb_strings_clear(&names);
    return status;
}

static mpb_status lock_folder(fetch_staging *aside)
{
    aside->descriptor = open(aside->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    MPB_REQUIRE(aside->descriptor >= 0, MPB_ERR_SYSTEM, "cannot open the folder: %s (%s)",
                strerror(errno), aside->path);
    if (flock(aside->descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        close(aside->descriptor);
        aside->descriptor = -1;
        return MPB_FAIL(MPB_ERR_SYSTEM, "another fetch is at work on this folder (%s)",
                        aside->path);
    }
    return MPB_OK; /* some network file systems have no locks: then there is none */
}

mpb_status fetch_staging_begin(const char *output, fetch_staging *aside)
{
    int length = snprintf(aside->path, sizeof(aside->path), "%s.partial", output);

    aside->descriptor = -1;
    MPB_REQUIRE(length >= 0 && length < MPB_PATH_SIZE, MPB_ERR_SYSTEM, "path is too long (%s)",
                output);
    MPB_TRY(mpb_directory_claim(aside->path));
    MPB_TRY(lock_folder(aside));
    return empty_folder(aside->path);
}

mpb_status fetch_staging_end(fetch_staging *aside, const mpb_log *log, mpb_status status)
{
    char description[1024];

    if (aside->descriptor < 0) {
        return status;
    }
    snprintf(description, sizeof(description), "%s", mpb_status_last());
    if (mpb_path_remove(aside->path) != MPB_OK) {
        mpb_log_warning(log, "what is needed no more stays: %s", mpb_status_last());
    }
    close(aside->descriptor);
    return status == MPB_OK ? MPB_OK : MPB_FAIL(status, "%s", description);
}
