/* Tensors to fp32, and fp32 tensors to a file. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "aside.h"
#include "mpibert/core/buffer.h"
#include "mpibert/io/json.h"
#include "mpibert/io/safetensors.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "safetensors files are little-endian and are read in place");
_Static_assert(sizeof(float) == 4 && sizeof(double) == 8, "IEEE 754 binary32 and binary64");

enum {
    ALIGNMENT = 8,  /* of the data part, bytes */
    SLICE = 1 << 20 /* elements that are read at a time */
};

static float from_bits(uint32_t bits)
{
    float value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

/* IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
static float from_half(uint16_t half)
{
    uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
    uint32_t exponent = (half >> 10) & 0x1Fu;
    uint32_t fraction = half & 0x3FFu;

    if (exponent == 0) { /* zero or subnormal: fraction * 2^-24, exact in binary32 */
        float magnitude = (float)fraction * 0x1p-24f;

        return sign != 0 ? -magnitude : magnitude;
    }
    if (exponent == 0x1F) {
        return from_bits(sign | 0x7F800000u | fraction << 13);
    }
    return from_bits(sign | (exponent + 127 - 15) << 23 | fraction << 13);
}

static void convert_16_bit(const mpb_tensor_view *view, float *out)
{
    const unsigned char *bytes = view->data;

    for (size_t i = 0; i < view->count; i++) {
        uint16_t bits;

        memcpy(&bits, bytes + 2 * i, sizeof(bits));
        out[i] = view->dtype == MPB_F16 ? from_half(bits) : from_bits((uint32_t)bits << 16);
    }
}

static void convert_double(const mpb_tensor_view *view, float *out)
{
    const unsigned char *bytes = view->data;

    for (size_t i = 0; i < view->count; i++) {
        double value;

        memcpy(&value, bytes + sizeof(value) * i, sizeof(value));
        out[i] = (float)value;
    }
}

mpb_status mpb_tensor_to_float(const mpb_tensor_view *view, const char *where, float *out)
{
    switch (view->dtype) {
    case MPB_F32:
        if (view->bytes > 0) {
            memcpy(out, view->data, view->bytes);
        }
        return MPB_OK;
    case MPB_F64:
        convert_double(view, out);
        return MPB_OK;
    case MPB_F16:
    case MPB_BF16:
        convert_16_bit(view, out);
        return MPB_OK;
    case MPB_I64:
    case MPB_I32:
    case MPB_OTHER:
        break;
    }
    return MPB_FAIL(MPB_ERR_DATA, "tensor '%s' holds no floating-point numbers (%s)", view->name,
                    where);
}

/* The pages that hold nothing else; the kernel has them in the file's. */
static void forget(const mpb_tensor_view *view)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    const uintptr_t begin = ((uintptr_t)view->data + page - 1) / page * page;
    const uintptr_t end = ((uintptr_t)view->data + view->bytes) / page * page;

    if (begin < end) {
        madvise((void *)begin, end - begin, MADV_DONTNEED);
    }
}

mpb_status mpb_tensor_take(const mpb_tensor_view *view, const char *where, float *out)
{
    const size_t width = view->count == 0 ? 0 : view->bytes / view->count;
    size_t first = 0;

    do {
        const size_t left = view->count - first;
        mpb_tensor_view slice = *view;

        slice.count = left < SLICE ? left : SLICE;
        slice.bytes = slice.count * width;
        slice.data = (const char *)view->data + first * width;
        MPB_TRY(mpb_tensor_to_float(&slice, where, out + first));
        forget(&slice);
        first += slice.count;
    } while (first < view->count);
    return MPB_OK;
}

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

static mpb_status write_parts(mpb_aside *aside, const mpb_buffer *header,
                              const mpb_tensor_source *const *sorted, size_t count)
{
    MPB_TRY(mpb_aside_write(aside, header->data, header->size));
    for (size_t i = 0; i < count; i++) {
        MPB_TRY(mpb_aside_write(aside, sorted[i]->data, count_of(sorted[i]) * sizeof(float)));
    }
    return MPB_OK;
}

static mpb_status write_sorted(const char *path, const mpb_tensor_source *const *sorted,
                               size_t count)
{
    mpb_buffer header = {0};
    mpb_aside aside;
    mpb_status status = append_header(sorted, count, &header);

    if (status == MPB_OK) {
        status = mpb_aside_begin(path, &aside);
    }
    if (status == MPB_OK) {
        status = mpb_aside_end(&aside, write_parts(&aside, &header, sorted, count));
    }
    mpb_buffer_clear(&header);
    return status;
}

mpb_status mpb_safetensors_write(const char *path, const mpb_tensor_source *tensors, size_t count)
{
    const mpb_tensor_source **sorted = calloc(count + 1, sizeof(*sorted));
    mpb_status status;

    MPB_REQUIRE(sorted != NULL, MPB_ERR_SYSTEM, "no memory for %zu tensors (%s)", count, path);
    for (size_t i = 0; i < count; i++) {
        assert(tensors[i].num_dims <= MPB_TENSOR_MAX_DIMS);
        sorted[i] = &tensors[i];
    }
    qsort(sorted, count, sizeof(*sorted), compare_sources);
    status = write_sorted(path, sorted, count);
    free(sorted);
    return status;
}
