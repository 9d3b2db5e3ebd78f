#include "h5_internal.h"

hid_t mpb_h5_memory_type(mpb_h5_type type)
{
    switch (type) {
    case MPB_H5_U16:
        return H5T_NATIVE_UINT16;
    case MPB_H5_U32:
        return H5T_NATIVE_UINT32;
    case MPB_H5_U64:
        return H5T_NATIVE_UINT64;
    case MPB_H5_I32:
        return H5T_NATIVE_INT32;
    case MPB_H5_I64:
        return H5T_NATIVE_INT64;
    case MPB_H5_F32:
        return H5T_NATIVE_FLOAT;
    }
    return H5I_INVALID_HID;
}

hid_t mpb_h5_file_type(mpb_h5_type type)
{
    switch (type) {
    case MPB_H5_U16:
        return H5T_STD_U16LE;
    case MPB_H5_U32:
        return H5T_STD_U32LE;
    case MPB_H5_U64:
        return H5T_STD_U64LE;
    case MPB_H5_I32:
        return H5T_STD_I32LE;
    case MPB_H5_I64:
        return H5T_STD_I64LE;
    case MPB_H5_F32:
        return H5T_IEEE_F32LE;
    }
    return H5I_INVALID_HID;
}

size_t mpb_h5_type_size(mpb_h5_type type)
{
    return H5Tget_size(mpb_h5_memory_type(type));
}

hid_t mpb_h5_string_type(void)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    if (type >= 0 &&
        (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0)) {
        mpb_h5_close_id(type);
        return H5I_INVALID_HID;
    }
    return type;
}
