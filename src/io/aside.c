#include "aside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "reading.h"

enum {
    NEW_FILE_MODE = 0666, /* the umask takes away from it */
    MAX_NAMES = 1000,     /* tried beside a path */
    READ_STEP = 1 << 20,
    READER_POLLS = 100, /* looks for the reader of a pipe: for ten seconds in all */
    READER_POLL_NANOSECONDS = 100000000
};

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

/* Opens a pipe when it has a reader. The descriptor is -1 where none comes in time, and on failure.
 * */
static int open_pipe(const char *path)
{
    const struct timespec pause = {.tv_nsec = READER_POLL_NANOSECONDS};
    int opened = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);

    for (int i = 0; i < READER_POLLS && opened < 0 && errno == ENXIO; i++) {
        nanosleep(&pause, NULL);
        opened = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    }
    if (opened >= 0 && fcntl(opened, F_SETFL, O_WRONLY) != 0) {
        close(opened);
        return -1;
    }
    return opened;
}

static bool is_pipe(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISFIFO(info.st_mode);
}

static mpb_status open_directly(const char *path, mpb_aside *aside)
{
    *aside = (mpb_aside){.descriptor = -1};
    snprintf(aside->path, sizeof(aside->path), "%s", path);
    aside->descriptor =
        is_pipe(path) ? open_pipe(path) : open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    MPB_REQUIRE(aside->descriptor >= 0 || errno != ENXIO, MPB_ERR_SYSTEM,
                "nobody reads this pipe or socket, a reader was expected (%s)", path);
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

static bool is_taken(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0 || errno != ENOENT;
}

/* A killed process of the same number may have left a file, or someone may have put a link there.
 * */
static mpb_status name_temporary(mpb_aside *aside)
{
    const long process = (long)getpid();

    for (int i = 0; i < MAX_NAMES; i++) {
        int length = snprintf(aside->temporary, sizeof(aside->temporary),
                              "%s" MPB_ASIDE_MARK "%ld-%d", aside->path, process, i);

        MPB_REQUIRE(length >= 0 && (size_t)length < sizeof(aside->temporary), MPB_ERR_SYSTEM,
                    "path of %zu bytes is too long (%s)", strlen(aside->path), aside->path);
        if (!is_taken(aside->temporary)) {
            return MPB_OK;
        }
    }
    return MPB_FAIL(MPB_ERR_SYSTEM, "%d temporary files stand beside it, none is expected (%s)",
                    MAX_NAMES, aside->path);
}

mpb_status mpb_aside_name(const char *path, mpb_aside *aside)
{
    *aside = (mpb_aside){.descriptor = -1};
    MPB_TRY(find_place(path, aside->path));
    return name_temporary(aside);
}

mpb_status mpb_aside_begin(const char *path, mpb_aside *aside)
{
    if (takes_bytes_alone(path)) {
        return open_directly(path, aside);
    }
    MPB_TRY(mpb_aside_name(path, aside));
    aside->descriptor =
        open(aside->temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, NEW_FILE_MODE);
    MPB_REQUIRE(aside->descriptor >= 0, MPB_ERR_SYSTEM, "cannot create: %s (%s)", strerror(errno),
                aside->path);
    return MPB_OK;
}

static bool is_direct(const mpb_aside *aside)
{
    return aside->temporary[0] == '\0';
}

mpb_status mpb_aside_write(mpb_aside *aside, const void *bytes, size_t size)
{
    mpb_checksum_update(&aside->sum, bytes, size);
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
    }
    remove_temporary(aside);
}

static mpb_status sum_of_file(const mpb_aside *aside, mpb_checksum *sum)
{
    char *step = malloc(READ_STEP);
    mpb_status status = MPB_OK;

    MPB_REQUIRE(step != NULL, MPB_ERR_SYSTEM, "no memory to read (%s)", aside->path);
    while (status == MPB_OK && sum->bytes < aside->sum.bytes) {
        uint64_t left = aside->sum.bytes - sum->bytes;
        size_t size = left < READ_STEP ? (size_t)left : READ_STEP;

        status = mpb_reading_range(aside->descriptor, aside->path, sum->bytes, step, size);
        if (status == MPB_OK) {
            mpb_checksum_update(sum, step, size);
        }
    }
    free(step);
    return status;
}

/* A system that said yes to a write may have lost it all the same. */
static mpb_status verify(const mpb_aside *aside)
{
    mpb_checksum found = {0};

    if (is_direct(aside)) {
        return MPB_OK;
    }
    MPB_REQUIRE(sum_of_file(aside, &found) == MPB_OK, MPB_ERR_SYSTEM,
                "what was written does not come back: %s", mpb_status_last());
    MPB_REQUIRE(mpb_checksum_value(&found) == mpb_checksum_value(&aside->sum), MPB_ERR_SYSTEM,
                "other bytes come back than were written (%s)", aside->path);
    return MPB_OK;
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
    if (status == MPB_OK) {
        status = verify(aside);
    }
    if (status != MPB_OK) {
        mpb_aside_abandon(aside);
        return status;
    }
    return mpb_aside_commit(aside);
}
