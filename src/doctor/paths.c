#define _GNU_SOURCE /* locks that belong to the open file */

#include "paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "mpibert/io/file.h"

enum { LOOKS = 30 }; /* for rank 0's file, which a network file system may show late */

static const struct timespec BETWEEN_LOOKS = {.tv_nsec = 100000000};

/* The folder itself or, while it is missing, the one in which it would be made. */
static void find_existing(const char *path, char folder[MPB_PATH_SIZE])
{
    snprintf(folder, MPB_PATH_SIZE, "%s", path);
    while (!mpb_file_exists(folder)) {
        char *slash = strrchr(folder, '/');

        if (slash == NULL) {
            snprintf(folder, MPB_PATH_SIZE, ".");
        } else if (slash == folder) {
            folder[1] = '\0';
        } else {
            *slash = '\0';
        }
    }
}

static void note_failure(doctor_path *state)
{
    state->allowed = false;
    snprintf(state->reason, sizeof(state->reason), "%s", strerror(errno));
}

static void try_locks(int file, doctor_path *state, short kind)
{
    struct flock whole = {.l_type = kind, .l_whence = SEEK_SET};

    state->locks = fcntl(file, F_OFD_SETLK, &whole) == 0 || errno == EAGAIN || errno == EACCES;
    state->flocks =
        flock(file, (kind == F_WRLCK ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 || errno == EWOULDBLOCK;
}

/* The path itself or, of a folder, its first file; the folder where it has none. */
static void find_file(const char *path, char file[MPB_PATH_SIZE])
{
    mpb_strings names = {0};

    snprintf(file, MPB_PATH_SIZE, "%s", path);
    if (mpb_file_is_directory(path) && mpb_directory_list(path, &names) == MPB_OK) {
        for (size_t i = 0; i < names.count; i++) {
            char one[MPB_PATH_SIZE];

            if (mpb_path_join(path, names.items[i], one, sizeof(one)) == MPB_OK &&
                !mpb_file_is_directory(one)) {
                snprintf(file, MPB_PATH_SIZE, "%s", one);
                break;
            }
        }
    }
    mpb_strings_clear(&names);
}

static void look_at_read(const char *path, doctor_path *state)
{
    char file[MPB_PATH_SIZE];
    int descriptor;

    state->exists = mpb_file_exists(path);
    state->shared = true;
    if (!state->exists) {
        return;
    }
    find_file(path, file);
    descriptor = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) {
        note_failure(state);
        return;
    }
    state->allowed = true;
    try_locks(descriptor, state, F_RDLCK);
    close(descriptor);
}

/* A file that nobody else has, and that is gone when this returns. */
static void try_to_write(const char *folder, doctor_path *state)
{
    static const char text[] = "mpibert doctor";
    char path[MPB_PATH_SIZE + 32];
    struct statvfs system;
    int descriptor;

    snprintf(path, sizeof(path), "%s/.mpibert-doctor-XXXXXX", folder);
    descriptor = mkostemp(path, O_CLOEXEC);
    if (descriptor < 0) {
        note_failure(state);
        return;
    }
    state->allowed = true;
    if (write(descriptor, text, sizeof(text)) < 0 || fsync(descriptor) != 0) {
        note_failure(state);
    }
    try_locks(descriptor, state, F_WRLCK);
    if (fstatvfs(descriptor, &system) == 0) {
        state->free_bytes = (double)system.f_bavail * (double)system.f_frsize;
    }
    close(descriptor);
    unlink(path);
}

static void look_at_written(const char *path, doctor_path *state)
{
    char folder[MPB_PATH_SIZE];

    state->exists = mpb_file_exists(path);
    find_existing(path, folder);
    if (!mpb_file_is_directory(folder)) {
        errno = ENOTDIR;
        note_failure(state);
        return;
    }
    try_to_write(folder, state);
}

/* Rank 0's file in the folder, for all hosts to look for; "": it could make none. */
static void put_token(const char *path, char token[MPB_PATH_SIZE])
{
    char folder[MPB_PATH_SIZE];
    int descriptor;

    find_existing(path, folder);
    if (strlen(folder) + 40 > MPB_PATH_SIZE) {
        token[0] = '\0';
        return;
    }
    snprintf(token, MPB_PATH_SIZE, "%.4000s/.mpibert-doctor-XXXXXX", folder);
    descriptor = mkostemp(token, O_CLOEXEC);
    if (descriptor < 0) {
        token[0] = '\0';
        return;
    }
    close(descriptor);
}

static bool sees(const char *token)
{
    for (int i = 0; i < LOOKS; i++) {
        if (mpb_file_exists(token)) {
            return true;
        }
        nanosleep(&BETWEEN_LOOKS, NULL);
    }
    return false;
}

static mpb_status compare_folders(const mpb_comm *comm, const doctor_place *place,
                                  doctor_path *state)
{
    char token[MPB_PATH_SIZE] = "";

    if (mpb_comm_rank(comm) == 0 && state->allowed) {
        put_token(place->path, token);
    }
    MPB_TRY(mpb_comm_broadcast(comm, token, sizeof(token)));
    state->shared = token[0] == '\0' || !state->looked || !state->allowed || sees(token);
    MPB_TRY(mpb_comm_barrier(comm));
    if (mpb_comm_rank(comm) == 0 && token[0] != '\0') {
        unlink(token);
    }
    return MPB_OK;
}

mpb_status doctor_look_at_paths(const mpb_comm *comm, bool leads, const doctor_place *places,
                                int count, doctor_path *states)
{
    for (int i = 0; i < count; i++) {
        states[i] = (doctor_path){.looked = leads};
        if (leads && places[i].written) {
            look_at_written(places[i].path, &states[i]);
        } else if (leads) {
            look_at_read(places[i].path, &states[i]);
        }
        if (places[i].written) {
            MPB_TRY(compare_folders(comm, &places[i], &states[i]));
        }
    }
    return MPB_OK;
}
