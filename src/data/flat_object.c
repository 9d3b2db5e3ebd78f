#include "flat_object.h"

#include <stdint.h>
#include <string.h>

#include "mpibert/core/utf8.h"

enum { MAX_DIGITS = 18, HEX_DIGITS = 4 };

typedef struct reader {
    const char *at;
    const char *end;
    char *out; /* where the next byte of object->text goes; there is room for the whole line */
} reader;

static void skip_blanks(reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\r')) {
        r->at++;
    }
}

static bool accept(reader *r, char c)
{
    if (r->at == r->end || *r->at != c) {
        return false;
    }
    r->at++;
    return true;
}

/* Whether one of 8 bytes is a quote, a backslash or a control character (Mycroft's zero test). */
static bool has_special(uint64_t bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t highs = UINT64_C(0x8080808080808080);
    uint64_t quote = bytes ^ ones * '"';
    uint64_t slash = bytes ^ ones * '\\';

    return (((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
            ((bytes - ones * ' ') & ~bytes)) &
           highs;
}

static bool is_special(char c)
{
    return c == '"' || c == '\\' || (unsigned char)c < ' ';
}

/* Copies bytes without a special one among them, 8 at a time. */
static void copy_words(reader *r)
{
    uint64_t bytes;

    while ((size_t)(r->end - r->at) >= sizeof(bytes)) {
        memcpy(&bytes, r->at, sizeof(bytes));
        if (has_special(bytes)) {
            return;
        }
        memcpy(r->out, &bytes, sizeof(bytes));
        r->at += sizeof(bytes);
        r->out += sizeof(bytes);
    }
}

/* Copies up to the next special byte. The test of 8 bytes may err on the safe side. */
static void copy_plain(reader *r)
{
    while (r->at < r->end) {
        copy_words(r);
        for (size_t i = 0; i < sizeof(uint64_t) && r->at < r->end; i++) {
            if (is_special(*r->at)) {
                return;
            }
            *r->out++ = *r->at++;
        }
    }
}

static bool read_hex(reader *r, uint32_t *value)
{
    *value = 0;
    if (r->end - r->at < HEX_DIGITS) {
        return false;
    }
    for (int i = 0; i < HEX_DIGITS; i++) {
        char c = *r->at++;
        uint32_t digit;

        if (c >= '0' && c <= '9') {
            digit = (uint32_t)(c - '0');
        } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
            digit = (uint32_t)((c | 0x20) - 'a' + 10);
        } else {
            return false;
        }
        *value = *value << 4 | digit;
    }
    return true;
}

/* Behind "\u". A pair of surrogates is one code point; alone they are wrong, as is U+0000. */
static bool read_code_point(reader *r)
{
    uint32_t value;
    uint32_t low;

    if (!read_hex(r, &value) || value == 0 || (value >= 0xDC00 && value <= 0xDFFF)) {
        return false;
    }
    if (value >= 0xD800 && value <= 0xDBFF) {
        if (!accept(r, '\\') || !accept(r, 'u') || !read_hex(r, &low) || low < 0xDC00 ||
            low > 0xDFFF) {
            return false;
        }
        value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
    }
    r->out += mpb_utf8_encode(value, r->out);
    return true;
}

static bool read_escape(reader *r)
{
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    const char *found;

    if (r->at == r->end || *r->at == '\0') {
        return false;
    }
    if (*r->at == 'u') {
        r->at++;
        return read_code_point(r);
    }
    found = strchr(from, *r->at++);
    if (found == NULL) {
        return false;
    }
    *r->out++ = to[found - from];
    return true;
}

/* A string with its quotes; copied with a NUL behind it. An escape is never shorter than what it
 * stands for. */
static bool read_string(reader *r)
{
    if (!accept(r, '"')) {
        return false;
    }
    for (;;) {
        copy_plain(r);
        if (r->at == r->end) {
            return false;
        }
        if (accept(r, '"')) {
            *r->out++ = '\0';
            return true;
        }
        if (!accept(r, '\\') || !read_escape(r)) {
            return false;
        }
    }
}

static size_t copy_digits(reader *r)
{
    size_t count = 0;

    for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; count++) {
        *r->out++ = *r->at++;
    }
    return count;
}

static bool copy_char(reader *r, const char *any_of)
{
    if (r->at == r->end || *r->at == '\0' || strchr(any_of, *r->at) == NULL) {
        return false;
    }
    *r->out++ = *r->at++;
    return true;
}

/* RFC 8259's number, without those that begin with -0. */
static bool read_number(reader *r, mpb_flat_kind *kind)
{
    bool negative = copy_char(r, "-");
    const char *first = r->at;
    size_t digits = copy_digits(r);

    if (digits == 0 || (*first == '0' && (digits > 1 || negative))) {
        return false;
    }
    *kind = digits <= MAX_DIGITS ? MPB_FLAT_INTEGER : MPB_FLAT_OTHER;
    if (copy_char(r, ".")) {
        *kind = MPB_FLAT_OTHER;
        if (copy_digits(r) == 0) {
            return false;
        }
    }
    if (copy_char(r, "eE")) {
        *kind = MPB_FLAT_OTHER;
        copy_char(r, "+-");
        if (copy_digits(r) == 0) {
            return false;
        }
    }
    *r->out++ = '\0';
    return true;
}

static bool read_word(reader *r)
{
    static const char *const words[] = {"true", "false", "null"};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        size_t length = strlen(words[i]);

        if ((size_t)(r->end - r->at) >= length && memcmp(r->at, words[i], length) == 0) {
            r->at += length;
            memcpy(r->out, words[i], length + 1);
            r->out += length + 1;
            return true;
        }
    }
    return false;
}

static bool read_value(reader *r, mpb_flat_kind *kind)
{
    if (r->at == r->end) {
        return false;
    }
    if (*r->at == '"') {
        *kind = MPB_FLAT_TEXT;
        return read_string(r);
    }
    if (*r->at == '-' || (*r->at >= '0' && *r->at <= '9')) {
        return read_number(r, kind);
    }
    *kind = MPB_FLAT_OTHER;
    return read_word(r);
}

static bool read_member(mpb_flat_object *object, reader *r)
{
    mpb_flat_member *member = &object->members[object->count];
    const char *base = object->text.data;

    if (object->count == MPB_FLAT_MAX) {
        return false;
    }
    member->name = (size_t)(r->out - base);
    if (!read_string(r)) {
        return false;
    }
    if (mpb_flat_object_find(object, base + member->name) != NULL) {
        return false;
    }
    skip_blanks(r);
    if (!accept(r, ':')) {
        return false;
    }
    skip_blanks(r);
    member->value = (size_t)(r->out - base);
    if (!read_value(r, &member->kind)) {
        return false;
    }
    member->size = (size_t)(r->out - base) - member->value - 1;
    object->count++;
    skip_blanks(r);
    return true;
}

static bool read_members(mpb_flat_object *object, reader *r)
{
    skip_blanks(r);
    if (accept(r, '}')) {
        return true;
    }
    while (read_member(object, r)) {
        if (accept(r, '}')) {
            return true;
        }
        if (!accept(r, ',')) {
            return false;
        }
        skip_blanks(r);
    }
    return false;
}

bool mpb_flat_object_read(mpb_flat_object *object, const char *line, size_t size)
{
    reader r = {.at = line, .end = line + size};

    object->count = 0;
    mpb_buffer_reset(&object->text);
    /* Each value gains a NUL but loses at least a quote or the sign that separates it. */
    if (mpb_buffer_reserve(&object->text, size + sizeof(uint64_t)) != MPB_OK) {
        return false;
    }
    r.out = object->text.data;
    skip_blanks(&r);
    if (!accept(&r, '{') || !read_members(object, &r)) {
        return false;
    }
    skip_blanks(&r);
    return r.at == r.end;
}

const mpb_flat_member *mpb_flat_object_find(const mpb_flat_object *object, const char *name)
{
    for (size_t i = 0; i < object->count; i++) {
        if (strcmp(object->text.data + object->members[i].name, name) == 0) {
            return &object->members[i];
        }
    }
    return NULL;
}

void mpb_flat_object_clear(mpb_flat_object *object)
{
    mpb_buffer_clear(&object->text);
    object->count = 0;
}
