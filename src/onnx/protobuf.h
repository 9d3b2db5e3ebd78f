#pragma once

/* Protocol Buffers' wire format (protobuf.dev/programming-guides/encoding): a message is its
 * fields one after the other, each its number and wire type in a varint, then its value. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/buffer.h"

/* int32, int64, enum and bool: a varint, of negative numbers that of their 64-bit two's
 * complement. */
MPB_MUST_CHECK mpb_status protobuf_integer(mpb_buffer *to, int field, int64_t value);

/* float: four bytes, little-endian. */
MPB_MUST_CHECK mpb_status protobuf_float(mpb_buffer *to, int field, float value);

/* string, bytes, and messages: their length as a varint, then they. */
MPB_MUST_CHECK mpb_status protobuf_bytes(mpb_buffer *to, int field, const void *bytes, size_t size);
MPB_MUST_CHECK mpb_status protobuf_text(mpb_buffer *to, int field, const char *text);

/* The same without the bytes themselves, which the caller puts behind it. */
MPB_MUST_CHECK mpb_status protobuf_begin_bytes(mpb_buffer *to, int field, uint64_t size);

/* *message becomes a field of `to` and is cleared, on failure as well. */
MPB_MUST_CHECK mpb_status protobuf_message(mpb_buffer *to, int field, mpb_buffer *message);
