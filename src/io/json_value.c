#include "mpibert/io/json_value.h"

#include <stdint.h>
#include <string.h>

typedef struct cursor {
    const char *at;
    const char *end;
    const char *problem; /* what was expected at `at`; NULL: nothing was wrong so far */
} cursor;

static bool skip_value(cursor *c, int depth, mpb_value_kind *kind);

static bool fail(cursor *c, const char *expected)
{
    c->problem = c->at == c->end ? "the text ends too early" : expected;
    return false;
}

static void skip_blanks(cursor *c)
{
    while (c->at < c->end &&
           (*c->at == ' ' || *c->at == '\t' || *c->at == '\r' || *c->at == '\n')) {
        c->at++;
    }
}

static bool accept(cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted) {
        return false;
    }
    c->at++;
    return true;
}

static bool accept_word(cursor *c, const char *word)
{
    size_t length = strlen(word);

    if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length) != 0) {
        return false;
    }
    c->at += length;
    return true;
}

/* Whether one of 8 bytes is a quote, a backslash or a control character (Mycroft's zero test, which
 * may err on the safe side). */
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

/* Up to the next quote, backslash or control character. */
static void skip_plain(cursor *c)
{
    uint64_t bytes;

    while ((size_t)(c->end - c->at) >= sizeof(bytes)) {
        memcpy(&bytes, c->at, sizeof(bytes));
        if (has_special(bytes)) {
            break;
        }
        c->at += sizeof(bytes);
    }
    while (c->at < c->end && *c->at != '"' && *c->at != '\\' && (unsigned char)*c->at >= ' ') {
        c->at++;
    }
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* Behind the backslash. */
static bool skip_escape(cursor *c)
{
    enum { HEX_DIGITS = 4 };

    if (c->at == c->end || *c->at == '\0' || strchr("\"\\/bfnrtu", *c->at) == NULL) {
        return fail(c, "one of \"\\/bfnrtu was expected behind a backslash");
    }
    if (*c->at++ != 'u') {
        return true;
    }
    for (int i = 0; i < HEX_DIGITS; i++, c->at++) {
        if (c->at == c->end || !is_hex(*c->at)) {
            return fail(c, "four hexadecimal digits were expected behind \\u");
        }
    }
    return true;
}

static bool skip_text(cursor *c)
{
    if (!accept(c, '"')) {
        return fail(c, "'\"' was expected");
    }
    for (;;) {
        skip_plain(c);
        if (accept(c, '"')) {
            return true;
        }
        if (!accept(c, '\\')) {
            return fail(c,
                        "a control character stands in a string, \\u and its number was expected");
        }
        if (!skip_escape(c)) {
            return false;
        }
    }
}

static size_t skip_digits(cursor *c)
{
    const char *begin = c->at;

    while (c->at < c->end && *c->at >= '0' && *c->at <= '9') {
        c->at++;
    }
    return (size_t)(c->at - begin);
}

static bool skip_number(cursor *c)
{
    static const char digit_expected[] = "a digit was expected";

    accept(c, '-');
    if (!accept(c, '0') && skip_digits(c) == 0) {
        return fail(c, digit_expected);
    }
    if (accept(c, '.') && skip_digits(c) == 0) {
        return fail(c, digit_expected);
    }
    if (accept(c, 'e') || accept(c, 'E')) {
        if (!accept(c, '+')) {
            accept(c, '-');
        }
        return skip_digits(c) > 0 || fail(c, digit_expected);
    }
    return true;
}

/* A word; false without a problem where there is none. */
static bool skip_word(cursor *c, mpb_value_kind *kind)
{
    static const struct {
        const char *word;
        mpb_value_kind kind;
    } words[] = {
        {"true", MPB_VALUE_TRUE},           {"false", MPB_VALUE_FALSE},
        {"null", MPB_VALUE_NULL},           {"NaN", MPB_VALUE_NOT_FINITE},
        {"Infinity", MPB_VALUE_NOT_FINITE}, {"-Infinity", MPB_VALUE_NOT_FINITE},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (accept_word(c, words[i].word)) {
            *kind = words[i].kind;
            return true;
        }
    }
    return false;
}

static bool skip_member_name(cursor *c)
{
    skip_blanks(c);
    if (!skip_text(c)) {
        return false;
    }
    skip_blanks(c);
    return accept(c, ':') || fail(c, "':' was expected");
}

/* What stands in brackets, behind the opening one. */
static bool skip_items(cursor *c, int depth, bool named)
{
    mpb_value_kind kind;
    char closing = named ? '}' : ']';

    if (depth > MPB_JSON_DEPTH) {
        return fail(c, "brackets nest deeper than 512");
    }
    skip_blanks(c);
    if (accept(c, closing)) {
        return true;
    }
    do {
        if ((named && !skip_member_name(c)) || !skip_value(c, depth, &kind)) {
            return false;
        }
        skip_blanks(c);
    } while (accept(c, ','));
    return accept(c, closing) ||
           fail(c, named ? "',' or '}' was expected" : "',' or ']' was expected");
}

/* Blanks and a value; `depth` brackets are open before it. */
static bool skip_value(cursor *c, int depth, mpb_value_kind *kind)
{
    skip_blanks(c);
    if (c->at < c->end && *c->at == '"') {
        *kind = MPB_VALUE_TEXT;
        return skip_text(c);
    }
    if (accept(c, '{')) {
        *kind = MPB_VALUE_OBJECT;
        return skip_items(c, depth + 1, true);
    }
    if (accept(c, '[')) {
        *kind = MPB_VALUE_ARRAY;
        return skip_items(c, depth + 1, false);
    }
    if (skip_word(c, kind)) {
        return true;
    }
    *kind = MPB_VALUE_NUMBER;
    if (c->at < c->end && (*c->at == '-' || (*c->at >= '0' && *c->at <= '9'))) {
        return skip_number(c);
    }
    return fail(c, "a value was expected");
}

/* The value at c->at, which is known to be one. */
static mpb_value take_value(cursor *c)
{
    mpb_value value = {0};

    skip_blanks(c);
    value.text = c->at;
    (void)skip_value(c, 0, &value.kind);
    value.size = (size_t)(c->at - value.text);
    return value;
}

bool mpb_value_read(const char *text, size_t size, mpb_value *value, mpb_value_problem *problem)
{
    cursor c = {.at = text, .end = text + size};
    mpb_value made = {0};
    bool whole;

    skip_blanks(&c);
    made.text = c.at;
    whole = skip_value(&c, 0, &made.kind);
    made.size = (size_t)(c.at - made.text);
    if (whole) {
        skip_blanks(&c);
        whole = c.at == c.end || fail(&c, "the end was expected behind the value");
    }
    if (!whole) {
        *problem = (mpb_value_problem){c.problem, (size_t)(c.at - text)};
        return false;
    }
    *value = made;
    return true;
}

mpb_value_items mpb_value_open(const mpb_value *value)
{
    bool container = value->kind == MPB_VALUE_OBJECT || value->kind == MPB_VALUE_ARRAY;
    mpb_value_items items = {.named = value->kind == MPB_VALUE_OBJECT};

    if (container) { /* without the brackets */
        items.at = value->text + 1;
        items.end = value->text + value->size - 1;
    }
    return items;
}

bool mpb_value_next(mpb_value_items *items)
{
    cursor c = {.at = items->at, .end = items->end};

    if (c.at != c.end) {
        skip_blanks(&c);
    }
    if (c.at == c.end) {
        return false;
    }
    if (items->named) {
        items->name = take_value(&c);
        skip_blanks(&c);
        accept(&c, ':');
    }
    items->value = take_value(&c);
    skip_blanks(&c);
    accept(&c, ',');
    items->at = c.at;
    return true;
}

void mpb_value_pick(const mpb_value *object, mpb_wanted_member *wanted, size_t num_wanted)
{
    mpb_value_items members = mpb_value_open(object);

    for (size_t i = 0; i < num_wanted; i++) {
        wanted[i].count = 0;
    }
    while (members.named && mpb_value_next(&members)) {
        for (size_t i = 0; i < num_wanted; i++) {
            if (wanted[i].name != NULL && mpb_value_is_text(&members.name, wanted[i].name)) {
                wanted[i].value = members.value;
                wanted[i].count++;
            }
        }
    }
}

const char *mpb_value_describe(const mpb_value *value)
{
    static const char *const words[] = {
        [MPB_VALUE_OBJECT] = "an object", [MPB_VALUE_ARRAY] = "an array",
        [MPB_VALUE_TEXT] = "a string",    [MPB_VALUE_NUMBER] = "a number",
        [MPB_VALUE_TRUE] = "true",        [MPB_VALUE_FALSE] = "false",
        [MPB_VALUE_NULL] = "null",        [MPB_VALUE_NOT_FINITE] = "NaN or infinite",
    };

    return words[value->kind];
}
