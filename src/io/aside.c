#include "aside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NEW_FILE_MODE = 0666 }; /* the umask takes away from it */

mpb_status mpb_descriptor_write(int descriptor, const char *path, const void *bytes, size_t size)
{
    const char *next = bytes;

    while (size > 0) {
        ssize_t written = write(descriptor, next, size);

        if (written < 0 && errno == EINTR) {
            continue;
        }
        MPB_REQUIRE(written >= 0, MPB_ERR_SYSTEM, "cannot write: %s (%s)", strerror(errno), path);
        next += written;
        size -= (size_t)written;
    }
    return MPB_OK;
}

mpb_status mpb_path_sync(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    int failure;

    MPB_REQUIRE(descriptor >= 0, MPB_ERR_SYSTEM, "cannot open for syncing: %s (%s)",
                strerror(errno), path);
    failure = fsync(descriptor) == 0 ? 0 : errno;
    close(descriptor);
    /* Some network file systems refuse fsync on a folder: there is nothing to sync there. */
    MPB_REQUIRE(failure == 0 || failure == EINVAL || failure == ENOTSUP, MPB_ERR_SYSTEM,
                "cannot sync: %s (%s)", strerror(failure), path);
    return MPB_OK;
}

mpb_status mpb_parent_sync(const char *path)
{
    char folder[MPB_PATH_SIZE];
    size_t length = strlen(path);
    const char *slash;

    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    MPB_REQUIRE(length < sizeof(folder), MPB_ERR_SYSTEM, "path of %zu bytes is too long (%s)",
                length, path);
    memcpy(folder, path, length);
    folder[length] = '\0';
    slash = strrchr(folder, '/');
    if (slash == NULL) {
        return mpb_path_sync(".");
    }
    folder[slash == folder ? 1 : (size_t)(slash - folder)] = '\0';
    return mpb_path_sync(folder);
}

mpb_status mpb_aside_begin(const char *path, mpb_aside *aside)
{
    int length;

    aside->descriptor = -1;
    length =
        snprintf(aside->temporary, sizeof(aside->temporary), "%s.tmp-%ld", path, (long)getpid());
    MPB_REQUIRE(length >= 0 && (size_t)length < sizeof(aside->temporary), MPB_ERR_SYSTEM,
                "path of %zu bytes is too long (%s)", strlen(path), path);
    memcpy(aside->path, path, strlen(path) + 1);
    aside->descriptor =
        open(aside->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, NEW_FILE_MODE);
    MPB_REQUIRE(aside->descriptor >= 0, MPB_ERR_SYSTEM, "cannot create: %s (%s)", strerror(errno),
                path);
    return MPB_OK;
}

mpb_status mpb_aside_write(mpb_aside *aside, const void *bytes, size_t size)
{
    return mpb_descriptor_write(aside->descriptor, aside->path, bytes, size);
}

void mpb_aside_abandon(mpb_aside *aside)
{
    if (aside->descriptor >= 0) {
        close(aside->descriptor);
        aside->descriptor = -1;
        unlink(aside->temporary);
    }
}

mpb_status mpb_aside_commit(mpb_aside *aside)
{
    int failure = fsync(aside->descriptor) == 0 ? 0 : errno;

    if (close(aside->descriptor) != 0 && failure == 0) {
        failure = errno;
    }
    aside->descriptor = -1;
    if (failure == 0 && rename(aside->temporary, aside->path) != 0) {
        failure = errno;
    }
    if (failure != 0) {
        unlink(aside->temporary);
        return MPB_FAIL(MPB_ERR_SYSTEM, "cannot write: %s (%s)", strerror(failure), aside->path);
    }
    return mpb_parent_sync(aside->path);
}

mpb_status mpb_aside_end(mpb_aside *aside, mpb_status status)
{
    if (status != MPB_OK) {
        mpb_aside_abandon(aside);
        return status;
    }
    return mpb_aside_commit(aside);
}

mpb_status mpb_file_publish(const char *from, const char *to)
{
    MPB_TRY(mpb_path_sync(from));
    MPB_REQUIRE(rename(from, to) == 0, MPB_ERR_SYSTEM, "cannot rename %s: %s (%s)", from,
                strerror(errno), to);
    return mpb_parent_sync(to);
}
