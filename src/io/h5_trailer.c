#include "h5_trailer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aside.h"
#include "checksum.h"
#include "reading.h"

enum { READ_STEP = 1 << 20, MAGIC_BYTES = 8, TRAILER_BYTES = MAGIC_BYTES + 16 };

static const char magic[MAGIC_BYTES + 1] = "MPBH5SUM";

/* Checksum of the file's first `length` bytes. */
static mpb_status sum_bytes(int descriptor, const char *path, uint64_t length, uint64_t *value)
{
    char *step = malloc(READ_STEP);
    mpb_checksum sum = {0};
    mpb_status status = MPB_OK;

    MPB_REQUIRE(step != NULL, MPB_ERR_SYSTEM, "no memory to read (%s)", path);
    while (status == MPB_OK && sum.bytes < length) {
        uint64_t left = length - sum.bytes;
        size_t size = left < READ_STEP ? (size_t)left : READ_STEP;

        status = mpb_reading_range(descriptor, path, sum.bytes, step, size);
        if (status == MPB_OK) {
            mpb_checksum_update(&sum, step, size);
        }
    }
    free(step);
    *value = mpb_checksum_value(&sum);
    return status;
}

mpb_status mpb_h5_trailer_write(int descriptor, const char *path)
{
    char trailer[TRAILER_BYTES];
    char found[TRAILER_BYTES];
    off_t end = lseek(descriptor, 0, SEEK_END);
    uint64_t bytes = (uint64_t)end;
    uint64_t value;

    MPB_REQUIRE(end >= 0, MPB_ERR_SYSTEM, "cannot write: %s (%s)", strerror(errno), path);
    MPB_REQUIRE(sum_bytes(descriptor, path, bytes, &value) == MPB_OK, MPB_ERR_SYSTEM,
                "what was written does not come back: %s", mpb_status_last());
    memcpy(trailer, magic, MAGIC_BYTES);
    memcpy(trailer + MAGIC_BYTES, &bytes, sizeof(bytes));
    memcpy(trailer + MAGIC_BYTES + sizeof(bytes), &value, sizeof(value));
    MPB_TRY(mpb_descriptor_write(descriptor, path, trailer, sizeof(trailer)));
    MPB_REQUIRE(mpb_reading_range(descriptor, path, bytes, found, sizeof(found)) == MPB_OK &&
                    memcmp(found, trailer, sizeof(found)) == 0,
                MPB_ERR_SYSTEM, "other bytes come back than were written (%s)", path);
    return MPB_OK;
}

static mpb_status check_open_file(int descriptor, const char *path, uint64_t bytes)
{
    char trailer[TRAILER_BYTES];
    uint64_t covered;
    uint64_t expected;
    uint64_t found;

    MPB_TRY(mpb_reading_range(descriptor, path, bytes - TRAILER_BYTES, trailer, TRAILER_BYTES));
    if (memcmp(trailer, magic, MAGIC_BYTES) != 0) {
        return MPB_OK;
    }
    memcpy(&covered, trailer + MAGIC_BYTES, sizeof(covered));
    memcpy(&expected, trailer + MAGIC_BYTES + sizeof(covered), sizeof(expected));
    MPB_TRY(sum_bytes(descriptor, path, bytes - TRAILER_BYTES, &found));
    MPB_REQUIRE(covered == bytes - TRAILER_BYTES && expected == found, MPB_ERR_DATA,
                "the file is damaged: its checksum does not match (%s)", path);
    return MPB_OK;
}

mpb_status mpb_h5_trailer_check(const char *path)
{
    struct stat info;
    int descriptor;
    mpb_status status = MPB_OK;

    MPB_TRY(mpb_reading_open(path, &descriptor));
    if (fstat(descriptor, &info) != 0) {
        status = MPB_FAIL(MPB_ERR_DATA, "cannot open: %s (%s)", strerror(errno), path);
    } else if (info.st_size >= TRAILER_BYTES) {
        status = check_open_file(descriptor, path, (uint64_t)info.st_size);
    }
    close(descriptor);
    return status;
}
