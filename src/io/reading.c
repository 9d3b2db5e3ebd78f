#include "reading.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { WRITER_PATIENCE = 10000 }; /* milliseconds until the first byte of a pipe */

static const char *kind_of(mode_t mode)
{
    if (S_ISDIR(mode)) {
        return "a folder";
    }
    if (S_ISFIFO(mode)) {
        return "a pipe";
    }
    return S_ISSOCK(mode) ? "a socket" : "a device";
}

static bool is_null_device(const struct stat *info)
{
    struct stat null;

    return S_ISCHR(info->st_mode) && stat("/dev/null", &null) == 0 && info->st_rdev == null.st_rdev;
}

mpb_status mpb_reading_check_file(const char *path, const struct stat *info)
{
    MPB_REQUIRE(S_ISREG(info->st_mode) || is_null_device(info), MPB_ERR_DATA,
                "%s was found, a file was expected (%s)", kind_of(info->st_mode), path);
    return MPB_OK;
}

/* A pipe under these names is one that this process holds already. */
static bool is_open_already(const char *path)
{
    static const char *const begins[] = {"/dev/stdin", "/dev/fd/", "/proc/"};

    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        if (strncmp(path, begins[i], strlen(begins[i])) == 0) {
            return true;
        }
    }
    return false;
}

static mpb_status check(int descriptor, const char *path)
{
    struct pollfd input = {.fd = descriptor, .events = POLLIN};
    struct stat info;

    MPB_REQUIRE(fstat(descriptor, &info) == 0, MPB_ERR_DATA, "cannot open: %s (%s)",
                strerror(errno), path);
    if (!S_ISFIFO(info.st_mode) || !is_open_already(path)) {
        return mpb_reading_check_file(path, &info);
    }
    MPB_REQUIRE(poll(&input, 1, WRITER_PATIENCE) != 0, MPB_ERR_DATA,
                "nothing came through the pipe for %d s (%s)", WRITER_PATIENCE / 1000, path);
    MPB_REQUIRE(fcntl(descriptor, F_SETFL, O_RDONLY) == 0, MPB_ERR_DATA, "cannot open: %s (%s)",
                strerror(errno), path);
    return MPB_OK;
}

mpb_status mpb_reading_open(const char *path, int *descriptor)
{
    /* O_NONBLOCK: not to wait for a pipe's writer. To a file it means nothing. */
    int opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    mpb_status status;

    MPB_REQUIRE(opened >= 0, MPB_ERR_DATA, "cannot open: %s (%s)", strerror(errno), path);
    status = check(opened, path);
    if (status != MPB_OK) {
        close(opened);
        return status;
    }
    *descriptor = opened;
    return MPB_OK;
}

mpb_status mpb_reading_stream(const char *path, FILE **stream)
{
    int descriptor;
    FILE *made;

    MPB_TRY(mpb_reading_open(path, &descriptor));
    made = fdopen(descriptor, "rb");
    if (made == NULL) {
        close(descriptor);
        return MPB_FAIL(MPB_ERR_SYSTEM, "no memory to read (%s)", path);
    }
    *stream = made;
    return MPB_OK;
}

mpb_status mpb_reading_range(int descriptor, const char *path, uint64_t begin, void *out,
                             size_t size)
{
    char *bytes = out;
    size_t done = 0;

    while (done < size) {
        ssize_t got = pread(descriptor, bytes + done, size - done, (off_t)(begin + done));

        if (got < 0 && errno == EINTR) {
            continue;
        }
        MPB_REQUIRE(got >= 0, MPB_ERR_DATA, "cannot read: %s (%s)", strerror(errno), path);
        MPB_REQUIRE(got > 0, MPB_ERR_DATA,
                    "the file ends at byte %llu, %llu were expected: it was cut while it was read "
                    "(%s)",
                    (unsigned long long)(begin + done), (unsigned long long)(begin + size), path);
        done += (size_t)got;
    }
    return MPB_OK;
}
