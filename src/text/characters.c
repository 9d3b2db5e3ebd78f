#include "characters.h"

#include <assert.h>
#include <stdlib.h>
#include <utf8proc.h>

#include "differences.h"

static utf8proc_category_t category(uint32_t c)
{
    return (utf8proc_category_t)utf8proc_get_property((utf8proc_int32_t)c)->category;
}

static bool in_range(uint32_t c, uint32_t first, uint32_t last)
{
    return c >= first && c <= last;
}

/* The property White_Space. */
bool mpb_characters_is_space(uint32_t c)
{
    utf8proc_category_t kind = category(c);

    return in_range(c, 0x09, 0x0D) || c == 0x85 || kind == UTF8PROC_CATEGORY_ZS ||
           kind == UTF8PROC_CATEGORY_ZL || kind == UTF8PROC_CATEGORY_ZP;
}

/* Alphabetic, marks, decimal numbers, connecting punctuation and joiners. */
bool mpb_characters_is_word(uint32_t c)
{
    switch (category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC:
        return true;
    default: /* circled and squared letters, which are symbols, and the two joiners */
        return in_range(c, 0x24B6, 0x24E9) || in_range(c, 0x1F130, 0x1F149) ||
               in_range(c, 0x1F150, 0x1F169) || in_range(c, 0x1F170, 0x1F189) || c == 0x200C ||
               c == 0x200D || mpb_difference_is_word(c);
    }
}

static bool is_cleaned(uint32_t c)
{
    utf8proc_category_t kind = category(c);

    if (c == '\t' || c == '\n' || c == '\r') {
        return false;
    }
    if (kind == UTF8PROC_CATEGORY_CF) {
        return !mpb_difference_is_plain(c);
    }
    return c == 0xFFFD || kind == UTF8PROC_CATEGORY_CC || kind == UTF8PROC_CATEGORY_CO;
}

/* The blocks of ideographs as BERT lists them; Kana and Hangul are words like any other. */
static bool is_chinese(uint32_t c)
{
    return in_range(c, 0x4E00, 0x9FFF) || in_range(c, 0x3400, 0x4DBF) ||
           in_range(c, 0x20000, 0x2A6DF) || in_range(c, 0x2A700, 0x2B81F) ||
           in_range(c, 0x2B920, 0x2CEAF) || in_range(c, 0xF900, 0xFAFF) ||
           in_range(c, 0x2F800, 0x2FA1F);
}

static bool is_punctuation(uint32_t c)
{
    utf8proc_category_t kind = category(c);

    if (c < 0x80) {
        return in_range(c, '!', '/') || in_range(c, ':', '@') || in_range(c, '[', '`') ||
               in_range(c, '{', '~');
    }
    if (mpb_difference_is_punctuation(c)) {
        return true;
    }
    return kind >= UTF8PROC_CATEGORY_PC && kind <= UTF8PROC_CATEGORY_PO &&
           !mpb_difference_is_plain(c);
}

bool mpb_characters_is_accent(uint32_t c)
{
    if (mpb_difference_is_mark(c)) {
        return true;
    }
    return category(c) == UTF8PROC_CATEGORY_MN && !mpb_difference_is_plain(c) &&
           !mpb_difference_is_punctuation(c);
}

int mpb_characters_combining_class(uint32_t c)
{
    int class = (int)utf8proc_get_property((utf8proc_int32_t)c)->combining_class;

    return class != 0 && mpb_difference_is_inert(c) ? 0 : class;
}

mpb_char_kind mpb_characters_split_kind(uint32_t c)
{
    if (mpb_characters_is_space(c)) {
        return MPB_CHAR_SPACE;
    }
    return is_punctuation(c) ? MPB_CHAR_PUNCTUATION : MPB_CHAR_LETTER;
}

size_t mpb_characters_decompose(const mpb_tokenizer_options *options, uint32_t c,
                                uint32_t out[MPB_DECOMPOSED])
{
    utf8proc_int32_t parts[MPB_DECOMPOSED];
    utf8proc_ssize_t count;
    int boundary = 0;

    out[0] = c;
    if (!options->strip_accents || mpb_difference_is_inert(c)) {
        return 1;
    }
    count = utf8proc_decompose_char((utf8proc_int32_t)c, parts, MPB_DECOMPOSED, UTF8PROC_DECOMPOSE,
                                    &boundary);
    assert(count > 0 && count <= MPB_DECOMPOSED);
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        out[i] = (uint32_t)parts[i];
    }
    return (size_t)count;
}

size_t mpb_characters_lower(const mpb_tokenizer_options *options, uint32_t c,
                            uint32_t out[MPB_LOWERED])
{
    out[0] = c;
    if (!options->lowercase) {
        return 1;
    }
    /* I WITH DOT ABOVE is the only letter whose lower case is two characters. */
    if (c == 0x130) {
        out[0] = 'i';
        out[1] = 0x307;
        return 2;
    }
    out[0] = mpb_difference_lower(c);
    if (out[0] == c) {
        out[0] = (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
    }
    return 1;
}

/* What is left of a decomposition in which nothing was reordered. */
typedef struct remains {
    uint32_t codes[MPB_DECOMPOSED * MPB_LOWERED];
    size_t count;
    bool combining; /* one of them has a combining class */
} remains;

static remains strip_and_lower(const mpb_tokenizer_options *options, const uint32_t *parts,
                               size_t count)
{
    remains left = {.count = 0};

    for (size_t i = 0; i < count; i++) {
        if (options->strip_accents && mpb_characters_is_accent(parts[i])) {
            continue;
        }
        left.combining = left.combining || mpb_characters_combining_class(parts[i]) != 0;
        left.count += mpb_characters_lower(options, parts[i], left.codes + left.count);
    }
    return left;
}

static mpb_char_action action_of(mpb_char_kind kind, uint32_t code)
{
    return (mpb_char_action){.kind = kind, .code = code & 0xFFFFFF};
}

mpb_char_action mpb_characters_work_out(const mpb_tokenizer_options *options, uint32_t c)
{
    uint32_t parts[MPB_DECOMPOSED];
    size_t num_parts;
    remains left;

    if (options->clean_text && is_cleaned(c)) {
        return action_of(MPB_CHAR_CLEANED, c);
    }
    if (options->clean_text && mpb_characters_is_space(c)) {
        return action_of(MPB_CHAR_SPACE, ' ');
    }
    num_parts = mpb_characters_decompose(options, c, parts);
    left = strip_and_lower(options, parts, num_parts);
    if (options->strip_accents && mpb_characters_combining_class(parts[0]) != 0) {
        return action_of(left.count == 0 ? MPB_CHAR_MARK : MPB_CHAR_KEPT_MARK, c);
    }
    if (left.count == 0) {
        return action_of(MPB_CHAR_SILENT, c);
    }
    if (left.count > 1 || (options->strip_accents && left.combining)) {
        return action_of(MPB_CHAR_SEVERAL, c);
    }
    if (options->split_chinese && is_chinese(c)) {
        return action_of(MPB_CHAR_CHINESE, left.codes[0]);
    }
    return action_of(mpb_characters_split_kind(left.codes[0]), left.codes[0]);
}

mpb_status mpb_characters_init(mpb_characters *characters, const mpb_tokenizer_options *options)
{
    characters->options = *options;
    characters->actions = calloc(MPB_CODE_POINTS, sizeof(*characters->actions));
    MPB_REQUIRE(characters->actions != NULL, MPB_ERR_SYSTEM, "no memory for a table of characters");
    return MPB_OK;
}

void mpb_characters_clear(mpb_characters *characters)
{
    free(characters->actions);
    characters->actions = NULL;
}
