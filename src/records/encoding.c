#include "encoding.h"

#include <string.h>

#include "mpibert/core/utf8.h"

static const char BYTE_ORDER_MARK[] = "\xEF\xBB\xBF";

enum { MARK_SIZE = 3 };

enum { MANY_NULS = 4, NUL_SHARE = 3 };

static size_t count_nuls(const char *text, size_t size)
{
    size_t count = 0;

    for (size_t i = 0; i < size; i++) {
        count += text[i] == '\0';
    }
    return count;
}

static mpb_status check_nuls(const char *text, size_t size, const mpb_place *place)
{
    size_t nuls = count_nuls(text, size);
    char where[MPB_PLACE_SIZE];

    if (nuls < MANY_NULS || NUL_SHARE * nuls < size) {
        return MPB_OK;
    }
    mpb_place_describe(place, where);
    return MPB_FAIL(
        MPB_ERR_DATA,
        "%zu of %zu bytes are NUL, text in UTF-8 was expected: it is UTF-16, or damaged "
        "(%s)",
        nuls, size, where);
}

mpb_status mpb_text_check(const char *text, size_t size, const mpb_place *place)
{
    char where[MPB_PLACE_SIZE];
    size_t bad = 0;

    if (mpb_utf8_valid(text, size, &bad)) {
        return size == 0 || memchr(text, '\0', size) == NULL ? MPB_OK
                                                             : check_nuls(text, size, place);
    }
    mpb_place_describe(place, where);
    return MPB_FAIL(MPB_ERR_DATA,
                    "byte 0x%02X at offset %zu is not UTF-8; if the text is Latin-1, "
                    "set data.encoding: latin-1 (%s)",
                    (unsigned)(unsigned char)text[bad], bad, where);
}

/* C0, DEL and C1. */
static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

mpb_status mpb_name_check(const char *name, size_t size, const mpb_place *place)
{
    char where[MPB_PLACE_SIZE];
    size_t length;

    if (size > MPB_NAME_LIMIT) {
        mpb_place_describe(place, where);
        return MPB_FAIL(MPB_ERR_DATA,
                        "a label or id of %zu bytes was found, at most %d were expected: are "
                        "data.label_column and data.id_column right? (%s)",
                        size, MPB_NAME_LIMIT, where);
    }
    MPB_TRY(mpb_text_check(name, size, place));
    for (size_t at = 0; at < size; at += length) {
        uint32_t c = 0;

        length = mpb_utf8_decode(name + at, size - at, &c);
        if (is_control(c)) {
            mpb_place_describe(place, where);
            return MPB_FAIL(MPB_ERR_DATA,
                            "a label or id holds the control character U+%04X at offset %zu (%s)",
                            (unsigned)c, at, where);
        }
    }
    return MPB_OK;
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
