/* The digest beside a dataset of strings. */

#include <string.h>

#include "h5_strings.h"
#include "mpibert/io/sha256.h"

static const char attribute_name[] = "sha256";

static mpb_status digest_of(const mpb_strings *strings, char digest[MPB_SHA256_TEXT])
{
    mpb_sha256 *hash = NULL;

    MPB_TRY(mpb_sha256_create(&hash));
    for (size_t i = 0; i < strings->count; i++) {
        mpb_sha256_update(hash, strings->items[i], strlen(strings->items[i]) + 1);
    }
    mpb_sha256_finish(hash, digest);
    mpb_sha256_destroy(&hash);
    return MPB_OK;
}

static hid_t digest_type(void)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    if (type >= 0 && H5Tset_size(type, MPB_SHA256_TEXT) < 0) {
        mpb_h5_close_id(type);
        return H5I_INVALID_HID;
    }
    return type;
}

mpb_status mpb_h5_strings_seal(const mpb_h5 *file, const char *name, hid_t dataset,
                               const mpb_strings *strings)
{
    char digest[MPB_SHA256_TEXT];
    hid_t type = H5I_INVALID_HID;
    hid_t space = H5I_INVALID_HID;
    hid_t attribute = H5I_INVALID_HID;
    mpb_status status;

    MPB_TRY(digest_of(strings, digest));
    status = MPB_OK;
    type = digest_type();
    MPB_TRY_H5(type, MPB_ERR_SYSTEM, file, name);
    space = H5Screate(H5S_SCALAR);
    MPB_TRY_H5(space, MPB_ERR_SYSTEM, file, name);
    attribute = H5Acreate2(dataset, attribute_name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    MPB_TRY_H5(attribute, MPB_ERR_SYSTEM, file, name);
    MPB_TRY_H5(H5Awrite(attribute, type, digest), MPB_ERR_SYSTEM, file, name);
done:
    mpb_h5_close_id(space);
    mpb_h5_close_id(type);
    return mpb_h5_end_id(file, name, attribute, status);
}

static mpb_status read_digest(const mpb_h5 *file, const char *name, hid_t dataset,
                              char digest[MPB_SHA256_TEXT])
{
    hid_t attribute = H5Aopen(dataset, attribute_name, H5P_DEFAULT);
    hid_t type = H5I_INVALID_HID;
    hid_t stored = H5I_INVALID_HID;
    mpb_status status = MPB_OK;

    MPB_TRY_H5(attribute, MPB_ERR_DATA, file, name);
    stored = H5Aget_type(attribute);
    type = digest_type();
    MPB_TRY_H5(type, MPB_ERR_SYSTEM, file, name);
    if (H5Tequal(stored, type) <= 0 || H5Aget_storage_size(attribute) != MPB_SHA256_TEXT) {
        status = MPB_FAIL(MPB_ERR_DATA, "'%s' has a digest of another form (%s)", name, file->path);
        goto done;
    }
    MPB_TRY_H5(H5Aread(attribute, type, digest), MPB_ERR_DATA, file, name);
    digest[MPB_SHA256_TEXT - 1] = '\0';
done:
    mpb_h5_close_id(type);
    mpb_h5_close_id(stored);
    mpb_h5_close_id(attribute);
    return status;
}

mpb_status mpb_h5_strings_check(const mpb_h5 *file, const char *name, hid_t dataset,
                                const mpb_strings *strings)
{
    char expected[MPB_SHA256_TEXT];
    char found[MPB_SHA256_TEXT];

    if (H5Aexists(dataset, attribute_name) <= 0) {
        return MPB_OK;
    }
    MPB_TRY(read_digest(file, name, dataset, expected));
    MPB_TRY(digest_of(strings, found));
    MPB_REQUIRE(strcmp(found, expected) == 0, MPB_ERR_DATA,
                "the text of '%s' is damaged: its checksum does not match (%s)", name, file->path);
    return MPB_OK;
}
