#define _GNU_SOURCE /* locks that children inherit */

#include "mpibert/ckpt/run_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "mpibert/io/file.h"

enum { HOST_SIZE = 256, HOLDER_SIZE = 320, NEW_FILE_MODE = 0666 };
enum { LOOKS = 6000 }; /* at a holder that is saving, one in LOOK_EVERY: ten minutes */

static const struct timespec LOOK_EVERY = {.tv_nsec = 100000000};
static const char SAVING[] = ", saving its last checkpoint";

/* The lock file's text is for the message alone. */
static void write_holder(int descriptor, const char *doing)
{
    char host[HOST_SIZE] = "";
    char text[HOLDER_SIZE];
    int length;
    bool written;

    gethostname(host, sizeof(host) - 1);
    length = snprintf(text, sizeof(text), "host %s, process %ld%s\n", host, (long)getpid(), doing);
    written =
        ftruncate(descriptor, 0) == 0 && pwrite(descriptor, text, (size_t)length, 0) == length;
    (void)written; /* without it the lock holds as well */
}

static void read_holder(int descriptor, char text[HOLDER_SIZE])
{
    ssize_t size = pread(descriptor, text, HOLDER_SIZE - 1, 0);

    text[size > 0 ? size : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
}

/* The lock is of the kind that network file systems pass on to their other hosts, and belongs to
 * the open file rather than to the process. */
static bool try_to_take(int descriptor)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    return fcntl(descriptor, F_OFD_SETLK, &whole) == 0;
}

/* As long as another run holds the lock to save its last checkpoint. */
static bool wait_for_saver(const mpb_log *log, int descriptor, const char *run, char *holder)
{
    for (int i = 0; i < LOOKS; i++) {
        read_holder(descriptor, holder);
        if (strstr(holder, SAVING) == NULL) {
            return try_to_take(descriptor);
        }
        if (i == 0) {
            mpb_log_info(log, "waiting for the run before (%s) (%s)", holder, run);
        }
        nanosleep(&LOOK_EVERY, NULL);
        if (try_to_take(descriptor)) {
            return true;
        }
    }
    return false;
}

static mpb_status take(const mpb_log *log, int descriptor, const char *run)
{
    char holder[HOLDER_SIZE];

    if (!try_to_take(descriptor)) {
        if (errno != EACCES && errno != EAGAIN) {
            mpb_log_warning(
                log, "cannot lock the run directory, another run in it would go unseen: %s (%s)",
                strerror(errno), run);
            return MPB_OK;
        }
        MPB_REQUIRE(wait_for_saver(log, descriptor, run, holder), MPB_ERR_SYSTEM,
                    "another run (%s) uses this run directory (%s)",
                    holder[0] == '\0' ? "of an unknown host" : holder, run);
    }
    write_holder(descriptor, "");
    return MPB_OK;
}

/* What is written into a link that someone put here would replace another file's content. */
static mpb_status check_own(int descriptor, const char *path)
{
    struct stat info;

    MPB_REQUIRE(fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode) && info.st_nlink == 1,
                MPB_ERR_SYSTEM, "a file of one name was expected for the lock; remove it (%s)",
                path);
    return MPB_OK;
}

mpb_status mpb_run_lock_begin(const mpb_log *log, const char *run, mpb_run_lock *lock)
{
    const bool made = !mpb_file_exists(run);
    char path[MPB_PATH_SIZE];
    mpb_status status;
    int descriptor;

    MPB_TRY(mpb_directory_create(run));
    MPB_TRY(mpb_path_join(run, ".lock", path, sizeof(path)));
    descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, NEW_FILE_MODE);
    MPB_REQUIRE(descriptor >= 0, MPB_ERR_SYSTEM, "cannot create: %s (%s)", strerror(errno), path);
    status = check_own(descriptor, path);
    if (status == MPB_OK) {
        status = take(log, descriptor, run);
    }
    if (status != MPB_OK) {
        close(descriptor);
        return status;
    }
    *lock = (mpb_run_lock){.descriptor = descriptor, .made = made ? strdup(run) : NULL};
    return MPB_OK;
}

/* The folder cannot be removed while it holds anything else, which is as it should be. */
static void remove_made(const char *run)
{
    char path[MPB_PATH_SIZE];

    if (mpb_path_join(run, ".lock", path, sizeof(path)) == MPB_OK) {
        unlink(path);
        rmdir(run);
    }
}

void mpb_run_lock_end(mpb_run_lock *lock, bool keep)
{
    if (lock->made != NULL && !keep) {
        remove_made(lock->made);
    }
    free(lock->made);
    lock->made = NULL;
    if (lock->descriptor >= 0) {
        close(lock->descriptor);
        lock->descriptor = -1;
    }
}

void mpb_run_lock_pass_on(const mpb_run_lock *lock)
{
    if (lock->descriptor >= 0) {
        write_holder(lock->descriptor, SAVING);
    }
}

bool mpb_run_lock_is_held(const char *run)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char path[MPB_PATH_SIZE];
    int descriptor = -1;
    bool held;

    if (mpb_path_join(run, ".lock", path, sizeof(path)) == MPB_OK) {
        descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    }
    if (descriptor < 0) {
        return false;
    }
    held = fcntl(descriptor, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
    close(descriptor);
    return held;
}
