#include "mpibert/io/unpack.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mpibert/core/bytes.h"
#include "reading.h"
#include "unpack_internal.h"

typedef struct codec {
    const char *end; /* of the name */
    mpb_status (*run)(mpb_unpack *unpack);
} codec;

static const codec codecs[] = {{".gz", mpb_unpack_gzip}, {".xz", mpb_unpack_xz}};

/* NULL where the name does not tell of packing. */
static const codec *find_codec(const char *path)
{
    size_t length = strlen(path);

    for (size_t i = 0; i < sizeof(codecs) / sizeof(*codecs); i++) {
        size_t end = strlen(codecs[i].end);

        if (length > end && strcasecmp(path + length - end, codecs[i].end) == 0) {
            return &codecs[i];
        }
    }
    return NULL;
}

bool mpb_is_packed(const char *path)
{
    return find_codec(path) != NULL;
}

size_t mpb_unpacked_length(const char *path)
{
    const codec *found = find_codec(path);

    return strlen(path) - (found == NULL ? 0 : strlen(found->end));
}

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

static mpb_status run(const char *from, mpb_aside *to, mpb_buffer *head, uint64_t limit)
{
    const codec *found = find_codec(from);
    mpb_unpack *unpack = calloc(1, sizeof(*unpack));
    mpb_status status;

    assert(found != NULL);
    MPB_REQUIRE(unpack != NULL, MPB_ERR_SYSTEM, "no memory for unpacking (%s)", from);
    unpack->path = from;
    unpack->to = to;
    unpack->head = head;
    unpack->limit = limit;
    status = mpb_reading_stream(from, &unpack->file);
    if (status == MPB_OK) {
        status = found->run(unpack);
        fclose(unpack->file);
    }
    free(unpack);
    return status;
}

mpb_status mpb_unpack_file(const char *from, const char *to, uint64_t limit)
{
    mpb_aside aside;

    MPB_TRY(mpb_aside_begin(to, &aside));
    return mpb_aside_end(&aside, run(from, &aside, NULL, limit));
}

mpb_status mpb_unpack_head(const char *from, size_t size, mpb_buffer *head)
{
    MPB_TRY(run(from, NULL, head, size));
    if (head->size > size) {
        head->size = size;
        head->data[size] = '\0';
    }
    return MPB_OK;
}
