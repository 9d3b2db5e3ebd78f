/* Tensors to fp32. */

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mpibert/io/safetensors.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "safetensors files are little-endian and are read in place");
_Static_assert(sizeof(float) == 4 && sizeof(double) == 8, "IEEE 754 binary32 and binary64");

enum { SLICE = 1 << 20 }; /* elements that are read at a time */

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

/* Elements from `first` on, SLICE at most. */
static mpb_tensor_view cut_slice(const mpb_tensor_view *view, size_t first)
{
    const size_t width = view->count == 0 ? 0 : view->bytes / view->count;
    const size_t left = view->count - first;
    mpb_tensor_view slice = *view;

    slice.count = left < SLICE ? left : SLICE;
    slice.bytes = slice.count * width;
    slice.data = (const char *)view->data + first * width;
    return slice;
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
    size_t first = 0;

    do {
        const mpb_tensor_view slice = cut_slice(view, first);

        MPB_TRY(mpb_tensor_to_float(&slice, where, out + first));
        forget(&slice);
        first += slice.count;
    } while (first < view->count);
    return MPB_OK;
}

bool mpb_tensor_equals(const mpb_tensor_view *view, const mpb_tensor_source *source)
{
    const size_t shape_bytes = sizeof(view->shape[0]) * (size_t)view->num_dims;
    bool same = view->dtype == MPB_F32 && view->num_dims == source->num_dims &&
                memcmp(view->shape, source->shape, shape_bytes) == 0;

    for (size_t first = 0; same && first < view->count; first += SLICE) {
        const mpb_tensor_view slice = cut_slice(view, first);

        same = memcmp(slice.data, source->data + first, slice.bytes) == 0;
        forget(&slice);
    }
    return same;
}
