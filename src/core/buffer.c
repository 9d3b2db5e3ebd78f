#include "mpibert/core/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

mpb_status mpb_buffer_reserve(mpb_buffer *buffer, size_t extra)
{
    size_t needed;
    size_t capacity;
    char *data;

    MPB_REQUIRE(extra < SIZE_MAX / 2 - buffer->size, MPB_ERR_SYSTEM,
                "no memory for a text of %zu bytes", extra);
    needed = buffer->size + extra + 1;
    if (needed <= buffer->capacity) {
        return MPB_OK;
    }
    capacity = needed > 2 * buffer->capacity ? needed : 2 * buffer->capacity;
    data = realloc(buffer->data, capacity);
    MPB_REQUIRE(data != NULL, MPB_ERR_SYSTEM, "no memory for a text of %zu bytes", capacity);
    if (buffer->data == NULL) {
        data[0] = '\0';
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return MPB_OK;
}

mpb_status mpb_buffer_append(mpb_buffer *buffer, const void *bytes, size_t count)
{
    MPB_TRY(mpb_buffer_reserve(buffer, count));
    if (count > 0) {
        memcpy(buffer->data + buffer->size, bytes, count);
    }
    buffer->size += count;
    buffer->data[buffer->size] = '\0';
    return MPB_OK;
}

mpb_status mpb_buffer_append_text(mpb_buffer *buffer, const char *text)
{
    return mpb_buffer_append(buffer, text, strlen(text));
}

mpb_status mpb_buffer_append_format(mpb_buffer *buffer, const char *format, ...)
{
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    MPB_REQUIRE(length >= 0, MPB_ERR_SYSTEM, "text could not be formatted");
    MPB_TRY(mpb_buffer_reserve(buffer, (size_t)length));
    va_start(args, format);
    vsnprintf(buffer->data + buffer->size, (size_t)length + 1, format, args);
    va_end(args);
    buffer->size += (size_t)length;
    return MPB_OK;
}

void mpb_buffer_reset(mpb_buffer *buffer)
{
    buffer->size = 0;
    if (buffer->data != NULL) {
        buffer->data[0] = '\0';
    }
}

void mpb_buffer_clear(mpb_buffer *buffer)
{
    free(buffer->data);
    *buffer = (mpb_buffer){0};
}
