#include "mpibert/records/noise.h"

#include <stdint.h>
#include <string.h>

#include "mpibert/core/utf8.h"

typedef struct span {
    const char *text;
    size_t size;
} span;

/* What Python's str.isspace() holds for white space, and str.strip() removes. */
static bool is_space(uint32_t c)
{
    return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 ||
           c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

/* Length in bytes of the last code point of a text that is not empty. */
static size_t last_length(span s)
{
    size_t length = 1;

    while (length < s.size && ((unsigned char)s.text[s.size - length] & 0xC0) == 0x80) {
        length++;
    }
    return length;
}

static span strip(span s)
{
    uint32_t c = 0;

    while (s.size > 0) {
        size_t length = mpb_utf8_decode(s.text, s.size, &c);

        if (!is_space(c)) {
            break;
        }
        s.text += length;
        s.size -= length;
    }
    while (s.size > 0) {
        size_t length = last_length(s);

        mpb_utf8_decode(s.text + s.size - length, length, &c);
        if (!is_space(c)) {
            break;
        }
        s.size -= length;
    }
    return s;
}

/* What follows the first "\n\n"; nothing where there is none. */
static span after_headers(span s)
{
    for (size_t i = 0; i + 1 < s.size; i++) {
        if (s.text[i] == '\n' && s.text[i + 1] == '\n') {
            return (span){s.text + i + 2, s.size - i - 2};
        }
    }
    return (span){s.text + s.size, 0};
}

/* Blank, or hyphens alone between white space. */
static bool separates(span line)
{
    line = strip(line);
    for (size_t i = 0; i < line.size; i++) {
        if (line.text[i] != '-') {
            return false;
        }
    }
    return true;
}

/* The stripped text before its last separating line. The first line never counts as one: then the
 * text stays as it was, white space included. */
static span before_footer(span s)
{
    span stripped = strip(s);
    size_t end = stripped.size;

    while (end > 0) {
        size_t begin = end;

        while (begin > 0 && stripped.text[begin - 1] != '\n') {
            begin--;
        }
        if (begin == 0) {
            return s;
        }
        if (separates((span){stripped.text + begin, end - begin})) {
            return (span){stripped.text, begin - 1};
        }
        end = begin - 1;
    }
    return s;
}

static bool contains(span line, const char *part)
{
    size_t length = strlen(part);

    for (size_t i = 0; i + length <= line.size; i++) {
        if (memcmp(line.text + i, part, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool starts_with(span line, const char *part)
{
    size_t length = strlen(part);

    return line.size >= length && memcmp(line.text, part, length) == 0;
}

static bool is_quotation(span line)
{
    static const char *const inside[] = {"writes in", "writes:", "wrote:", "says:", "said:"};
    static const char *const at_start[] = {"In article", "Quoted from", "|", ">"};

    for (size_t i = 0; i < sizeof(inside) / sizeof(*inside); i++) {
        if (contains(line, inside[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof(at_start) / sizeof(*at_start); i++) {
        if (starts_with(line, at_start[i])) {
            return true;
        }
    }
    return false;
}

static mpb_status append_unquoted(span s, mpb_buffer *out)
{
    size_t begin = 0;
    bool first = true;

    for (;;) {
        size_t end = begin;

        while (end < s.size && s.text[end] != '\n') {
            end++;
        }
        if (!is_quotation((span){s.text + begin, end - begin})) {
            if (!first) {
                MPB_TRY(mpb_buffer_append(out, "\n", 1));
            }
            MPB_TRY(mpb_buffer_append(out, s.text + begin, end - begin));
            first = false;
        }
        if (end == s.size) {
            return MPB_OK;
        }
        begin = end + 1;
    }
}

mpb_status mpb_noise_remove(mpb_noise noise, const char *text, size_t size, mpb_buffer *out)
{
    span s = {text, size};

    if (noise.headers) {
        s = after_headers(s);
    }
    if (noise.footers) {
        s = before_footer(s);
    }
    if (noise.quotes) {
        return append_unquoted(s, out);
    }
    return mpb_buffer_append(out, s.text, s.size);
}
