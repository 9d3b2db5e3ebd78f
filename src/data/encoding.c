#include "encoding.h"

#include <string.h>

#include "mpibert/core/utf8.h"

static const char BYTE_ORDER_MARK[] = "\xEF\xBB\xBF";

enum { MARK_SIZE = 3 };

mpb_status mpb_text_check(const char *text, size_t size, const mpb_place *place)
{
    const char *nul = size == 0 ? NULL : memchr(text, '\0', size);
    char where[MPB_PLACE_SIZE];
    size_t bad = 0;

    if (mpb_utf8_valid(text, size, &bad) && nul == NULL) {
        return MPB_OK;
    }
    mpb_place_describe(place, where);
    MPB_REQUIRE(nul == NULL, MPB_ERR_DATA, "a NUL byte at offset %zu, text was expected (%s)",
                (size_t)(nul - text), where);
    return MPB_FAIL(MPB_ERR_DATA,
                    "byte 0x%02X at offset %zu is not UTF-8; if the text is Latin-1, "
                    "set data.encoding: latin-1 (%s)",
                    (unsigned)(unsigned char)text[bad], bad, where);
}

/* Each byte of Latin-1 is the code point of its value. */
mpb_status mpb_text_from_latin1(const char *text, size_t size, mpb_buffer *out)
{
    char *at;

    MPB_TRY(mpb_buffer_reserve(out, 2 * size));
    at = out->data + out->size;
    for (size_t i = 0; i < size; i++) {
        at += mpb_utf8_encode((unsigned char)text[i], at);
    }
    *at = '\0';
    out->size = (size_t)(at - out->data);
    return MPB_OK;
}

size_t mpb_text_mark(const char *text, size_t size)
{
    return size >= MARK_SIZE && memcmp(text, BYTE_ORDER_MARK, MARK_SIZE) == 0 ? MARK_SIZE : 0;
}
