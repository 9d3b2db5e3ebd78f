#include "parcel.h"

#include <assert.h>
#include <string.h>

mpb_status mpb_parcel_put_number(mpb_buffer *out, uint64_t number)
{
    return mpb_buffer_append(out, &number, sizeof(number));
}

mpb_status mpb_parcel_put_bytes(mpb_buffer *out, const void *bytes, size_t size)
{
    MPB_TRY(mpb_parcel_put_number(out, size));
    return mpb_buffer_append(out, bytes, size);
}

mpb_status mpb_parcel_put_text(mpb_buffer *out, const char *text)
{
    return mpb_parcel_put_bytes(out, text, strlen(text) + 1);
}

mpb_parcel mpb_parcel_open(const mpb_buffer *packed)
{
    return (mpb_parcel){packed->data, packed->data + packed->size};
}

bool mpb_parcel_ends(const mpb_parcel *parcel)
{
    return parcel->at == parcel->end;
}

uint64_t mpb_parcel_number(mpb_parcel *parcel)
{
    uint64_t number;

    assert((size_t)(parcel->end - parcel->at) >= sizeof(number));
    memcpy(&number, parcel->at, sizeof(number));
    parcel->at += sizeof(number);
    return number;
}

const char *mpb_parcel_bytes(mpb_parcel *parcel, size_t *size)
{
    const char *bytes;

    *size = (size_t)mpb_parcel_number(parcel);
    assert((size_t)(parcel->end - parcel->at) >= *size);
    bytes = parcel->at;
    parcel->at += *size;
    return bytes;
}

const char *mpb_parcel_text(mpb_parcel *parcel)
{
    size_t size;

    return mpb_parcel_bytes(parcel, &size);
}
