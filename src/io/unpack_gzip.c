/* The gzip format (RFC 1952) by zlib. */

#include <inttypes.h>
#include <stdbool.h>
#include <zlib.h>

#include "unpack_internal.h"

enum { WINDOW_BITS = 15, GZIP_ONLY = 16 };

static mpb_status fail(const mpb_unpack *unpack, const z_stream *stream, const char *problem)
{
    return MPB_FAIL(MPB_ERR_DATA, "gzip: %s (%s, byte %" PRIu64 ")", problem, unpack->path,
                    unpack->before + unpack->in_size - stream->avail_in);
}

static mpb_status check(const mpb_unpack *unpack, const z_stream *stream, int code)
{
    /* Z_BUF_ERROR: nothing to be done before more bytes are read. */
    if (code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR) {
        return MPB_OK;
    }
    MPB_REQUIRE(code != Z_MEM_ERROR, MPB_ERR_SYSTEM, "no memory for unpacking (%s)", unpack->path);
    return fail(unpack, stream, stream->msg == NULL ? "the data is damaged" : stream->msg);
}

/* Writes what the bytes in `in` give; *inside tells whether they end inside a member. */
static mpb_status inflate_part(mpb_unpack *unpack, z_stream *stream, bool *inside)
{
    stream->next_in = unpack->in;
    stream->avail_in = (uInt)unpack->in_size;
    do {
        int code;

        stream->next_out = unpack->out;
        stream->avail_out = MPB_UNPACK_STEP;
        code = inflate(stream, Z_NO_FLUSH);
        MPB_TRY(check(unpack, stream, code));
        MPB_TRY(mpb_unpack_put(unpack, unpack->out, MPB_UNPACK_STEP - stream->avail_out));
        if (code == Z_OK) {
            *inside = true;
        } else if (code == Z_STREAM_END) {
            *inside = false;
            MPB_TRY(check(unpack, stream, inflateReset(stream)));
        }
    } while (!unpack->full && (stream->avail_in > 0 || stream->avail_out == 0));
    return MPB_OK;
}

static mpb_status inflate_file(mpb_unpack *unpack, z_stream *stream)
{
    bool inside = true;

    do {
        MPB_TRY(mpb_unpack_next(unpack));
        MPB_TRY(inflate_part(unpack, stream, &inside));
    } while (unpack->in_size > 0 && !unpack->full);
    return inside && !unpack->full ? fail(unpack, stream, "the compressed data ends too early")
                                   : MPB_OK;
}

mpb_status mpb_unpack_gzip(mpb_unpack *unpack)
{
    z_stream stream = {0};
    mpb_status status;

    MPB_REQUIRE(inflateInit2(&stream, WINDOW_BITS + GZIP_ONLY) == Z_OK, MPB_ERR_SYSTEM,
                "no memory for unpacking (%s)", unpack->path);
    status = inflate_file(unpack, &stream);
    inflateEnd(&stream);
    return status;
}
