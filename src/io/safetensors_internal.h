#pragma once

#include "mpibert/io/json.h"
#include "mpibert/io/safetensors.h"

/* What the header says of one data type. */
typedef struct mpb_dtype_info {
    const char *name;
    mpb_dtype dtype;
    unsigned bits; /* of one element */
} mpb_dtype_info;

/* One tensor of the header before its place in the file is checked. */
typedef struct mpb_tensor_entry {
    mpb_tensor_view view; /* data not set yet */
    size_t begin;         /* offsets into the data part */
    size_t end;
} mpb_tensor_entry;

/* Reads one member of the header: dtype, shape and offsets that agree with each other. */
MPB_MUST_CHECK mpb_status mpb_tensor_entry_read(const char *name, const mpb_json *member,
                                                const char *where, mpb_tensor_entry *entry);
