/* Different names, found by hashing. */

#include "check.h"
#include "mpibert/records/label_names.h"

enum { MANY = 20000 };

/* Names differ in few bytes and by far outnumber the first slots, so that probing and growing both
 * happen. */
static void a_name_keeps_the_position_of_its_first_occurrence(void)
{
    mpb_name_set set = {0};
    char name[16];
    size_t index = 0;

    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < MANY; i++) {
            snprintf(name, sizeof(name), "n%zu", i);
            CHECK_OK(mpb_name_set_add(&set, name, &index));
            CHECK(index == i);
        }
    }
    CHECK(set.names.count == MANY && set.num_slots >= 2 * (size_t)MANY);
    CHECK((set.num_slots & (set.num_slots - 1)) == 0);
    CHECK_TEXT(set.names.items[7], "n7");
    mpb_name_set_clear(&set);
    CHECK(set.slots == NULL && set.names.count == 0);
}

static void names_are_whole_texts(void)
{
    static const char *const names[] = {"", "a", "A", "aa", " a", "\xC3\xA4"};
    mpb_name_set set = {0};
    size_t index = 0;

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        CHECK_OK(mpb_name_set_add(&set, names[i], &index));
        CHECK(index == i);
    }
    CHECK_OK(mpb_name_set_add(&set, "", &index));
    CHECK(index == 0 && set.names.count == 6);
    mpb_name_set_clear(&set);
}

int main(void)
{
    a_name_keeps_the_position_of_its_first_occurrence();
    names_are_whole_texts();
    return 0;
}
