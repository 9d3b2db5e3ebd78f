/* Which settings go on, against exact fractions and Python's stable sort. */

#include "halving.h"

#include "check.h"
#include "golden/train/halving_goldens.h"

static void each_case_goes_on_as_in_the_reference(void)
{
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        const halving_case *of = &CASES[i];
        const size_t count = strlen(of->scores);
        halving_entry entries[MOST_ENTRIES] = {{0}};

        for (size_t j = 0; j < count; j++) {
            entries[j].score = (double)of->scores[j];
            entries[j].competes = of->competes[j] == '1';
        }
        halving_choose(of->keep, entries, count);
        for (size_t j = 0; j < count; j++) {
            CHECK(entries[j].goes_on == (of->goes_on[j] == '1'));
        }
    }
}

static void a_share_of_whole_numbers_is_not_rounded_up(void)
{
    CHECK(halving_count(0.1, 30) == 3); /* 3.0000000000000004 in doubles */
    CHECK(halving_count(0.7, 10) == 7);
    CHECK(halving_count(0.5, 5) == 3);
}

static void one_goes_on_at_least(void)
{
    CHECK(halving_count(0.01, 2) == 1);
    CHECK(halving_count(0.5, 1) == 1);
}

static void what_is_undefined_comes_last_and_ties_go_by_place(void)
{
    halving_entry entries[] = {
        {-INFINITY, true, false}, {0.5, true, false}, {0.5, true, false}, {-INFINITY, true, false}};

    halving_choose(0.25, entries, 4);
    CHECK(!entries[0].goes_on && entries[1].goes_on && !entries[2].goes_on && !entries[3].goes_on);
    halving_choose(0.75, entries, 4);
    CHECK(entries[0].goes_on && entries[1].goes_on && entries[2].goes_on && !entries[3].goes_on);
}

static void nobody_goes_on_where_nobody_competes(void)
{
    halving_entry entries[] = {{1.0, false, true}, {2.0, false, true}};

    halving_choose(0.5, entries, 2);
    CHECK(!entries[0].goes_on && !entries[1].goes_on);
}

int main(void)
{
    each_case_goes_on_as_in_the_reference();
    a_share_of_whole_numbers_is_not_rounded_up();
    one_goes_on_at_least();
    what_is_undefined_comes_last_and_ties_go_by_place();
    nobody_goes_on_where_nobody_competes();
    return EXIT_SUCCESS;
}
