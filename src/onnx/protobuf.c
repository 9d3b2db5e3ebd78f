#include "protobuf.h"

#include <string.h>

enum { VARINT = 0, LENGTH_DELIMITED = 2, FOUR_BYTES = 5 }; /* wire types */
enum { WIRE_TYPE_BITS = 3, VARINT_BITS = 7, MOST_VARINT_BYTES = 10 };

/* Seven bits a byte, lowest first; the eighth bit says that more follow. */
static mpb_status add_varint(mpb_buffer *to, uint64_t value)
{
    unsigned char bytes[MOST_VARINT_BYTES];
    size_t count = 0;

    do {
        const uint64_t rest = value >> VARINT_BITS;

        bytes[count++] = (unsigned char)((value & 0x7F) | (rest > 0 ? 0x80 : 0));
        value = rest;
    } while (value > 0);
    return mpb_buffer_append(to, bytes, count);
}

static mpb_status add_tag(mpb_buffer *to, int field, int wire_type)
{
    return add_varint(to, (uint64_t)field << WIRE_TYPE_BITS | (uint64_t)wire_type);
}

mpb_status protobuf_integer(mpb_buffer *to, int field, int64_t value)
{
    MPB_TRY(add_tag(to, field, VARINT));
    return add_varint(to, (uint64_t)value);
}

mpb_status protobuf_float(mpb_buffer *to, int field, float value)
{
    uint32_t bits;
    unsigned char bytes[sizeof(bits)];

    memcpy(&bits, &value, sizeof(bits));
    for (size_t i = 0; i < sizeof(bits); i++) {
        bytes[i] = (unsigned char)(bits >> (8 * i));
    }
    MPB_TRY(add_tag(to, field, FOUR_BYTES));
    return mpb_buffer_append(to, bytes, sizeof(bytes));
}

mpb_status protobuf_begin_bytes(mpb_buffer *to, int field, uint64_t size)
{
    MPB_TRY(add_tag(to, field, LENGTH_DELIMITED));
    return add_varint(to, size);
}

mpb_status protobuf_bytes(mpb_buffer *to, int field, const void *bytes, size_t size)
{
    MPB_TRY(protobuf_begin_bytes(to, field, size));
    return size == 0 ? MPB_OK : mpb_buffer_append(to, bytes, size);
}

mpb_status protobuf_text(mpb_buffer *to, int field, const char *text)
{
    return protobuf_bytes(to, field, text, strlen(text));
}

mpb_status protobuf_message(mpb_buffer *to, int field, mpb_buffer *message)
{
    const mpb_status status = protobuf_bytes(to, field, message->data, message->size);

    mpb_buffer_clear(message);
    return status;
}
