#include "mpibert/core/utf8.h"

#include <string.h>

/* Length by lead byte, 0 for bytes that cannot lead. */
static size_t sequence_length(unsigned char lead)
{
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return 2;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        return 4;
    }
    return 0;
}

/* Overlong forms, surrogates and values above U+10FFFF, for the lengths 3 and 4. */
static bool is_forbidden(size_t length, uint32_t value)
{
    return (length == 3 && (value < 0x800 || (value >= 0xD800 && value <= 0xDFFF))) ||
           (length == 4 && (value < 0x10000 || value > 0x10FFFF));
}

size_t mpb_utf8_decode(const char *text, size_t size, uint32_t *code_point)
{
    static const unsigned char lead_bits[5] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    const unsigned char *bytes = (const unsigned char *)text;
    size_t length = sequence_length(bytes[0]);
    uint32_t value;

    if (length == 0 || length > size) {
        return 0;
    }
    value = bytes[0] & lead_bits[length];
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            return 0;
        }
        value = value << 6 | (bytes[i] & 0x3F);
    }
    if (is_forbidden(length, value)) {
        return 0;
    }
    *code_point = value;
    return length;
}

size_t mpb_utf8_encode(uint32_t code_point, char out[4])
{
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (char)(0xC0 | code_point >> 6);
        out[1] = (char)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (char)(0xE0 | code_point >> 12);
        out[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code_point & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code_point >> 18);
    out[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code_point & 0x3F));
    return 4;
}

/* Where the first 8 bytes from `at` on begin that are not all ASCII, or less than 8 are left. */
static size_t skip_ascii(const char *text, size_t size, size_t at)
{
    uint64_t bytes;

    while (size - at >= sizeof(bytes)) {
        memcpy(&bytes, text + at, sizeof(bytes));
        if ((bytes & UINT64_C(0x8080808080808080)) != 0) {
            break;
        }
        at += sizeof(bytes);
    }
    return at;
}

bool mpb_utf8_valid(const char *text, size_t size, size_t *bad)
{
    size_t at = skip_ascii(text, size, 0);

    while (at < size) {
        uint32_t code_point;
        size_t length = mpb_utf8_decode(text + at, size - at, &code_point);

        if (length == 0) {
            *bad = at;
            return false;
        }
        at += length;
        if (length > 1) {
            at = skip_ascii(text, size, at);
        }
    }
    return true;
}

size_t mpb_utf8_length(const char *text, size_t size)
{
    size_t count = 0;

    for (size_t i = 0; i < size; i++) {
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    }
    return count;
}
