#include "encoding.h"

#include <string.h>

#include "mpibert/core/utf8.h"

static const char BYTE_ORDER_MARK[] = "\xEF\xBB\xBF";

enum { MARK_SIZE = 3 };

static mpb_status append_utf8(const char *text, size_t size, const char *where, mpb_buffer *out)
{
    size_t bad = 0;

    MPB_REQUIRE(mpb_utf8_valid(text, size, &bad), MPB_ERR_DATA,
                "byte 0x%02X at offset %zu is not UTF-8; if the text is Latin-1, set "
                "data.encoding: latin-1 (%s)",
                (unsigned)(unsigned char)text[bad], bad, where);
    if (size >= MARK_SIZE && memcmp(text, BYTE_ORDER_MARK, MARK_SIZE) == 0) {
        text += MARK_SIZE;
        size -= MARK_SIZE;
    }
    return mpb_buffer_append(out, text, size);
}

/* Each byte of Latin-1 is the code point of its value. */
static mpb_status append_latin1(const char *text, size_t size, mpb_buffer *out)
{
    MPB_TRY(mpb_buffer_reserve(out, 2 * size));
    for (size_t i = 0; i < size; i++) {
        char bytes[4];
        size_t length = mpb_utf8_encode((unsigned char)text[i], bytes);

        MPB_TRY(mpb_buffer_append(out, bytes, length));
    }
    return MPB_OK;
}

mpb_status mpb_text_decode(const char *text, size_t size, mpb_encoding encoding, const char *where,
                           mpb_buffer *out)
{
    if (encoding == MPB_LATIN1) {
        return append_latin1(text, size, out);
    }
    return append_utf8(text, size, where, out);
}
