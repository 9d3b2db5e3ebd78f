#include "h5_strings.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/core/utf8.h"

static mpb_status check_source(const mpb_h5 *file, const char *name, mpb_h5_strings_source source,
                               size_t *count)
{
    hssize_t points;

    MPB_REQUIRE(H5Tis_variable_str(source.type) > 0, MPB_ERR_DATA,
                "'%s' is no text of variable length (%s)", name, file->path);
    MPB_REQUIRE(H5Sget_simple_extent_ndims(source.space) <= 1, MPB_ERR_DATA,
                "'%s' has more than one dimension (%s)", name, file->path);
    points = H5Sget_simple_extent_npoints(source.space);
    MPB_REQUIRE(points >= 0 && (uint64_t)points < SIZE_MAX / sizeof(char *), MPB_ERR_DATA,
                "'%s' claims more strings than memory holds (%s)", name, file->path);
    *count = (size_t)points;
    return MPB_OK;
}

/* HDF5 gives NULL for a string of no bytes. */
static mpb_status add_items(const mpb_h5 *file, const char *name, char *const *items, size_t count,
                            mpb_strings *strings)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = items[i] == NULL ? "" : items[i];
        size_t bad = 0;

        MPB_REQUIRE(file->reads_back || mpb_utf8_valid(text, strlen(text), &bad), MPB_ERR_DATA,
                    "'%s' holds text that is no UTF-8 (%s, row %zu, byte %zu)", name, file->path, i,
                    bad);
        MPB_TRY(mpb_strings_add(strings, text, strlen(text)));
    }
    return MPB_OK;
}

static mpb_status take_all(const mpb_h5 *file, const char *name, mpb_h5_strings_source source,
                           mpb_h5_strings_reader *reader, size_t count, mpb_strings *strings)
{
    char **items = calloc(count, sizeof(*items));
    mpb_status status;

    MPB_REQUIRE(items != NULL, MPB_ERR_SYSTEM, "no memory for %zu strings ('%s', %s)", count, name,
                file->path);
    if (reader(source.object, source.type, items) < 0) {
        status = mpb_h5_failed(MPB_ERR_DATA, file->path, name);
    } else {
        status = add_items(file, name, items, count, strings);
    }
    H5Dvlen_reclaim(source.type, source.space, H5P_DEFAULT, items);
    free(items);
    return status;
}

mpb_status mpb_h5_strings_take(const mpb_h5 *file, const char *name, mpb_h5_strings_source source,
                               mpb_h5_strings_reader *reader, mpb_strings *taken)
{
    size_t count = 0;
    mpb_status status;

    MPB_TRY(check_source(file, name, source, &count));
    if (count == 0) {
        return MPB_OK;
    }
    status = take_all(file, name, source, reader, count, taken);
    if (status != MPB_OK) {
        mpb_strings_clear(taken);
    }
    return status;
}

mpb_status mpb_h5_strings_add(const mpb_strings *from, mpb_strings *to)
{
    size_t before = to->count;
    mpb_status status = MPB_OK;

    for (size_t i = 0; status == MPB_OK && i < from->count; i++) {
        status = mpb_strings_add(to, from->items[i], strlen(from->items[i]));
    }
    while (status != MPB_OK && to->count > before) {
        free(to->items[--to->count]);
    }
    return status;
}
