/* JSON that is read where it stands. The verdicts are RFC 8259's, but for NaN and Infinity. */

#include "mpibert/io/json_value.h"

#include "check.h"

static bool reads(const char *text)
{
    mpb_value value;
    mpb_value_problem problem;

    return mpb_value_read(text, strlen(text), &value, &problem);
}

static void values_of_the_standard_and_pythons_words_are_read(void)
{
    static const char *const right[] = {
        "{}",
        " [] ",
        "null",
        "true",
        "false",
        "\"\"",
        "0",
        "-0",
        "-12",
        "1.5",
        "0e0",
        "1E+30",
        "2.0e-400",
        "[1, 2]",
        "{\"\":0}",
        "[[[]]]",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\r\n\t 1\n",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "NaN",
        "-Infinity",
        "[Infinity, NaN]",
        "{\"a\": {\"b\": [1, {\"c\": null}]}, \"a\": 2}",
        "\"\x7F\xC3\xA9\"",
    };

    for (size_t i = 0; i < sizeof(right) / sizeof(*right); i++) {
        CHECK(reads(right[i]));
    }
}

static void anything_else_is_refused(void)
{
    static const char *const wrong[] = {
        "",        " ",        "{",     "}",          "[1",      "[1,]",      "[,1]",
        "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "{1:2}",   "01",        "-",
        "+1",      ".5",       "1.",    "1e",         "1e+",     "nan",       "nul",
        "True",    "'a'",      "\"",    "\"\\\"",     "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
        "\"\n\"",  "\"\x01\"", "1 2",   "[1 2]",      "[1}",     "{\"a\":1]", "{\"a\" 1}",
        "--1",     "-NaN",     "[] x",  "\xC3\xA9",
    };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        CHECK(!reads(wrong[i]));
    }
}

static void a_problem_tells_what_was_expected_where(void)
{
    static const struct {
        const char *text;
        const char *what;
        size_t at;
    } cases[] = {
        {"{\"a\": 1 \"b\"", "',' or '}' was expected", 8},
        {"[1, x]", "a value was expected", 4},
        {"[1, ", "the text ends too early", 4},
        {"{} {}", "the end was expected behind the value", 3},
        {"\"a\tb\"", "a control character stands in a string, \\u and its number was expected", 2},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        mpb_value value;
        mpb_value_problem problem;

        CHECK(!mpb_value_read(cases[i].text, strlen(cases[i].text), &value, &problem));
        CHECK_TEXT(problem.what, cases[i].what);
        CHECK(problem.at == cases[i].at);
    }
}

/* `depth` brackets. */
static bool reads_nested(size_t depth)
{
    char text[2 * MPB_JSON_DEPTH + 8];

    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    text[2 * depth] = '\0';
    return reads(text);
}

static void brackets_may_nest_to_a_limit(void)
{
    CHECK(reads_nested(MPB_JSON_DEPTH));
    CHECK(!reads_nested(MPB_JSON_DEPTH + 1));
}

static void check_decoded(const char *text, const char *expected, size_t expected_size)
{
    char out[64];
    mpb_value value;
    mpb_value_problem problem;
    size_t size;

    CHECK(mpb_value_read(text, strlen(text), &value, &problem));
    CHECK(value.kind == MPB_VALUE_TEXT && mpb_value_decode(&value, out, &size));
    CHECK(size == expected_size && memcmp(out, expected, size) == 0);
}

static void escapes_stand_for_characters(void)
{
    char out[64];
    mpb_value half = {MPB_VALUE_TEXT, "\"\\ud83dx\"", 9};
    size_t size;

    check_decoded("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8);
    check_decoded("\"a\\u0000\\u00e9\\u20AC\"", "a\0\xC3\xA9\xE2\x82\xAC", 7);
    check_decoded("\"\\ud83d\\ude00 \xF0\x9F\x98\x80\"", "\xF0\x9F\x98\x80 \xF0\x9F\x98\x80", 9);
    CHECK(!mpb_value_decode(&half, out, &size));
    half.text = "\"\\ude00x\"";
    CHECK(!mpb_value_decode(&half, out, &size));
}

static void members_are_found_by_name_and_counted(void)
{
    static const char text[] = "{\"a\": 1, \"b\": [{\"a\": 2}], \"\\u0061\": \"x\", \"c\": null}";
    mpb_wanted_member wanted[] = {{.name = "a"}, {.name = "c"}, {.name = "d"}, {.name = NULL}};
    mpb_value object;
    mpb_value_problem problem;

    CHECK(mpb_value_read(text, strlen(text), &object, &problem));
    mpb_value_pick(&object, wanted, 4);
    CHECK(wanted[0].count == 2 && wanted[0].value.kind == MPB_VALUE_TEXT);
    CHECK(wanted[1].count == 1 && wanted[1].value.kind == MPB_VALUE_NULL);
    CHECK(wanted[2].count == 0 && wanted[3].count == 0);
}

static void what_is_no_object_has_no_members(void)
{
    static const char *const texts[] = {"[{\"a\": 1}, \"a\"]", "\"a\"", "1", "null"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        mpb_wanted_member wanted = {.name = "a"};
        mpb_value value;
        mpb_value_problem problem;

        CHECK(mpb_value_read(texts[i], strlen(texts[i]), &value, &problem));
        mpb_value_pick(&value, &wanted, 1);
        CHECK(wanted.count == 0);
    }
}

static void items_come_one_after_the_other(void)
{
    static const char text[] = "[ 1 , [2, 3], {\"x\": 4} ]";
    static const size_t sizes[] = {1, 6, 8};
    mpb_value array;
    mpb_value_problem problem;
    mpb_value_items items;
    size_t count = 0;

    CHECK(mpb_value_read(text, strlen(text), &array, &problem));
    for (items = mpb_value_open(&array); mpb_value_next(&items); count++) {
        CHECK(count < 3 && items.value.size == sizes[count]);
    }
    CHECK(count == 3);
    items = mpb_value_open(&items.value);
    while (mpb_value_next(&items)) {
        CHECK(items.named && mpb_value_is_text(&items.name, "x"));
        CHECK(items.value.kind == MPB_VALUE_NUMBER);
    }
}

int main(void)
{
    values_of_the_standard_and_pythons_words_are_read();
    anything_else_is_refused();
    a_problem_tells_what_was_expected_where();
    brackets_may_nest_to_a_limit();
    escapes_stand_for_characters();
    members_are_found_by_name_and_counted();
    what_is_no_object_has_no_members();
    items_come_one_after_the_other();
    return 0;
}
