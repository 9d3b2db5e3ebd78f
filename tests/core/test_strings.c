#include "mpibert/core/strings.h"

#include "check.h"

static void control_characters_end_a_line_and_tabs_do_not(void)
{
    CHECK(mpb_text_is_line(""));
    CHECK(mpb_text_is_line("two words\t\xc3\xa9"));
    CHECK(!mpb_text_is_line("a\nb"));
    CHECK(!mpb_text_is_line("a\r"));
    CHECK(!mpb_text_is_line("\033[31m"));
    CHECK(!mpb_text_is_line("\x7f"));
}

static void a_description_is_one_line_whatever_a_name_brings(void)
{
    CHECK(MPB_FAIL(MPB_ERR_DATA, "no file (%s)", "x\nmpibert: all is well\033[2K") == MPB_ERR_DATA);
    CHECK_TEXT(mpb_status_last(), "no file (x?mpibert: all is well?[2K)");
}

static void a_continuation_stays_one(void)
{
    CHECK(MPB_FAIL(MPB_ERR_CONFIG, "one\n    two\n   three") == MPB_ERR_CONFIG);
    CHECK_TEXT(mpb_status_last(), "one\n    two?   three");
}

static void a_list_is_told_whole_or_as_far_as_it_fits(void)
{
    char *items[] = {"north", "east", "south"};
    const mpb_strings strings = {.items = items, .count = 3};
    const mpb_strings none = {0};
    char text[32];

    mpb_strings_describe(&strings, text, sizeof("north, east, south"));
    CHECK_TEXT(text, "north, east, south");
    mpb_strings_describe(&strings, text, sizeof("north, east, south") - 1);
    CHECK_TEXT(text, "north, east, ...");
    mpb_strings_describe(&strings, text, sizeof("north, east, ...") - 1);
    CHECK_TEXT(text, "north, ...");
    mpb_strings_describe(&strings, text, 5);
    CHECK_TEXT(text, "...");
    mpb_strings_describe(&none, text, sizeof(text));
    CHECK_TEXT(text, "");
}

int main(void)
{
    a_list_is_told_whole_or_as_far_as_it_fits();
    control_characters_end_a_line_and_tabs_do_not();
    a_description_is_one_line_whatever_a_name_brings();
    a_continuation_stays_one();
    return EXIT_SUCCESS;
}
