#include "mpibert/ckpt/remainders.h"

#include <math.h>
#include <stdio.h>

#include "mpibert/io/file.h"
#include "mpibert/io/h5.h"

static const char FORMAT[] = "mpibert-remainders";
static const char VALUES[] = "/remainders";

enum { VERSION = 1 };

void mpb_remainders_file(int rank, int ranks, char name[MPB_REMAINDERS_FILE])
{
    snprintf(name, MPB_REMAINDERS_FILE, "remainders-%05d-of-%05d.h5", rank, ranks);
}

static mpb_status find_path(const char *checkpoint, const mpb_remainders_owner *owner,
                            char path[MPB_PATH_SIZE])
{
    char name[MPB_REMAINDERS_FILE];

    mpb_remainders_file(owner->rank, owner->ranks, name);
    return mpb_path_join(checkpoint, name, path, MPB_PATH_SIZE);
}

static mpb_status write_opened(mpb_h5 *file, const mpb_remainders_owner *owner, size_t count,
                               const float *values)
{
    MPB_TRY(mpb_h5_set_text(file, "format", FORMAT));
    MPB_TRY(mpb_h5_set_integer(file, "version", VERSION));
    MPB_TRY(mpb_h5_set_integer(file, "step", owner->step));
    MPB_TRY(mpb_h5_set_integer(file, "rank", owner->rank));
    MPB_TRY(mpb_h5_set_integer(file, "ranks", owner->ranks));
    return mpb_h5_write(file, VALUES, MPB_H5_F32, count, 0, values);
}

mpb_status mpb_remainders_write(const char *checkpoint, const mpb_remainders_owner *owner,
                                size_t count, const float *values)
{
    char path[MPB_PATH_SIZE];
    mpb_h5 *file = NULL;

    MPB_TRY(find_path(checkpoint, owner, path));
    MPB_TRY(mpb_h5_create(path, &file));
    return mpb_h5_end(&file, write_opened(file, owner, count, values));
}

static mpb_status read_opened(const mpb_h5 *file, const char *path,
                              const mpb_remainders_owner *owner, size_t count, float *values)
{
    mpb_h5_type type;
    size_t rows;
    size_t cols;

    MPB_TRY(mpb_h5_require_integer(file, "version", VERSION));
    MPB_TRY(mpb_h5_require_integer(file, "step", owner->step));
    MPB_TRY(mpb_h5_require_integer(file, "rank", owner->rank));
    MPB_TRY(mpb_h5_require_integer(file, "ranks", owner->ranks));
    MPB_TRY(mpb_h5_shape(file, VALUES, &type, &rows, &cols));
    MPB_REQUIRE(rows == count && cols == 0, MPB_ERR_DATA,
                "dataset %s has %zu values, the model has %zu parameters (%s)", VALUES, rows, count,
                path);
    MPB_TRY(mpb_h5_read(file, VALUES, MPB_H5_F32, values));
    for (size_t i = 0; i < count; i++) {
        MPB_REQUIRE(isfinite(values[i]), MPB_ERR_DATA,
                    "value %zu of dataset %s is %g, a finite number was expected (%s)", i, VALUES,
                    (double)values[i], path);
    }
    return MPB_OK;
}

mpb_status mpb_remainders_read(const char *checkpoint, const mpb_remainders_owner *owner,
                               size_t count, float *values, bool *found)
{
    char path[MPB_PATH_SIZE];
    mpb_h5 *file = NULL;

    MPB_TRY(find_path(checkpoint, owner, path));
    *found = mpb_file_exists(path);
    if (!*found) {
        return MPB_OK;
    }
    MPB_TRY(mpb_h5_open(path, &file));
    return mpb_h5_end(&file, read_opened(file, path, owner, count, values));
}
