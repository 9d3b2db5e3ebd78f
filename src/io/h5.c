#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5_internal.h"
#include "h5_meant.h"
#include "h5_trailer.h"

/* At the end of the process HDF5 would close once more what it could not close on a full disk, and
 * crash. Nothing is left to that: every file is closed by mpb_h5_close. */
static void start_library(void)
{
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

static mpb_status new_object(const char *path, bool writable, mpb_h5 **file)
{
    mpb_h5 *made = calloc(1, sizeof(*made));

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for an HDF5 file (%s)", path);
    made->file = H5I_INVALID_HID;
    made->writable = writable;
    made->aside.descriptor = -1;
    made->path = strdup(path);
    if (made->path == NULL) {
        free(made);
        return MPB_FAIL(MPB_ERR_SYSTEM, "no memory for an HDF5 file (%s)", path);
    }
    start_library();
    *file = made;
    return MPB_OK;
}

static void destroy(mpb_h5 *file)
{
    mpb_h5_close_id(file->file);
    mpb_h5_meant_clear(file);
    free(file->path);
    free(file);
}

/* A descriptor of our own for what HDF5 opened: by its name it could be another file by now. */
static mpb_status take_descriptor(mpb_h5 *file, hid_t access)
{
    int *held = NULL;
    mpb_status status = MPB_OK;

    MPB_TRY_H5(H5Fget_vfd_handle(file->file, access, (void **)&held), MPB_ERR_SYSTEM, file, NULL);
    file->aside.descriptor = fcntl(*held, F_DUPFD_CLOEXEC, 0);
    if (file->aside.descriptor < 0) {
        status = MPB_FAIL(MPB_ERR_SYSTEM, "cannot create: %s (%s)", strerror(errno), file->path);
    }
done:
    return status;
}

/* The format of HDF5 1.10, whatever the library: it puts a checksum on its own structures as well,
 * and marks a file that was never closed. */
static mpb_status create_file(mpb_h5 *file)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t creation = H5Pcreate(H5P_FILE_CREATE);
    mpb_status status = MPB_OK;

    MPB_TRY_H5(access, MPB_ERR_SYSTEM, file, NULL);
    MPB_TRY_H5(creation, MPB_ERR_SYSTEM, file, NULL);
    MPB_TRY_H5(H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110), MPB_ERR_SYSTEM, file,
               NULL);
    MPB_TRY_H5(H5Pset_obj_track_times(creation, false), MPB_ERR_SYSTEM, file, NULL);
    file->file = H5Fcreate(file->aside.temporary, H5F_ACC_EXCL, creation, access);
    MPB_TRY_H5(file->file, MPB_ERR_SYSTEM, file, NULL);
    status = take_descriptor(file, access);
done:
    mpb_h5_close_id(creation);
    mpb_h5_close_id(access);
    return status;
}

/* Without locks: parallel file systems often refuse them, and a finished file does not change. */
static mpb_status open_file(mpb_h5 *file, const char *place)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    mpb_status status = MPB_OK;

    MPB_TRY_H5(access, MPB_ERR_SYSTEM, file, NULL);
    MPB_TRY_H5(H5Pset_file_locking(access, false, true), MPB_ERR_SYSTEM, file, NULL);
    file->file = H5Fopen(place, H5F_ACC_RDONLY, access);
    MPB_TRY_H5(file->file, MPB_ERR_DATA, file, NULL);
done:
    mpb_h5_close_id(access);
    return status;
}

mpb_status mpb_h5_create(const char *path, mpb_h5 **file)
{
    mpb_h5 *made = NULL;
    mpb_status status;

    MPB_TRY(new_object(path, true, &made));
    status = mpb_aside_name(path, &made->aside);
    if (status == MPB_OK) {
        status = create_file(made);
    }
    if (status != MPB_OK) {
        mpb_aside_abandon(&made->aside);
        destroy(made);
        return status;
    }
    *file = made;
    return MPB_OK;
}

/* The file `path`, whose bytes are at `place`. */
static mpb_status open_at(const char *place, const char *path, mpb_h5 **file)
{
    mpb_h5 *made = NULL;
    mpb_status status;

    MPB_TRY(new_object(path, false, &made));
    status = open_file(made, place);
    if (status != MPB_OK) {
        destroy(made);
        return status;
    }
    *file = made;
    return MPB_OK;
}

mpb_status mpb_h5_open(const char *path, mpb_h5 **file)
{
    MPB_TRY(mpb_h5_trailer_check(path));
    return open_at(path, path, file);
}

/* Closes HDF5's side; the first failure is the one that is described. */
static mpb_status close_file(mpb_h5 *file, mpb_status status)
{
    mpb_status code = file->writable ? MPB_ERR_SYSTEM : MPB_ERR_DATA;

    if (file->writable && H5Fflush(file->file, H5F_SCOPE_LOCAL) < 0 && status == MPB_OK) {
        status = mpb_h5_failed(code, file->path, NULL);
    }
    if (H5Fclose(file->file) < 0 && status == MPB_OK) {
        status = mpb_h5_failed(code, file->path, NULL);
    }
    file->file = H5I_INVALID_HID;
    return status;
}

static mpb_status verify(const mpb_h5 *file)
{
    mpb_h5 *closed = NULL;
    mpb_status status;

    MPB_REQUIRE(open_at(file->aside.temporary, file->path, &closed) == MPB_OK, MPB_ERR_SYSTEM,
                "what was written does not come back: %s", mpb_status_last());
    closed->reads_back = true;
    status = mpb_h5_meant_verify(file, closed);
    destroy(closed);
    return status;
}

/* Gives a closed file its name if it is whole. */
static mpb_status publish(mpb_h5 *file, mpb_status status)
{
    if (status == MPB_OK) {
        status = verify(file);
    }
    if (status == MPB_OK) {
        status = mpb_h5_trailer_write(file->aside.descriptor, file->path);
    }
    if (status != MPB_OK) {
        mpb_aside_abandon(&file->aside);
        return status;
    }
    return mpb_aside_commit(&file->aside);
}

mpb_status mpb_h5_end(mpb_h5 **file, mpb_status status)
{
    mpb_h5 *closing = *file;

    if (closing == NULL) {
        return status;
    }
    *file = NULL;
    status = close_file(closing, status);
    if (closing->writable) {
        status = publish(closing, status);
    }
    destroy(closing);
    return status;
}

mpb_status mpb_h5_close(mpb_h5 **file)
{
    return mpb_h5_end(file, MPB_OK);
}
