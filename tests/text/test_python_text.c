/* Text as Python's str sees it: its answers for every character of Unicode 14. */

#include "mpibert/text/python_text.h"

#include "check.h"
#include "mpibert/core/utf8.h"

enum { ALPHANUMERIC = 1, SPACE = 2, CASED = 4, PASSED_OVER = 8, CODE_POINTS = 0x110000 };

static const char SIGMA[] = "\xCE\xA3";
static const char FINAL_SIGMA[] = "\xCF\x82";

/* Freed by the caller with mpb_buffer_clear. */
static mpb_buffer lower(const char *text)
{
    mpb_buffer out = {0};

    CHECK_OK(mpb_text_lower(text, &out));
    return out;
}

/* Whether a capital sigma at the end of before + c + sigma becomes the final one. */
static bool ends_a_word(const char *before, uint32_t c)
{
    char text[16] = "";
    mpb_buffer out;
    bool final;

    strcpy(text, before);
    text[strlen(before) + mpb_utf8_encode(c, text + strlen(before))] = '\0';
    strcat(text, SIGMA);
    out = lower(text);
    final = strcmp(out.data + out.size - 2, FINAL_SIGMA) == 0;
    mpb_buffer_clear(&out);
    return final;
}

static int kinds_of(uint32_t c)
{
    return (mpb_char_is_alphanumeric(c) ? ALPHANUMERIC : 0) | (mpb_char_is_space(c) ? SPACE : 0) |
           (ends_a_word("", c) ? CASED : 0) | (ends_a_word("a", c) ? PASSED_OVER : 0);
}

static uint32_t lower_of(uint32_t c)
{
    char text[5] = "";
    uint32_t small = 0;
    mpb_buffer out;

    text[mpb_utf8_encode(c, text)] = '\0';
    out = lower(text);
    CHECK(mpb_utf8_decode(out.data, out.size, &small) == out.size);
    mpb_buffer_clear(&out);
    return small;
}

static void says(uint32_t c, const char *what, long got, long want)
{
    if (got != want) {
        fprintf(stderr, "U+%04X: %s is %ld instead of %ld\n", (unsigned)c, what, got, want);
        exit(EXIT_FAILURE);
    }
}

typedef struct golden {
    bool *known;    /* (CODE_POINTS) */
    int *kinds;     /* (CODE_POINTS) */
    long *to_lower; /* (CODE_POINTS) */
} golden;

static void read_line(const char *line, golden *expected)
{
    unsigned first, last, step = 1;
    int kinds = 0;
    long difference = 0;

    if (sscanf(line, "C\t%x\t%x\t%d", &first, &last, &kinds) == 3) {
        for (unsigned c = first; c <= last; c++) {
            expected->known[c] = true;
            expected->kinds[c] = kinds;
        }
        return;
    }
    CHECK(sscanf(line, "L\t%x\t%x\t%u\t%ld", &first, &last, &step, &difference) == 4);
    for (unsigned c = first; c <= last; c += step) {
        expected->to_lower[c] = difference;
    }
}

static void every_character_is_what_python_says(void)
{
    golden expected = {calloc(CODE_POINTS, sizeof(bool)), calloc(CODE_POINTS, sizeof(int)),
                       calloc(CODE_POINTS, sizeof(long))};
    FILE *file = fopen("tests/golden/text/python_text.tsv", "r");
    char line[80];
    size_t count = 0;

    CHECK(file != NULL && expected.known && expected.kinds && expected.to_lower);
    while (fgets(line, sizeof(line), file) != NULL) {
        read_line(line, &expected);
    }
    fclose(file);
    for (uint32_t c = 0; c < CODE_POINTS; c++) {
        if (expected.known[c]) {
            says(c, "its kind", kinds_of(c), expected.kinds[c]);
            if (c != 0x130) { /* two characters, below */
                says(c, "its lower case", (long)lower_of(c), (long)c + expected.to_lower[c]);
            }
            count++;
        }
    }
    CHECK(count > 200000); /* the file was read */
    free(expected.known);
    free(expected.kinds);
    free(expected.to_lower);
}

static void lower_case_is(const char *text, const char *expected)
{
    mpb_buffer out = lower(text);

    CHECK_TEXT(out.data == NULL ? "" : out.data, expected);
    mpb_buffer_clear(&out);
}

static void a_sigma_at_the_end_of_a_word_is_final(void)
{
    lower_case_is("\u039F\u0394\u039F\u03A3", "\u03BF\u03B4\u03BF\u03C2");
    lower_case_is("\u039F\u03A3\u039F", "\u03BF\u03C3\u03BF");
    lower_case_is("\u03A3", "\u03C3");
    lower_case_is(" \u03A3", " \u03C3");
    lower_case_is("\u039F\u03A3'\u039F", "\u03BF\u03C3'\u03BF"); /* passes over the apostrophe */
    lower_case_is("\u039F\u03A3' \u039F", "\u03BF\u03C2' \u03BF");
    lower_case_is("\u039F.\u03A3", "\u03BF.\u03C2");
}

static void an_i_with_a_dot_keeps_the_dot(void)
{
    lower_case_is("\u0130X", "i\u0307x");
}

static void nothing_stays_nothing(void)
{
    lower_case_is("", "");
}

static void what_is_not_utf_8_is_refused(void)
{
    mpb_buffer out = {0};

    CHECK_FAILS(mpb_text_lower("ab\xFF", &out), MPB_ERR_DATA, "not UTF-8 (byte 2)");
    CHECK_FAILS(mpb_text_lower("\xCE\xA3\xCE", &out), MPB_ERR_DATA, "not UTF-8 (byte 2)");
    mpb_buffer_clear(&out);
}

int main(void)
{
    every_character_is_what_python_says();
    a_sigma_at_the_end_of_a_word_is_final();
    an_i_with_a_dot_keeps_the_dot();
    nothing_stays_nothing();
    what_is_not_utf_8_is_refused();
    return 0;
}
