/* The xz format by liblzma. */

#include <inttypes.h>
#include <lzma.h>

#include "unpack_internal.h"

/* Bytes that the decoder may take; `xz -9`, the largest of its presets, needs 65 MiB. */
enum { MEMORY_LIMIT = 256 << 20 };

static const char *problem_of(lzma_ret code)
{
    switch (code) {
    case LZMA_BUF_ERROR:
        return "the compressed data ends too early";
    case LZMA_FORMAT_ERROR:
        return "the data is not in the xz format";
    case LZMA_OPTIONS_ERROR:
        return "the data needs a filter that is not known";
    case LZMA_UNSUPPORTED_CHECK:
        return "the data has a checksum that is not known";
    case LZMA_MEMLIMIT_ERROR:
        return "the data needs more than 256 MiB for unpacking";
    default:
        return "the data is damaged";
    }
}

static mpb_status check(const mpb_unpack *unpack, const lzma_stream *stream, lzma_ret code)
{
    if (code == LZMA_OK || code == LZMA_STREAM_END) {
        return MPB_OK;
    }
    MPB_REQUIRE(code != LZMA_MEM_ERROR, MPB_ERR_SYSTEM, "no memory for unpacking (%s)",
                unpack->path);
    return MPB_FAIL(MPB_ERR_DATA, "xz: %s (%s, byte %" PRIu64 ")", problem_of(code), unpack->path,
                    unpack->before + unpack->in_size - stream->avail_in);
}

/* Writes what the bytes in `in` give. Where streams may follow each other, only being told of the
 * end of the file makes the decoder say whether it lacks bytes. */
static mpb_status decode_part(mpb_unpack *unpack, lzma_stream *stream)
{
    lzma_action action = unpack->in_size == 0 ? LZMA_FINISH : LZMA_RUN;
    lzma_ret code = LZMA_OK;

    stream->next_in = unpack->in;
    stream->avail_in = unpack->in_size;
    do {
        stream->next_out = unpack->out;
        stream->avail_out = MPB_UNPACK_STEP;
        code = lzma_code(stream, action);
        MPB_TRY(check(unpack, stream, code));
        MPB_TRY(mpb_unpack_put(unpack, unpack->out, MPB_UNPACK_STEP - stream->avail_out));
    } while (!unpack->full && code != LZMA_STREAM_END &&
             (action == LZMA_FINISH || stream->avail_in > 0 || stream->avail_out == 0));
    return MPB_OK;
}

static mpb_status decode_file(mpb_unpack *unpack, lzma_stream *stream)
{
    do {
        MPB_TRY(mpb_unpack_next(unpack));
        MPB_TRY(decode_part(unpack, stream));
    } while (unpack->in_size > 0 && !unpack->full);
    return MPB_OK;
}

mpb_status mpb_unpack_xz(mpb_unpack *unpack)
{
    lzma_stream stream = LZMA_STREAM_INIT;
    mpb_status status;

    MPB_REQUIRE(lzma_stream_decoder(&stream, MEMORY_LIMIT,
                                    LZMA_CONCATENATED | LZMA_TELL_UNSUPPORTED_CHECK) == LZMA_OK,
                MPB_ERR_SYSTEM, "no memory for unpacking (%s)", unpack->path);
    status = decode_file(unpack, &stream);
    lzma_end(&stream);
    return status;
}
