/* Texts of JSON without their quotes and escapes. */

#include <stdint.h>
#include <string.h>

#include "mpibert/core/utf8.h"
#include "mpibert/io/json_value.h"

enum { HEX_DIGITS = 4, FIRST_HIGH = 0xD800, FIRST_LOW = 0xDC00, LAST_LOW = 0xDFFF };

/* Of four hexadecimal digits. */
static uint32_t read_hex(const char *digits)
{
    uint32_t value = 0;

    for (int i = 0; i < HEX_DIGITS; i++) {
        char c = digits[i];
        uint32_t digit = c <= '9' ? (uint32_t)(c - '0') : (uint32_t)((c | 0x20) - 'a' + 10);

        value = value << 4 | digit;
    }
    return value;
}

/* The code point at *at, behind "\u"; *at moves behind it. False: half of a pair alone. */
static bool read_code_point(const char **at, const char *end, uint32_t *value)
{
    uint32_t low;

    *value = read_hex(*at);
    *at += HEX_DIGITS;
    if (*value < FIRST_HIGH || *value > LAST_LOW) {
        return true;
    }
    if (*value >= FIRST_LOW || end - *at < HEX_DIGITS + 2 || memcmp(*at, "\\u", 2) != 0) {
        return false;
    }
    low = read_hex(*at + 2);
    if (low < FIRST_LOW || low > LAST_LOW) {
        return false;
    }
    *at += HEX_DIGITS + 2;
    *value = 0x10000 + ((*value - FIRST_HIGH) << 10) + (low - FIRST_LOW);
    return true;
}

/* What the escape at *at, behind its backslash, stands for, to out[0, 4); *at moves behind it. The
 * number of bytes; 0: half of a pair. */
static size_t read_escape(const char **at, const char *end, char *out)
{
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    uint32_t value;

    if (**at != 'u') {
        *out = to[strchr(from, *(*at)++) - from];
        return 1;
    }
    (*at)++;
    return read_code_point(at, end, &value) ? mpb_utf8_encode(value, out) : 0;
}

bool mpb_value_decode(const mpb_value *text, char *out, size_t *size)
{
    const char *at = text->text + 1;
    const char *end = text->text + text->size - 1;
    char *begin = out;

    while (at < end) {
        const char *slash = memchr(at, '\\', (size_t)(end - at));
        size_t plain = (size_t)((slash == NULL ? end : slash) - at);
        size_t length;

        memcpy(out, at, plain);
        out += plain;
        at += plain;
        if (slash == NULL) {
            break;
        }
        at++;
        length = read_escape(&at, end, out);
        if (length == 0) {
            return false;
        }
        out += length;
    }
    *size = (size_t)(out - begin);
    return true;
}

bool mpb_value_is_text(const mpb_value *text, const char *wanted)
{
    enum { LONGEST = 512 };
    size_t length = strlen(wanted);
    char name[LONGEST];
    size_t size;

    if (memchr(text->text, '\\', text->size) == NULL) {
        return text->size == length + 2 && memcmp(text->text + 1, wanted, length) == 0;
    }
    return text->size <= sizeof(name) && mpb_value_decode(text, name, &size) && size == length &&
           memcmp(name, wanted, size) == 0;
}
