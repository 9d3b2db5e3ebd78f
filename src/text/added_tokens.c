#include "added_tokens.h"

#include <stdlib.h>
#include <string.h>

#include "characters.h"
#include "mpibert/core/utf8.h"

enum { UTF8_MAX = 4 }; /* bytes of a character */

mpb_status mpb_spellings_init(mpb_spellings *spellings, size_t capacity)
{
    spellings->items = calloc(capacity + 1, sizeof(*spellings->items));
    MPB_REQUIRE(spellings->items != NULL, MPB_ERR_SYSTEM, "no memory for %zu added tokens",
                capacity);
    return MPB_OK;
}

void mpb_spellings_clear(mpb_spellings *spellings)
{
    free(spellings->items);
    *spellings = (mpb_spellings){0};
}

void mpb_spellings_add(mpb_spellings *spellings, const char *text, size_t size,
                       const mpb_added_token *token)
{
    spellings->begins[(unsigned char)text[0]] = true;
    spellings->one_first =
        spellings->count == 0 || (spellings->one_first && spellings->first == text[0]);
    spellings->first = text[0];
    spellings->items[spellings->count++] = (mpb_spelling){text, size, token};
}

static int compare(const void *a, const void *b)
{
    const mpb_spelling *x = a;
    const mpb_spelling *y = b;
    const int order = memcmp(x->text, y->text, x->size < y->size ? x->size : y->size);

    if (order != 0) {
        return order;
    }
    if (x->size != y->size) {
        return x->size < y->size ? -1 : 1;
    }
    return (x->token->id > y->token->id) - (x->token->id < y->token->id);
}

void mpb_spellings_sort(mpb_spellings *spellings)
{
    qsort(spellings->items, spellings->count, sizeof(*spellings->items), compare);
}

/* The first of items[low, high), which agree up to `depth`, whose byte there is at least `byte`. */
static size_t lower_bound(const mpb_spellings *s, size_t low, size_t high, size_t depth, int byte)
{
    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if ((unsigned char)s->items[middle].text[depth] < byte) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The longest spelling that text[0, size) begins with, or NULL. */
static const mpb_spelling *longest_at(const mpb_spellings *s, const char *text, size_t size)
{
    const mpb_spelling *longest = NULL;
    size_t low = 0;
    size_t high = s->count;

    for (size_t depth = 0; low < high; depth++) {
        const bool ends = s->items[low].size == depth;
        int byte;

        longest = ends ? &s->items[low] : longest;
        while (low < high && s->items[low].size == depth) {
            low++;
        }
        if (depth == size) {
            break;
        }
        byte = (unsigned char)text[depth];
        low = lower_bound(s, low, high, depth, byte);
        high = lower_bound(s, low, high, depth, byte + 1);
    }
    return longest;
}

/* Where a spelling may begin, from `at` on. */
static size_t next_begin(const mpb_spellings *s, const char *text, size_t size, size_t at)
{
    if (s->one_first) {
        const char *found = memchr(text + at, s->first, size - at);

        return found == NULL ? size : (size_t)(found - text);
    }
    while (at < size && !s->begins[(unsigned char)text[at]]) {
        at++;
    }
    return at;
}

/* The character that begins at text[at], and its bytes; 0 where there is none. */
static size_t character_at(const char *text, size_t size, size_t at, uint32_t *c)
{
    return at < size ? mpb_utf8_decode(text + at, size - at, c) : 0;
}

/* The character that ends before text[at], and its bytes; 0 where there is none. */
static size_t character_before(const char *text, size_t at, uint32_t *c)
{
    size_t begin = at;

    while (begin > 0 && at - begin < UTF8_MAX) {
        begin--;
        if (((unsigned char)text[begin] & 0xC0) != 0x80) {
            return mpb_utf8_decode(text + begin, at - begin, c);
        }
    }
    return 0;
}

static bool is_word_alone(const char *text, size_t size, size_t begin, size_t end)
{
    uint32_t c = 0;

    if (character_before(text, begin, &c) > 0 && mpb_characters_is_word(c)) {
        return false;
    }
    return character_at(text, size, end, &c) == 0 || !mpb_characters_is_word(c);
}

static size_t skip_space_before(const char *text, size_t at)
{
    uint32_t c = 0;
    size_t length;

    while ((length = character_before(text, at, &c)) > 0 && mpb_characters_is_space(c)) {
        at -= length;
    }
    return at;
}

static size_t skip_space_after(const char *text, size_t size, size_t at)
{
    uint32_t c = 0;
    size_t length;

    while ((length = character_at(text, size, at, &c)) > 0 && mpb_characters_is_space(c)) {
        at += length;
    }
    return at;
}

static mpb_spelling_match match_of(const mpb_spelling *found, const char *text, size_t size,
                                   size_t at, size_t taken)
{
    mpb_spelling_match match = {found->token, at, at + found->size, at + found->size};

    if (found->token->lstrip) {
        const size_t begin = skip_space_before(text, at);

        match.begin = begin > taken ? begin : taken;
    }
    if (found->token->rstrip) {
        match.end = skip_space_after(text, size, match.end);
    }
    return match;
}

bool mpb_spellings_next(const mpb_spellings *spellings, const char *text, size_t size, size_t from,
                        size_t taken, mpb_spelling_match *match)
{
    size_t at = from;

    while (spellings->count > 0 && (at = next_begin(spellings, text, size, at)) < size) {
        const mpb_spelling *found = longest_at(spellings, text + at, size - at);

        if (found == NULL) {
            at++;
        } else if (found->token->single_word && !is_word_alone(text, size, at, at + found->size)) {
            at += found->size;
        } else {
            *match = match_of(found, text, size, at, taken);
            return true;
        }
    }
    return false;
}
