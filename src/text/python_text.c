#include "mpibert/text/python_text.h"

#include <string.h>
#include <utf8proc.h>

#include "mpibert/core/utf8.h"

enum {
    CAPITAL_I_WITH_DOT = 0x130,
    COMBINING_DOT_ABOVE = 0x307,
    CAPITAL_SIGMA = 0x3A3,
    FINAL_SIGMA = 0x3C2,
    SMALL_SIGMA = 0x3C3,
};

typedef struct code_range {
    uint32_t first;
    uint32_t last;
} code_range;

static bool in_ranges(const code_range *ranges, size_t count, uint32_t c)
{
    for (size_t i = 0; i < count; i++) {
        if (c >= ranges[i].first && c <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

#define IN_RANGES(ranges, c) in_ranges((ranges), sizeof(ranges) / sizeof(*(ranges)), (c))

bool mpb_char_is_alphanumeric(uint32_t c)
{
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return true;
    default:
        return false;
    }
}

/* Separators, and controls that part lines, paragraphs or fields. */
bool mpb_char_is_space(uint32_t c)
{
    static const code_range CONTROLS[] = {{0x09, 0x0D}, {0x1C, 0x1F}, {0x85, 0x85}};

    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return true;
    default:
        return IN_RANGES(CONTROLS, c);
    }
}

/* Unicode's property Case_Ignorable: looking for letters beside a sigma passes over them. */
static bool is_case_ignorable(uint32_t c)
{
    static const code_range IN_WORDS[] = {
        {'\'', '\''},     {'.', '.'},       {':', ':'},       {0xB7, 0xB7},
        {0x387, 0x387},   {0x55F, 0x55F},   {0x5F4, 0x5F4},   {0x2018, 0x2019},
        {0x2024, 0x2024}, {0x2027, 0x2027}, {0xFE13, 0xFE13}, {0xFE52, 0xFE52},
        {0xFE55, 0xFE55}, {0xFF07, 0xFF07}, {0xFF0E, 0xFF0E}, {0xFF1A, 0xFF1A},
    };

    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_SK:
        return true;
    default:
        return IN_RANGES(IN_WORDS, c);
    }
}

/* Unicode's property Cased, of characters that are not case-ignorable. */
static bool is_cased(uint32_t c)
{
    static const code_range NO_LETTERS[] = {
        {0xAA, 0xAA},       {0xBA, 0xBA},       {0x2160, 0x217F},   {0x24B6, 0x24E9},
        {0x1F130, 0x1F149}, {0x1F150, 0x1F169}, {0x1F170, 0x1F189},
    };

    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
        return true;
    default:
        return IN_RANGES(NO_LETTERS, c);
    }
}

/* Whether the first character of text[0, size) that is not case-ignorable is cased. */
static bool begins_cased(const char *text, size_t size)
{
    uint32_t c;

    for (size_t at = 0, length; at < size; at += length) {
        length = mpb_utf8_decode(text + at, size - at, &c);
        if (length == 0) {
            return false;
        }
        if (!is_case_ignorable(c)) {
            return is_cased(c);
        }
    }
    return false;
}

static mpb_status append(uint32_t c, mpb_buffer *out)
{
    char bytes[4];

    return mpb_buffer_append(out, bytes, mpb_utf8_encode(c, bytes));
}

mpb_status mpb_text_lower(const char *text, mpb_buffer *out)
{
    const size_t size = strlen(text);
    bool after_cased = false; /* so was the last character that is not case-ignorable */

    for (size_t at = 0; at < size;) {
        uint32_t c = 0;
        size_t length = mpb_utf8_decode(text + at, size - at, &c);

        MPB_REQUIRE(length > 0, MPB_ERR_DATA, "a text is not UTF-8 (byte %zu)", at);
        at += length;
        if (c == CAPITAL_I_WITH_DOT) {
            MPB_TRY(append('i', out));
            MPB_TRY(append(COMBINING_DOT_ABOVE, out));
        } else if (c == CAPITAL_SIGMA) {
            bool final = after_cased && !begins_cased(text + at, size - at);

            MPB_TRY(append(final ? FINAL_SIGMA : SMALL_SIGMA, out));
        } else {
            MPB_TRY(append((uint32_t)utf8proc_tolower((utf8proc_int32_t)c), out));
        }
        if (!is_case_ignorable(c)) {
            after_cased = is_cased(c);
        }
    }
    return MPB_OK;
}
