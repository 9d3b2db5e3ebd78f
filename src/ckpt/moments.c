#include "mpibert/ckpt/moments.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "moments_internal.h"
#include "mpibert/core/memory.h"
#include "mpibert/io/file.h"

static const char FORMAT[] = "mpibert-optimizer-part";
static const char FIRST_MOMENT[] = "/optimizer/exp_avg";
static const char SECOND_MOMENT[] = "/optimizer/exp_avg_sq";
static const char PARTS[] = "/optimizer/parts";

enum {
    VERSION = 1,
    READ_STEP = 1 << 18, /* floats */
    MAX_SOURCES = 3      /* of one owner: rows, pieces, the last piece */
};

void mpb_moments_file(int owner, int owners, char name[MPB_MOMENTS_FILE])
{
    snprintf(name, MPB_MOMENTS_FILE, "optimizer-%05d-of-%05d.h5", owner, owners);
}

mpb_status moments_write_whole(mpb_h5 *file, size_t count, const float *m, const float *v)
{
    MPB_TRY(mpb_h5_write(file, FIRST_MOMENT, MPB_H5_F32, count, 0, m));
    return mpb_h5_write(file, SECOND_MOMENT, MPB_H5_F32, count, 0, v);
}

static mpb_status write_part(mpb_h5 *file, const mpb_share *share, int64_t step, const float *m,
                             const float *v)
{
    MPB_TRY(mpb_h5_set_text(file, "format", FORMAT));
    MPB_TRY(mpb_h5_set_integer(file, "version", VERSION));
    MPB_TRY(mpb_h5_set_integer(file, "step", step));
    MPB_TRY(mpb_h5_set_integer(file, "owner", share->owner));
    MPB_TRY(mpb_h5_set_integer(file, "owners", share->owners));
    return moments_write_whole(file, mpb_share_size(share), m, v);
}

mpb_status mpb_moments_write_part(const char *checkpoint, const mpb_share *share, int64_t step,
                                  const float *m, const float *v)
{
    char name[MPB_MOMENTS_FILE];
    char path[MPB_PATH_SIZE];
    mpb_h5 *file = NULL;

    mpb_moments_file(share->owner, share->owners, name);
    MPB_TRY(mpb_path_join(checkpoint, name, path, sizeof(path)));
    MPB_TRY(mpb_h5_create(path, &file));
    return mpb_h5_end(&file, write_part(file, share, step, m, v));
}

/* The parts of pieces of `size` floats, the first of which begins at `begin`. */
static mpb_h5_source piece_source(const mpb_share *share, const char *file, size_t begin,
                                  size_t size, size_t pieces)
{
    const size_t first = mpb_share_cut(size, share->owner, share->owners);
    const size_t end = mpb_share_cut(size, share->owner + 1, share->owners);
    size_t taken;

    return (mpb_h5_source){
        .file = file,
        .size = mpb_share_size(share),
        .begin = mpb_share_find(share, begin + first, 1, &taken).packed,
        .to = {.begin = begin + first, .stride = size, .blocks = pieces, .block = end - first},
    };
}

/* Where in the flat space the file of one owner belongs; gives the number of runs. */
static size_t find_sources(const mpb_share *share, const char *file,
                           mpb_h5_source sources[MAX_SOURCES])
{
    const size_t dense = share->size - share->dense_begin;
    const size_t pieces = dense / MPB_SHARE_PIECE;
    const size_t last = dense % MPB_SHARE_PIECE;
    const mpb_h5_source found[MAX_SOURCES] = {
        {.file = file,
         .size = mpb_share_size(share),
         .to = {.begin = (size_t)share->owner * share->row_size,
                .stride = (size_t)share->owners * share->row_size,
                .blocks = mpb_share_rows(share),
                .block = share->row_size}},
        piece_source(share, file, share->dense_begin, MPB_SHARE_PIECE, pieces),
        piece_source(share, file, share->dense_begin + pieces * MPB_SHARE_PIECE, last, 1),
    };
    size_t count = 0;

    for (size_t i = 0; i < MAX_SOURCES; i++) {
        if (found[i].to.blocks > 0 && found[i].to.block > 0) {
            sources[count++] = found[i];
        }
    }
    return count;
}

static mpb_status write_virtual(mpb_h5 *file, const mpb_share *share, const mpb_strings *names,
                                mpb_h5_source *sources)
{
    size_t count = 0;

    for (int owner = 0; owner < share->owners; owner++) {
        mpb_share other = *share;

        other.owner = owner;
        count += find_sources(&other, names->items[owner], sources + count);
    }
    MPB_TRY(mpb_h5_write_virtual(file, FIRST_MOMENT, MPB_H5_F32, share->size, sources, count));
    return mpb_h5_write_virtual(file, SECOND_MOMENT, MPB_H5_F32, share->size, sources, count);
}

static mpb_status name_parts(int owners, mpb_strings *names)
{
    for (int owner = 0; owner < owners; owner++) {
        char name[MPB_MOMENTS_FILE];

        mpb_moments_file(owner, owners, name);
        MPB_TRY(mpb_strings_add(names, name, strlen(name)));
    }
    return MPB_OK;
}

mpb_status moments_write_places(mpb_h5 *file, const mpb_share *share)
{
    mpb_h5_source *sources = calloc((size_t)share->owners * MAX_SOURCES, sizeof(*sources));
    mpb_strings names = {0};
    mpb_status status = sources == NULL
                            ? MPB_FAIL(MPB_ERR_SYSTEM, "no memory for the places of moments")
                            : name_parts(share->owners, &names);

    if (status == MPB_OK) {
        status = mpb_h5_write_strings(file, PARTS, &names);
    }
    if (status == MPB_OK) {
        status = write_virtual(file, share, &names, sources);
    }
    mpb_strings_clear(&names);
    free(sources);
    return status;
}

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
                            .name = FIRST_MOMENT,
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
        reader.name = SECOND_MOMENT;
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
    MPB_TRY(mpb_h5_require_integer(file, "version", VERSION));
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
    if (!mpb_h5_has(file, PARTS)) {
        return MPB_OK;
    }
    MPB_TRY(mpb_h5_read_strings(file, PARTS, &names));
    count = names.count;
    mpb_strings_clear(&names);
    MPB_REQUIRE(count > 1 && count <= MPB_SHARE_PIECE / MPB_SHARE_LINE, MPB_ERR_DATA,
                "dataset %s names %zu files, 2 to %d were expected (%s)", PARTS, count,
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
