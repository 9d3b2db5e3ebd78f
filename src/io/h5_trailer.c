#include "h5_trailer.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/io/file.h"

enum {
    LANES = 4,
    BLOCK = 8 * LANES,   /* bytes mixed at once */
    READ_STEP = 1 << 20, /* a multiple of BLOCK */
    MAGIC_BYTES = 8,
    TRAILER_BYTES = MAGIC_BYTES + 16
};

static const char magic[MAGIC_BYTES + 1] = "MPBH5SUM";

/* Four independent chains, so that the processor works on all at once. Each step is a bijection of
 * the word that comes in: damage within one word always shows, any other with chance 1 - 2^-64. */
typedef struct checksum {
    uint64_t lane[LANES];
    uint64_t bytes;
} checksum;

static uint64_t mix(uint64_t state, uint64_t word)
{
    state = (state ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return state ^ state >> 29;
}

/* `size` is a multiple of BLOCK except at the end, which counts as filled up with zeros. */
static void update(checksum *sum, const unsigned char *bytes, size_t size)
{
    sum->bytes += size;
    while (size > 0) {
        unsigned char block[BLOCK] = {0};
        size_t count = size < BLOCK ? size : BLOCK;
        uint64_t words[LANES];

        memcpy(block, bytes, count);
        memcpy(words, block, sizeof(words));
        for (int i = 0; i < LANES; i++) {
            sum->lane[i] = mix(sum->lane[i], words[i]);
        }
        bytes += count;
        size -= count;
    }
}

static uint64_t result(const checksum *sum)
{
    uint64_t state = sum->bytes;

    for (int i = 0; i < LANES; i++) {
        state = mix(state, sum->lane[i]);
    }
    return state;
}

/* Adds the next `length` bytes of the file. */
static mpb_status sum_bytes(FILE *file, const char *path, uint64_t length, checksum *sum)
{
    unsigned char *step = malloc(READ_STEP);
    uint64_t left = length;

    MPB_REQUIRE(step != NULL, MPB_ERR_SYSTEM, "no memory to read (%s)", path);
    while (left > 0) {
        size_t wanted = left < READ_STEP ? (size_t)left : READ_STEP;

        if (fread(step, 1, wanted, file) != wanted) {
            free(step);
            return MPB_FAIL(MPB_ERR_DATA, "cannot read: %s (%s)",
                            ferror(file) != 0 ? strerror(errno) : "the file ends", path);
        }
        update(sum, step, wanted);
        left -= wanted;
    }
    free(step);
    return MPB_OK;
}

static mpb_status append_sum(FILE *file, const char *path)
{
    unsigned char trailer[TRAILER_BYTES];
    checksum sum = {{0}, 0};
    uint64_t bytes;
    uint64_t value;

    MPB_TRY(mpb_file_size(path, &bytes));
    MPB_TRY(sum_bytes(file, path, bytes, &sum));
    value = result(&sum);
    memcpy(trailer, magic, MAGIC_BYTES);
    memcpy(trailer + MAGIC_BYTES, &bytes, sizeof(bytes));
    memcpy(trailer + MAGIC_BYTES + sizeof(bytes), &value, sizeof(value));
    return mpb_file_append(path, trailer, sizeof(trailer));
}

mpb_status mpb_h5_trailer_write(const char *path)
{
    FILE *file = fopen(path, "rb");
    mpb_status status;

    MPB_REQUIRE(file != NULL, MPB_ERR_SYSTEM, "cannot read what was written: %s (%s)",
                strerror(errno), path);
    status = append_sum(file, path);
    fclose(file);
    return status == MPB_OK ? MPB_OK : MPB_FAIL(MPB_ERR_SYSTEM, "%s", mpb_status_last());
}

static mpb_status check_open_file(FILE *file, const char *path, uint64_t bytes)
{
    unsigned char trailer[TRAILER_BYTES];
    checksum sum = {{0}, 0};
    uint64_t covered;
    uint64_t expected;
    bool read = fseeko(file, (off_t)(bytes - TRAILER_BYTES), SEEK_SET) == 0 &&
                fread(trailer, 1, TRAILER_BYTES, file) == TRAILER_BYTES;

    MPB_REQUIRE(read, MPB_ERR_DATA, "cannot read: %s (%s)", strerror(errno), path);
    if (memcmp(trailer, magic, MAGIC_BYTES) != 0) {
        return MPB_OK;
    }
    memcpy(&covered, trailer + MAGIC_BYTES, sizeof(covered));
    memcpy(&expected, trailer + MAGIC_BYTES + sizeof(covered), sizeof(expected));
    rewind(file);
    MPB_TRY(sum_bytes(file, path, bytes - TRAILER_BYTES, &sum));
    MPB_REQUIRE(covered == sum.bytes && expected == result(&sum), MPB_ERR_DATA,
                "the file is damaged: its checksum does not match (%s)", path);
    return MPB_OK;
}

mpb_status mpb_h5_trailer_check(const char *path)
{
    uint64_t bytes;
    FILE *file;
    mpb_status status;

    MPB_TRY(mpb_file_size(path, &bytes));
    if (bytes < TRAILER_BYTES) {
        return MPB_OK;
    }
    file = fopen(path, "rb");
    MPB_REQUIRE(file != NULL, MPB_ERR_DATA, "cannot open: %s (%s)", strerror(errno), path);
    status = check_open_file(file, path, bytes);
    fclose(file);
    return status;
}
