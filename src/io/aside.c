#include "aside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* A device, pipe or socket takes bytes as they come: in its place a file would be another thing. */
static bool takes_bytes_alone(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

static mpb_status open_directly(const char *path, mpb_aside *aside)
{
    aside->temporary[0] = '\0';
    aside->descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    MPB_REQUIRE(aside->descriptor >= 0, MPB_ERR_SYSTEM, "cannot open for writing: %s (%s)",
                strerror(errno), path);
    return MPB_OK;
}

/* Where `path` is a symbolic link, the final place is what it leads to. */
static mpb_status find_place(const char *path, char place[MPB_PATH_SIZE])
{
    struct stat info;
    bool linked = lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
    char *target = linked ? realpath(path, NULL) : NULL;
    const char *found = linked ? target : path;
    size_t length;

    MPB_REQUIRE(found != NULL, MPB_ERR_SYSTEM, "cannot follow the symbolic link: %s (%s)",
                strerror(errno), path);
    length = strlen(found);
    if (length < MPB_PATH_SIZE) {
        memcpy(place, found, length + 1);
    }
    free(target);
    MPB_REQUIRE(length < MPB_PATH_SIZE, MPB_ERR_SYSTEM, "path of %zu bytes is too long (%s)",
                length, path);
    return MPB_OK;
}

static mpb_status open_beside(mpb_aside *aside)
{
    int length = snprintf(aside->temporary, sizeof(aside->temporary), "%s" MPB_ASIDE_MARK "%ld",
                          aside->path, (long)getpid());

    MPB_REQUIRE(length >= 0 && (size_t)length < sizeof(aside->temporary), MPB_ERR_SYSTEM,
                "path of %zu bytes is too long (%s)", strlen(aside->path), aside->path);
    aside->descriptor =
        open(aside->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, NEW_FILE_MODE);
    MPB_REQUIRE(aside->descriptor >= 0, MPB_ERR_SYSTEM, "cannot create: %s (%s)", strerror(errno),
                aside->path);
    return MPB_OK;
}

mpb_status mpb_aside_begin(const char *path, mpb_aside *aside)
{
    aside->descriptor = -1;
    if (takes_bytes_alone(path)) {
        snprintf(aside->path, sizeof(aside->path), "%s", path);
        return open_directly(path, aside);
    }
    MPB_TRY(find_place(path, aside->path));
    return open_beside(aside);
}

static bool is_direct(const mpb_aside *aside)
{
    return aside->temporary[0] == '\0';
}

mpb_status mpb_aside_write(mpb_aside *aside, const void *bytes, size_t size)
{
    return mpb_descriptor_write(aside->descriptor, aside->path, bytes, size);
}

static void remove_temporary(const mpb_aside *aside)
{
    if (!is_direct(aside)) {
        unlink(aside->temporary);
    }
}

void mpb_aside_abandon(mpb_aside *aside)
{
    if (aside->descriptor >= 0) {
        close(aside->descriptor);
        aside->descriptor = -1;
        remove_temporary(aside);
    }
}

mpb_status mpb_aside_commit(mpb_aside *aside)
{
    bool direct = is_direct(aside);
    int failure = direct || fsync(aside->descriptor) == 0 ? 0 : errno;

    if (close(aside->descriptor) != 0 && failure == 0) {
        failure = errno;
    }
    aside->descriptor = -1;
    if (failure == 0 && !direct && rename(aside->temporary, aside->path) != 0) {
        failure = errno;
    }
    if (failure != 0) {
        remove_temporary(aside);
        return MPB_FAIL(MPB_ERR_SYSTEM, "cannot write: %s (%s)", strerror(failure), aside->path);
    }
    return direct ? MPB_OK : mpb_parent_sync(aside->path);
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
