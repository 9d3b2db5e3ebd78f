/* A library to preload: counts calls that change files below a folder, and lets one of them fail.
 *
 *     FAIL_CALLS_BELOW=/folder   without it nothing happens
 *     FAIL_CALLS_LOG=/file       gets a line a call: rank, number of the call on it, name, path
 *     FAIL_CALLS_AT=17           this call fails,
 *     FAIL_CALLS_RANK=1          on this rank [0],
 *     FAIL_CALLS_ERROR=5         with this errno; 0: a write takes half of its bytes
 *
 * A failing close closes, as Linux does; nothing else that fails has done anything. */

#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LOG_MODE = 0666 };

/* The next function of this name, behind this library's. */
#define NEXT(name) ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))

static const char *rank_name(void)
{
    const char *rank = getenv("OMPI_COMM_WORLD_RANK");

    rank = rank == NULL ? getenv("PMI_RANK") : rank;
    return rank == NULL ? "0" : rank;
}

static void log_call(long number, const char *name, const char *path)
{
    const char *log = getenv("FAIL_CALLS_LOG");
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof(line), "%s %ld %s %s\n", rank_name(), number, name, path);
    int file = log == NULL ? -1
                           : (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT,
                                          LOG_MODE);

    if (file >= 0) {
        (void)!syscall(SYS_write, file, line, (size_t)length);
        syscall(SYS_close, file);
    }
}

static bool is_below(const char *path)
{
    const char *folder = getenv("FAIL_CALLS_BELOW");
    size_t length = folder == NULL ? 0 : strlen(folder);

    return length > 0 && strncmp(path, folder, length) == 0;
}

/* Whether this call of `name` is the one that fails. */
static bool is_chosen(const char *name, const char *path)
{
    static long calls;
    const char *chosen = getenv("FAIL_CALLS_AT");
    const char *rank = getenv("FAIL_CALLS_RANK");
    long number;

    if (!is_below(path)) {
        return false;
    }
    number = __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED);
    log_call(number, name, path);
    return chosen != NULL && atol(chosen) == number &&
           strcmp(rank == NULL ? "0" : rank, rank_name()) == 0;
}

static int chosen_error(void)
{
    const char *error = getenv("FAIL_CALLS_ERROR");

    return error == NULL ? EIO : atoi(error);
}

/* Whether the call fails: then errno is set. Only a write can be cut short. */
static bool fails(const char *name, const char *path)
{
    if (!is_chosen(name, path) || chosen_error() == 0) {
        return false;
    }
    errno = chosen_error();
    return true;
}

static void path_of(int descriptor, char path[PATH_MAX])
{
    char link[64];
    ssize_t length;
    int before = errno;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", descriptor);
    length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = '\0';
    errno = before;
}

static bool fails_on(const char *name, int descriptor)
{
    char path[PATH_MAX];

    path_of(descriptor, path);
    return fails(name, path);
}

/* The bytes that a write is to take of `size`; -1: it fails. */
static ssize_t bytes_to_write(const char *name, int descriptor, size_t size)
{
    char path[PATH_MAX];

    path_of(descriptor, path);
    if (!is_chosen(name, path)) {
        return (ssize_t)size;
    }
    errno = chosen_error();
    return errno == 0 ? (ssize_t)((size + 1) / 2) : -1;
}

ssize_t write(int descriptor, const void *bytes, size_t size)
{
    ssize_t taken = bytes_to_write("write", descriptor, size);

    return taken < 0 ? -1 : NEXT(write)(descriptor, bytes, (size_t)taken);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t at)
{
    ssize_t taken = bytes_to_write("pwrite", descriptor, size);

    return taken < 0 ? -1 : NEXT(pwrite)(descriptor, bytes, (size_t)taken, at);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off_t at)
{
    return pwrite(descriptor, bytes, size, at);
}

int ftruncate(int descriptor, off_t length)
{
    return fails_on("ftruncate", descriptor) ? -1 : NEXT(ftruncate)(descriptor, length);
}

int ftruncate64(int descriptor, off_t length)
{
    return ftruncate(descriptor, length);
}

int fsync(int descriptor)
{
    return fails_on("fsync", descriptor) ? -1 : NEXT(fsync)(descriptor);
}

int fdatasync(int descriptor)
{
    return fails_on("fdatasync", descriptor) ? -1 : NEXT(fdatasync)(descriptor);
}

static bool is_writable(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);

    return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

int close(int descriptor)
{
    bool failing = is_writable(descriptor) && fails_on("close", descriptor);
    int closed = NEXT(close)(descriptor);

    if (failing) {
        errno = chosen_error();
    }
    return failing ? -1 : closed;
}

/* Opening for reading changes nothing. */
static int open_file(const char *path, int flags, mode_t mode)
{
    bool changes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT) != 0;

    return changes && fails("open", path) ? -1 : NEXT(open)(path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list args;

    va_start(args, flags);
    if ((flags & O_CREAT) != 0) {
        mode = va_arg(args, mode_t);
    }
    va_end(args);
    return open_file(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list args;

    va_start(args, flags);
    if ((flags & O_CREAT) != 0) {
        mode = va_arg(args, mode_t);
    }
    va_end(args);
    return open_file(path, flags, mode);
}

int rename(const char *from, const char *to)
{
    return fails("rename", to) ? -1 : NEXT(rename)(from, to);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    return fails("renameat2", to) ? -1 : NEXT(renameat2)(from_folder, from, to_folder, to, flags);
}

int mkdir(const char *path, mode_t mode)
{
    return fails("mkdir", path) ? -1 : NEXT(mkdir)(path, mode);
}

char *mkdtemp(char *pattern)
{
    return fails("mkdtemp", pattern) ? NULL : NEXT(mkdtemp)(pattern);
}

int unlink(const char *path)
{
    return fails("unlink", path) ? -1 : NEXT(unlink)(path);
}

int rmdir(const char *path)
{
    return fails("rmdir", path) ? -1 : NEXT(rmdir)(path);
}
