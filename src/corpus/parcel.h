#pragma once

/* Numbers and bytes packed one behind the other, to be sent between ranks. What is unpacked is what
 * this program packed, in the same order. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"

MPB_MUST_CHECK mpb_status mpb_parcel_put_number(mpb_buffer *out, uint64_t number);
MPB_MUST_CHECK mpb_status mpb_parcel_put_bytes(mpb_buffer *out, const void *bytes, size_t size);
MPB_MUST_CHECK mpb_status mpb_parcel_put_text(mpb_buffer *out, const char *text);

typedef struct mpb_parcel {
    const char *at;
    const char *end;
} mpb_parcel;

mpb_parcel mpb_parcel_open(const mpb_buffer *packed);
bool mpb_parcel_ends(const mpb_parcel *parcel);
uint64_t mpb_parcel_number(mpb_parcel *parcel);
/* Borrowed, and not aligned. */
const char *mpb_parcel_bytes(mpb_parcel *parcel, size_t *size);
const char *mpb_parcel_text(mpb_parcel *parcel);
