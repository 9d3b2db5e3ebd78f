/* One tensor's description in the header of a safetensors file. */

#include <stdint.h>
#include <string.h>

#include "safetensors_internal.h"

static const mpb_dtype_info dtypes[] = {
    {"F64", MPB_F64, 64},      {"F32", MPB_F32, 32},      {"F16", MPB_F16, 16},
    {"BF16", MPB_BF16, 16},    {"I64", MPB_I64, 64},      {"I32", MPB_I32, 32},
    {"U64", MPB_OTHER, 64},    {"U32", MPB_OTHER, 32},    {"U16", MPB_OTHER, 16},
    {"U8", MPB_OTHER, 8},      {"I16", MPB_OTHER, 16},    {"I8", MPB_OTHER, 8},
    {"BOOL", MPB_OTHER, 8},    {"C64", MPB_OTHER, 64},    {"F8_E4M3", MPB_OTHER, 8},
    {"F8_E5M2", MPB_OTHER, 8}, {"F8_E8M0", MPB_OTHER, 8}, {"F6_E2M3", MPB_OTHER, 6},
    {"F6_E3M2", MPB_OTHER, 6}, {"F4", MPB_OTHER, 4},
};

static const mpb_dtype_info *find_dtype(const char *name)
{
    for (size_t i = 0; i < sizeof(dtypes) / sizeof(dtypes[0]); i++) {
        if (strcmp(dtypes[i].name, name) == 0) {
            return &dtypes[i];
        }
    }
    return NULL;
}

static mpb_status read_dimension(const mpb_json *item, const char *where, mpb_tensor_view *view,
                                 uint64_t *count)
{
    int64_t length;

    MPB_REQUIRE(mpb_json_is_integer(item) && mpb_json_integer(item) >= 0, MPB_ERR_DATA,
                "tensor '%s': a dimension is no number from 0 on (%s)", view->name, where);
    length = mpb_json_integer(item);
    MPB_REQUIRE(length == 0 || *count <= INT64_MAX / (uint64_t)length, MPB_ERR_DATA,
                "tensor '%s': the product of its dimensions overflows (%s)", view->name, where);
    view->shape[view->num_dims++] = length;
    *count *= (uint64_t)length;
    return MPB_OK;
}

static mpb_status read_shape(const mpb_json *shape, const char *where, mpb_tensor_view *view)
{
    uint64_t count = 1;

    MPB_REQUIRE(shape != NULL && mpb_json_is_array(shape), MPB_ERR_DATA,
                "tensor '%s' has no list 'shape' (%s)", view->name, where);
    MPB_REQUIRE(mpb_json_count(shape) <= MPB_TENSOR_MAX_DIMS, MPB_ERR_DATA,
                "tensor '%s' has %zu dimensions, at most %d were expected (%s)", view->name,
                mpb_json_count(shape), MPB_TENSOR_MAX_DIMS, where);
    for (size_t i = 0; i < mpb_json_count(shape); i++) {
        MPB_TRY(read_dimension(mpb_json_item(shape, i), where, view, &count));
    }
    view->count = (size_t)count;
    return MPB_OK;
}

static bool is_offset(const mpb_json *item)
{
    return mpb_json_is_integer(item) && mpb_json_integer(item) >= 0;
}

static mpb_status read_offsets(const mpb_json *offsets, const char *where, mpb_tensor_entry *entry)
{
    const char *name = entry->view.name;

    MPB_REQUIRE(offsets != NULL && mpb_json_is_array(offsets) && mpb_json_count(offsets) == 2 &&
                    is_offset(mpb_json_item(offsets, 0)) && is_offset(mpb_json_item(offsets, 1)),
                MPB_ERR_DATA, "tensor '%s' has no 'data_offsets' of two numbers (%s)", name, where);
    entry->begin = (size_t)mpb_json_integer(mpb_json_item(offsets, 0));
    entry->end = (size_t)mpb_json_integer(mpb_json_item(offsets, 1));
    MPB_REQUIRE(entry->begin <= entry->end, MPB_ERR_DATA,
                "tensor '%s' ends at byte %zu before it begins at %zu (%s)", name, entry->end,
                entry->begin, where);
    entry->view.bytes = entry->end - entry->begin;
    return MPB_OK;
}

static mpb_status check_bytes(const mpb_tensor_view *view, unsigned bits, const char *where)
{
    MPB_REQUIRE(view->count <= SIZE_MAX / bits, MPB_ERR_DATA,
                "tensor '%s' of %zu elements is beyond memory (%s)", view->name, view->count,
                where);
    MPB_REQUIRE(view->count * bits % 8 == 0 && view->count * bits / 8 == view->bytes, MPB_ERR_DATA,
                "tensor '%s' has %zu bytes, its shape and type make %zu (%s)", view->name,
                view->bytes, view->count * bits / 8, where);
    return MPB_OK;
}

mpb_status mpb_tensor_entry_read(const char *name, const mpb_json *member, const char *where,
                                 mpb_tensor_entry *entry)
{
    const mpb_json *dtype;
    const mpb_dtype_info *info;

    *entry = (mpb_tensor_entry){.view = {.name = name}};
    MPB_REQUIRE(mpb_json_is_object(member), MPB_ERR_DATA, "tensor '%s' is no object (%s)", name,
                where);
    dtype = mpb_json_member(member, "dtype");
    MPB_REQUIRE(dtype != NULL && mpb_json_is_string(dtype), MPB_ERR_DATA,
                "tensor '%s' has no text 'dtype' (%s)", name, where);
    info = find_dtype(mpb_json_text(dtype));
    MPB_REQUIRE(info != NULL, MPB_ERR_DATA, "tensor '%s' has the unknown type '%s' (%s)", name,
                mpb_json_text(dtype), where);
    entry->view.dtype = info->dtype;
    MPB_TRY(read_shape(mpb_json_member(member, "shape"), where, &entry->view));
    MPB_TRY(read_offsets(mpb_json_member(member, "data_offsets"), where, entry));
    return check_bytes(&entry->view, info->bits, where);
}
