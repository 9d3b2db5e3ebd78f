/* fp32 tensors to a file, by one process or by several. */

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aside.h"
#include "mpibert/core/buffer.h"
#include "mpibert/io/json.h"
#include "mpibert/io/safetensors.h"
#include "reading.h"

enum {
    ALIGNMENT = 8,        /* of the data part, bytes */
    PART_UNIT = 1 << 20,  /* bytes: parts of a file are cut at multiples of it */
    READ_STEP = 1 << 20,  /* bytes */
    NEW_FILE_MODE = 0666, /* the umask takes away from it */
};

/* Where everything of a file comes from. */
typedef struct layout {
    const char *path;                 /* borrowed */
    const mpb_tensor_source **sorted; /* owned, (count), by name */
    size_t count;
    mpb_buffer header; /* owned: the length and the JSON */
    uint64_t bytes;    /* of the file */
} layout;

static size_t count_of(const mpb_tensor_source *tensor)
{
    size_t count = 1;

    for (int d = 0; d < tensor->num_dims; d++) {
        assert(tensor->shape[d] >= 0);
        count *= (size_t)tensor->shape[d];
    }
    return count;
}

static int compare_sources(const void *a, const void *b)
{
    const mpb_tensor_source *const *left = a;
    const mpb_tensor_source *const *right = b;

    return strcmp((*left)->name, (*right)->name);
}

static mpb_status append_name(const char *name, mpb_buffer *header)
{
    mpb_json *text = mpb_json_new_text(name);
    mpb_status status;

    MPB_REQUIRE(text != NULL, MPB_ERR_SYSTEM, "no memory for the name of a tensor (%s)", name);
    status = mpb_json_write(text, 0, header);
    mpb_json_destroy(&text);
    return status;
}

static mpb_status append_entry(const mpb_tensor_source *tensor, size_t begin, mpb_buffer *header)
{
    MPB_TRY(mpb_buffer_append_text(header, ","));
    MPB_TRY(append_name(tensor->name, header));
    MPB_TRY(mpb_buffer_append_text(header, ":{\"dtype\":\"F32\",\"shape\":["));
    for (int d = 0; d < tensor->num_dims; d++) {
        MPB_TRY(mpb_buffer_append_format(header, d == 0 ? "%lld" : ",%lld",
                                         (long long)tensor->shape[d]));
    }
    return mpb_buffer_append_format(header, "],\"data_offsets\":[%zu,%zu]}", begin,
                                    begin + count_of(tensor) * sizeof(float));
}

/* The length and the JSON, filled up with spaces. */
static mpb_status append_header(const mpb_tensor_source *const *sorted, size_t count,
                                mpb_buffer *header)
{
    const char length_place[8] = {0};
    size_t begin = 0;
    uint64_t length;

    MPB_TRY(mpb_buffer_append(header, length_place, sizeof(length_place)));
    MPB_TRY(mpb_buffer_append_text(header, "{\"__metadata__\":{\"format\":\"pt\"}"));
    for (size_t i = 0; i < count; i++) {
        MPB_TRY(append_entry(sorted[i], begin, header));
        begin += count_of(sorted[i]) * sizeof(float);
    }
    MPB_TRY(mpb_buffer_append_text(header, "}"));
    while (header->size % ALIGNMENT != 0) {
        MPB_TRY(mpb_buffer_append_text(header, " "));
    }
    length = header->size - sizeof(length_place);
    memcpy(header->data, &length, sizeof(length));
    return MPB_OK;
}

static void layout_clear(layout *file)
{
    free(file->sorted);
    mpb_buffer_clear(&file->header);
}

/* `file` is to be cleared in any case. */
static mpb_status layout_make(const char *path, const mpb_tensor_source *tensors, size_t count,
                              layout *file)
{
    *file = (layout){.path = path, .count = count};
    file->sorted = calloc(count + 1, sizeof(*file->sorted));
    MPB_REQUIRE(file->sorted != NULL, MPB_ERR_SYSTEM, "no memory for %zu tensors (%s)", count,
                path);
    for (size_t i = 0; i < count; i++) {
        assert(tensors[i].num_dims <= MPB_TENSOR_MAX_DIMS);
        file->sorted[i] = &tensors[i];
    }
    qsort(file->sorted, count, sizeof(*file->sorted), compare_sources);
    MPB_TRY(append_header(file->sorted, count, &file->header));
    file->bytes = file->header.size;
    for (size_t i = 0; i < count; i++) {
        file->bytes += count_of(tensors + i) * sizeof(float);
    }
    return MPB_OK;
}

static mpb_status write_pieces(mpb_aside *aside, const layout *file)
{
    MPB_TRY(mpb_aside_write(aside, file->header.data, file->header.size));
    for (size_t i = 0; i < file->count; i++) {
        const mpb_tensor_source *tensor = file->sorted[i];

        MPB_TRY(mpb_aside_write(aside, tensor->data, count_of(tensor) * sizeof(float)));
    }
    return MPB_OK;
}

mpb_status mpb_safetensors_write(const char *path, const mpb_tensor_source *tensors, size_t count)
{
    layout file;
    mpb_aside aside;
    mpb_status status = layout_make(path, tensors, count, &file);

    if (status == MPB_OK) {
        status = mpb_aside_begin(path, &aside);
    }
    if (status == MPB_OK) {
        status = mpb_aside_end(&aside, write_pieces(&aside, &file));
    }
    layout_clear(&file);
    return status;
}

static mpb_status create_sized(const layout *file)
{
    const int descriptor = open(file->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, NEW_FILE_MODE);
    int failure;

    MPB_REQUIRE(descriptor >= 0, MPB_ERR_SYSTEM, "cannot create: %s (%s)", strerror(errno),
                file->path);
    failure = ftruncate(descriptor, (off_t)file->bytes) == 0 ? 0 : errno;
    if (close(descriptor) != 0 && failure == 0) {
        failure = errno;
    }
    MPB_REQUIRE(failure == 0, MPB_ERR_SYSTEM, "cannot write: %s (%s)", strerror(failure),
                file->path);
    return MPB_OK;
}

mpb_status mpb_safetensors_begin_parts(const char *path, const mpb_tensor_source *tensors,
                                       size_t count)
{
    layout file;
    mpb_status status = layout_make(path, tensors, count, &file);

    if (status == MPB_OK) {
        status = create_sized(&file);
    }
    layout_clear(&file);
    return status;
}

/* Bytes [begin, end) of a file that is being written. */
typedef struct part {
    const char *path;
    int descriptor;
    uint64_t begin;
    uint64_t end;
    mpb_checksum sum; /* of what was written of it */
} part;

static uint64_t part_begin(uint64_t bytes, int index, int parts)
{
    const uint64_t units = (bytes + PART_UNIT - 1) / PART_UNIT;
    const uint64_t begin = units * (uint64_t)index / (uint64_t)parts * PART_UNIT;

    return begin < bytes ? begin : bytes;
}

/* What the part has of `size` bytes that stand at `at` in the file. */
static mpb_status write_piece(part *to, uint64_t at, const void *bytes, size_t size)
{
    const uint64_t begin = at > to->begin ? at : to->begin;
    const uint64_t end = at + size < to->end ? at + size : to->end;
    const char *from = (const char *)bytes + (begin - at);

    if (begin >= end) {
        return MPB_OK;
    }
    mpb_checksum_update(&to->sum, from, (size_t)(end - begin));
    MPB_REQUIRE(lseek(to->descriptor, (off_t)begin, SEEK_SET) >= 0, MPB_ERR_SYSTEM,
                "cannot write: %s (%s)", strerror(errno), to->path);
    return mpb_descriptor_write(to->descriptor, to->path, from, (size_t)(end - begin));
}

static mpb_status write_part(part *to, const layout *file)
{
    uint64_t at = file->header.size;

    MPB_TRY(write_piece(to, 0, file->header.data, file->header.size));
    for (size_t i = 0; i < file->count; i++) {
        const size_t size = count_of(file->sorted[i]) * sizeof(float);

        MPB_TRY(write_piece(to, at, file->sorted[i]->data, size));
        at += size;
    }
    return MPB_OK;
}

static mpb_status sum_part(const part *of, mpb_checksum *sum)
{
    char *step = malloc(READ_STEP);
    mpb_status status = MPB_OK;

    MPB_REQUIRE(step != NULL, MPB_ERR_SYSTEM, "no memory to read (%s)", of->path);
    for (uint64_t at = of->begin; status == MPB_OK && at < of->end; at += READ_STEP) {
        const size_t size = of->end - at < READ_STEP ? (size_t)(of->end - at) : READ_STEP;

        status = mpb_reading_range(of->descriptor, of->path, at, step, size);
        if (status == MPB_OK) {
            mpb_checksum_update(sum, step, size);
        }
    }
    free(step);
    return status;
}

/* Reads the part back, and makes it last. */
static mpb_status settle_part(const part *written)
{
    mpb_checksum found = {0};

    MPB_REQUIRE(sum_part(written, &found) == MPB_OK, MPB_ERR_SYSTEM,
                "what was written does not come back: %s", mpb_status_last());
    MPB_REQUIRE(mpb_checksum_value(&found) == mpb_checksum_value(&written->sum), MPB_ERR_SYSTEM,
                "other bytes come back than were written (%s)", written->path);
    MPB_REQUIRE(fsync(written->descriptor) == 0, MPB_ERR_SYSTEM, "cannot write: %s (%s)",
                strerror(errno), written->path);
    return MPB_OK;
}

static mpb_status open_and_write_part(const layout *file, int index, int parts)
{
    part to = {.path = file->path,
               .begin = part_begin(file->bytes, index, parts),
               .end = part_begin(file->bytes, index + 1, parts)};
    mpb_status status;

    to.descriptor = open(file->path, O_RDWR | O_CLOEXEC);
    MPB_REQUIRE(to.descriptor >= 0, MPB_ERR_SYSTEM, "cannot open for writing: %s (%s)",
                strerror(errno), file->path);
    status = write_part(&to, file);
    if (status == MPB_OK) {
        status = settle_part(&to);
    }
    if (close(to.descriptor) != 0 && status == MPB_OK) {
        status = MPB_FAIL(MPB_ERR_SYSTEM, "cannot write: %s (%s)", strerror(errno), file->path);
    }
    return status;
}

mpb_status mpb_safetensors_write_part(const char *path, const mpb_tensor_source *tensors,
                                      size_t count, int index, int parts)
{
    layout file;
    mpb_status status = layout_make(path, tensors, count, &file);

    if (status == MPB_OK) {
        status = open_and_write_part(&file, index, parts);
    }
    layout_clear(&file);
    return status;
}
