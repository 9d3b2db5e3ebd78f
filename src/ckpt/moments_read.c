#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "moments_internal.h"
#include "mpibert/core/memory.h"
#include "mpibert/io/file.h"

enum { READ_STEP = 1 << 18 }; /* floats */

/* Floats of one owner's packed form on their way to another one. */
typedef struct moment_reader {
    const mpb_h5 *file;
    const char *path;
    const char *name; /* of the dataset */
    const mpb_share *theirs;
    const mpb_share *mine;
    float least;
    float *out; /* (mpb_share_size of mine) */
} moment_reader;

/* Of `count` floats that lie from `offset` on in the flat space, in one row or piece. */
static void take_run(const moment_reader *reader, size_t offset, size_t count, const float *values)
{
    size_t taken;

    for (size_t done = 0; done < count; done += taken) {
        const mpb_owned own = mpb_share_find(reader->mine, offset + done, count - done, &taken);

        if (own.count > 0) {
            memcpy(reader->out + own.packed, values + (own.offset - offset),
                   own.count * sizeof(*values));
        }
    }
}

/* Of floats [first, first + count) of their packed form. */
static void take_values(const moment_reader *reader, size_t first, size_t count,
                        const float *values)
{
    const size_t end = first + count;
    mpb_owned run = mpb_share_at(reader->theirs, first);

    while (run.count > 0 && run.packed < end) {
        const size_t fitting = run.count < end - run.packed ? run.count : end - run.packed;

        take_run(reader, run.offset, fitting, values + (run.packed - first));
        run = mpb_share_at(reader->theirs, run.packed + fitting);
    }
}

static mpb_status check_values(const moment_reader *reader, size_t first, size_t count,
                               const float *values)
{
    for (size_t i = 0; i < count; i++) {
        MPB_REQUIRE(isfinite(values[i]) && values[i] >= reader->least, MPB_ERR_DATA,
                    "value %zu of dataset %s is %g, a finite number%s was expected (%s)", first + i,
                    reader->name, (double)values[i], reader->least == 0.0f ? " of at least 0" : "",
                    reader->path);
    }
    return MPB_OK;
}

static mpb_status read_moment(const moment_reader *reader, float *values)
{
    const size_t expected = mpb_share_size(reader->theirs);
    mpb_h5_type type;
    size_t rows;
    size_t cols;

    MPB_TRY(mpb_h5_shape(reader->file, reader->name, &type, &rows, &cols));
    MPB_REQUIRE(rows == expected && cols == 0, MPB_ERR_DATA,
                "dataset %s has %zu values, the model has %zu parameters (%s)", reader->name, rows,
                expected, reader->path);
    for (size_t first = 0; first < rows; first += READ_STEP) {
        const size_t count = rows - first < READ_STEP ? rows - first : READ_STEP;

        MPB_TRY(mpb_h5_read_rows(reader->file, reader->name, MPB_H5_F32, first, count, values));
        MPB_TRY(check_values(reader, first, count, values));
        take_values(reader, first, count, values);
    }
    return MPB_OK;
}

static mpb_status read_moments(const mpb_h5 *file, const char *path, const mpb_share *theirs,
                               const mpb_share *mine, float *m, float *v)
{
    moment_reader reader = {.file = file,
                            .path = path,
                            .name = MOMENTS_FIRST,
                            .theirs = theirs,
                            .mine = mine,
                            .least = -HUGE_VALF,
                            .out = m};
    float *values = NULL;
    mpb_status status;

    MPB_TRY(
        mpb_memory_create(READ_STEP, sizeof(*values), "moments that are read", (void **)&values));
    status = read_moment(&reader, values);
    if (status == MPB_OK) {
        reader.name = MOMENTS_SECOND;
        reader.least = 0.0f;
        reader.out = v;
        status = read_moment(&reader, values);
    }
    mpb_memory_destroy(values);
    return status;
}

static mpb_status read_opened_part(const mpb_h5 *file, const char *path, int64_t step,
                                   const mpb_share *theirs, const mpb_share *mine, float *m,
                                   float *v)
{
    MPB_TRY(mpb_h5_require_integer(file, "version", MOMENTS_VERSION));
    MPB_TRY(mpb_h5_require_integer(file, "step", step));
    MPB_TRY(mpb_h5_require_integer(file, "owner", theirs->owner));
    MPB_TRY(mpb_h5_require_integer(file, "owners", theirs->owners));
    return read_moments(file, path, theirs, mine, m, v);
}

static mpb_status read_part(const char *state_path, int64_t step, const mpb_share *theirs,
                            const mpb_share *mine, float *m, float *v)
{
    const char *slash = strrchr(state_path, '/');
    const int folder = slash == NULL ? 0 : (int)(slash - state_path) + 1;
    char name[MPB_MOMENTS_FILE];
    char path[MPB_PATH_SIZE];
    mpb_h5 *file = NULL;

    mpb_moments_file(theirs->owner, theirs->owners, name);
    MPB_REQUIRE(snprintf(path, sizeof(path), "%.*s%s", folder, state_path, name) <
                    (int)sizeof(path),
                MPB_ERR_SYSTEM, "the path is too long (%s)", state_path);
    MPB_TRY(mpb_h5_open(path, &file));
    return mpb_h5_end(&file, read_opened_part(file, path, step, theirs, mine, m, v));
}

/* Files of as many owners as there are now hold each what one of them needs. */
static mpb_status read_parts(const char *path, int64_t step, int owners, const mpb_share *mine,
                             float *m, float *v)
{
    for (int owner = 0; owner < owners; owner++) {
        mpb_share theirs = *mine;

        theirs.owner = owner;
        theirs.owners = owners;
        if (owners != mine->owners || owner == mine->owner) {
            MPB_TRY(read_part(path, step, &theirs, mine, m, v));
        }
    }
    return MPB_OK;
}

/* How many owners the state at `path` is of, and its step. */
static mpb_status count_parts(const mpb_h5 *file, const char *path, int *owners, int64_t *step)
{
    mpb_strings names = {0};
    size_t count;

    *owners = 1;
    MPB_TRY(mpb_h5_get_integer(file, "step", step));
    if (!mpb_h5_has(file, MOMENTS_PARTS)) {
        return MPB_OK;
    }
    MPB_TRY(mpb_h5_read_strings(file, MOMENTS_PARTS, &names));
    count = names.count;
    mpb_strings_clear(&names);
    MPB_REQUIRE(count > 1 && count <= MPB_SHARE_PIECE / MPB_SHARE_LINE, MPB_ERR_DATA,
                "dataset %s names %zu files, 2 to %d were expected (%s)", MOMENTS_PARTS, count,
                MPB_SHARE_PIECE / MPB_SHARE_LINE, path);
    *owners = (int)count;
    return MPB_OK;
}

static mpb_status read_whole(const mpb_h5 *file, const char *path, const mpb_share *mine, float *m,
                             float *v)
{
    mpb_share theirs = *mine;

    theirs.owner = 0;
    theirs.owners = 1;
    return read_moments(file, path, &theirs, mine, m, v);
}

mpb_status mpb_moments_read(const char *path, const mpb_share *share, float *m, float *v)
{
    mpb_h5 *file = NULL;
    int owners = 1;
    int64_t step = 0;
    mpb_status status;

    MPB_TRY(mpb_h5_open(path, &file));
    status = count_parts(file, path, &owners, &step);
    if (status == MPB_OK && owners == 1) {
        status = read_whole(file, path, share, m, v);
    }
    MPB_TRY(mpb_h5_end(&file, status));
    return owners == 1 ? MPB_OK : read_parts(path, step, owners, share, m, v);
}
