#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "moments_internal.h"
#include "mpibert/io/file.h"

enum { MAX_SOURCES = 3 }; /* of one owner: rows, pieces, the last piece */

void mpb_moments_file(int owner, int owners, char name[MPB_MOMENTS_FILE])
{
    snprintf(name, MPB_MOMENTS_FILE, "optimizer-%05d-of-%05d.h5", owner, owners);
}

mpb_status moments_write_whole(mpb_h5 *file, size_t count, const float *m, const float *v)
{
    MPB_TRY(mpb_h5_write(file, MOMENTS_FIRST, MPB_H5_F32, count, 0, m));
    return mpb_h5_write(file, MOMENTS_SECOND, MPB_H5_F32, count, 0, v);
}

static mpb_status write_part(mpb_h5 *file, const mpb_share *share, int64_t step, const float *m,
                             const float *v)
{
    MPB_TRY(mpb_h5_set_text(file, "format", MOMENTS_FORMAT));
    MPB_TRY(mpb_h5_set_integer(file, "version", MOMENTS_VERSION));
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
    MPB_TRY(mpb_h5_write_virtual(file, MOMENTS_FIRST, MPB_H5_F32, share->size, sources, count));
    return mpb_h5_write_virtual(file, MOMENTS_SECOND, MPB_H5_F32, share->size, sources, count);
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
        status = mpb_h5_write_strings(file, MOMENTS_PARTS, &names);
    }
    if (status == MPB_OK) {
        status = write_virtual(file, share, &names, sources);
    }
    mpb_strings_clear(&names);
    free(sources);
    return status;
}
