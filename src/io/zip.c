#include "mpibert/io/zip.h"

#include <stdint.h>
#include <string.h>
#include <zip.h>

#include "aside.h"
#include "mpibert/core/buffer.h"
#include "mpibert/io/unpack.h"

enum { READ_STEP = 1 << 20 };

static mpb_status open_archive(const char *path, zip_t **archive)
{
    int code = 0;

    *archive = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, &code);
    if (*archive == NULL) {
        zip_error_t error;
        mpb_status status;

        zip_error_init_with_code(&error, code);
        status = MPB_FAIL(MPB_ERR_DATA, "zip archive: %s (%s)", zip_error_strerror(&error), path);
        zip_error_fini(&error);
        return status;
    }
    return MPB_OK;
}

static mpb_status add_names(zip_t *archive, const char *path, mpb_strings *names)
{
    zip_int64_t count = zip_get_num_entries(archive, 0);

    for (zip_int64_t i = 0; i < count; i++) {
        const char *name = zip_get_name(archive, (zip_uint64_t)i, 0);

        MPB_REQUIRE(name != NULL, MPB_ERR_DATA, "zip archive: %s (%s, entry %lld)",
                    zip_strerror(archive), path, (long long)i);
        MPB_REQUIRE(mpb_text_is_line(name), MPB_ERR_DATA,
                    "zip archive: '%.200s' has a line break or another control character (%s, "
                    "entry %lld)",
                    name, path, (long long)i);
        MPB_TRY(mpb_strings_add(names, name, strlen(name)));
    }
    return MPB_OK;
}

mpb_status mpb_zip_list(const char *archive, mpb_strings *names)
{
    zip_t *opened = NULL;
    mpb_status status;

    MPB_TRY(open_archive(archive, &opened));
    status = add_names(opened, archive, names);
    zip_discard(opened);
    return status;
}

/* The last read, at the end of the entry, compares the checksum. */
static mpb_status copy_entry(zip_file_t *from, const char *archive, const char *entry,
                             uint64_t expected, mpb_aside *to)
{
    mpb_buffer step = {0};
    mpb_status status = mpb_buffer_reserve(&step, READ_STEP);
    uint64_t total = 0;

    while (status == MPB_OK) {
        zip_int64_t count = zip_fread(from, step.data, READ_STEP);

        if (count < 0) {
            status = MPB_FAIL(MPB_ERR_DATA, "zip archive: %s (%s, '%s')",
                              zip_error_strerror(zip_file_get_error(from)), archive, entry);
            break;
        }
        if (count == 0) {
            break;
        }
        total += (uint64_t)count;
        if (total > expected) {
            break;
        }
        status = mpb_aside_write(to, step.data, (size_t)count);
    }
    mpb_buffer_clear(&step);
    if (status == MPB_OK && total != expected) {
        status =
            MPB_FAIL(MPB_ERR_DATA, "zip archive: %llu bytes were found, %llu expected (%s, '%s')",
                     (unsigned long long)total, (unsigned long long)expected, archive, entry);
    }
    return status;
}

/* As mpb_unpack_file limits what is packed. */
static mpb_status check_size(const zip_stat_t *info, const char *archive, const char *entry)
{
    uint64_t packed = (info->valid & ZIP_STAT_COMP_SIZE) != 0 ? info->comp_size : 0;

    MPB_REQUIRE(info->size <= MPB_UNPACK_FREE ||
                    (info->size - MPB_UNPACK_FREE) / MPB_UNPACK_RATIO <= packed,
                MPB_ERR_DATA,
                "zip archive: an entry of %llu bytes holds %llu, at most %d times as many were "
                "expected (%s, '%s')",
                (unsigned long long)packed, (unsigned long long)info->size, MPB_UNPACK_RATIO,
                archive, entry);
    return MPB_OK;
}

static mpb_status extract(zip_t *opened, const char *archive, const char *entry, const char *to)
{
    zip_stat_t info;
    zip_file_t *file;
    mpb_aside aside;
    mpb_status status;

    MPB_REQUIRE(zip_stat(opened, entry, 0, &info) == 0 && (info.valid & ZIP_STAT_SIZE) != 0,
                MPB_ERR_DATA, "zip archive: %s (%s, '%s')", zip_strerror(opened), archive, entry);
    MPB_TRY(check_size(&info, archive, entry));
    file = zip_fopen(opened, entry, 0);
    MPB_REQUIRE(file != NULL, MPB_ERR_DATA, "zip archive: %s (%s, '%s')", zip_strerror(opened),
                archive, entry);
    status = mpb_aside_begin(to, &aside);
    if (status == MPB_OK) {
        status = mpb_aside_end(&aside, copy_entry(file, archive, entry, info.size, &aside));
    }
    zip_fclose(file);
    return status;
}

mpb_status mpb_zip_extract(const char *archive, const char *entry, const char *to)
{
    zip_t *opened = NULL;
    mpb_status status;

    MPB_TRY(open_archive(archive, &opened));
    status = extract(opened, archive, entry, to);
    zip_discard(opened);
    return status;
}
