#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "mpibert/core/bytes.h"
#include "mpibert/io/unpack.h"
#include "unpack_internal.h"

mpb_status mpb_unpack_next(mpb_unpack *unpack)
{
    unpack->before += unpack->in_size;
    unpack->in_size = fread(unpack->in, 1, MPB_UNPACK_STEP, unpack->file);
    MPB_REQUIRE(ferror(unpack->file) == 0, MPB_ERR_DATA, "cannot read: %s (%s)", strerror(errno),
                unpack->path);
    return MPB_OK;
}

static uint64_t limit_of(const mpb_unpack *unpack)
{
    const uint64_t read = unpack->before + unpack->in_size;

    return unpack->limit > 0 ? unpack->limit : MPB_UNPACK_FREE + MPB_UNPACK_RATIO * read;
}

static mpb_status refuse(const mpb_unpack *unpack)
{
    char text[MPB_BYTES_TEXT];

    mpb_bytes_text((double)limit_of(unpack), text);
    MPB_REQUIRE(unpack->limit == 0, MPB_ERR_DATA,
                "the packed file holds more than %s, as many as data.max_unpacked allows (%s)",
                text, unpack->path);
    return MPB_FAIL(
        MPB_ERR_DATA,
        "the packed file holds more than %s in its first %" PRIu64
        " bytes, at most %d times as many were expected: set data.max_unpacked to a size "
        "if that is right (%s)",
        text, unpack->before + unpack->in_size, MPB_UNPACK_RATIO, unpack->path);
}

mpb_status mpb_unpack_put(mpb_unpack *unpack, const void *bytes, size_t count)
{
    unpack->written += count;
    if (unpack->to != NULL) {
        return unpack->written > limit_of(unpack) ? refuse(unpack)
                                                  : mpb_aside_write(unpack->to, bytes, count);
    }
    unpack->full = unpack->written >= unpack->limit;
    return mpb_buffer_append(unpack->head, bytes, count);
}
