#include "mpibert/io/unpack.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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
