#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h5_internal.h"
#include "h5_trailer.h"

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

hid_t mpb_h5_memory_type(mpb_h5_type type)
{
    switch (type) {
    case MPB_H5_U16:
        return H5T_NATIVE_UINT16;
    case MPB_H5_U32:
        return H5T_NATIVE_UINT32;
    case MPB_H5_U64:
        return H5T_NATIVE_UINT64;
    case MPB_H5_I32:
        return H5T_NATIVE_INT32;
    case MPB_H5_I64:
        return H5T_NATIVE_INT64;
    case MPB_H5_F32:
        return H5T_NATIVE_FLOAT;
    }
    return H5I_INVALID_HID;
}

hid_t mpb_h5_file_type(mpb_h5_type type)
{
    switch (type) {
    case MPB_H5_U16:
        return H5T_STD_U16LE;
    case MPB_H5_U32:
        return H5T_STD_U32LE;
    case MPB_H5_U64:
        return H5T_STD_U64LE;
    case MPB_H5_I32:
        return H5T_STD_I32LE;
    case MPB_H5_I64:
        return H5T_STD_I64LE;
    case MPB_H5_F32:
        return H5T_IEEE_F32LE;
    }
    return H5I_INVALID_HID;
}

size_t mpb_h5_type_size(mpb_h5_type type)
{
    return H5Tget_size(mpb_h5_memory_type(type));
}

hid_t mpb_h5_string_type(void)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    if (type >= 0 &&
        (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0)) {
        mpb_h5_close_id(type);
        return H5I_INVALID_HID;
    }
    return type;
}

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
    free(file->path);
    free(file);
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
    file->file = H5Fcreate(file->path, H5F_ACC_TRUNC, creation, access);
    MPB_TRY_H5(file->file, MPB_ERR_SYSTEM, file, NULL);
done:
    mpb_h5_close_id(creation);
    mpb_h5_close_id(access);
    return status;
}

/* Without locks: parallel file systems often refuse them, and a finished file does not change. */
static mpb_status open_file(mpb_h5 *file)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    mpb_status status = MPB_OK;

    MPB_TRY_H5(access, MPB_ERR_SYSTEM, file, NULL);
    MPB_TRY_H5(H5Pset_file_locking(access, false, true), MPB_ERR_SYSTEM, file, NULL);
    file->file = H5Fopen(file->path, H5F_ACC_RDONLY, access);
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
    status = create_file(made);
    if (status != MPB_OK) {
        destroy(made);
        return status;
    }
    *file = made;
    return MPB_OK;
}

mpb_status mpb_h5_open(const char *path, mpb_h5 **file)
{
    mpb_h5 *made = NULL;
    mpb_status status;

    MPB_TRY(mpb_h5_trailer_check(path));
    MPB_TRY(new_object(path, false, &made));
    status = open_file(made);
    if (status != MPB_OK) {
        destroy(made);
        return status;
    }
    *file = made;
    return MPB_OK;
}

mpb_status mpb_h5_close(mpb_h5 **file)
{
    mpb_h5 *closing = *file;
    mpb_status status = MPB_OK;

    if (closing == NULL) {
        return MPB_OK;
    }
    *file = NULL;
    if (closing->writable && H5Fflush(closing->file, H5F_SCOPE_LOCAL) < 0) {
        status = mpb_h5_failed(MPB_ERR_SYSTEM, closing->path, NULL);
    }
    if (H5Fclose(closing->file) < 0 && status == MPB_OK) {
        status =
            mpb_h5_failed(closing->writable ? MPB_ERR_SYSTEM : MPB_ERR_DATA, closing->path, NULL);
    }
    closing->file = H5I_INVALID_HID;
    if (closing->writable && status == MPB_OK) {
        status = mpb_h5_trailer_write(closing->path);
    }
    destroy(closing);
    return status;
}
