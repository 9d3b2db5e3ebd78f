/* Labels of data and outputs of a model. */

#include "mpibert/shards/label_match.h"

#include "check.h"

enum { MOST = 8 };

static mpb_strings borrow(char **items)
{
    mpb_strings strings = {.items = items};

    while (items[strings.count] != NULL) {
        strings.count++;
    }
    return strings;
}

#define WORDS(...) borrow((char *[]){__VA_ARGS__, NULL})

/* `expected` has labels.count outputs. */
static void check(mpb_strings labels, mpb_strings names, bool by_number, const int *expected)
{
    int outputs[MOST];

    CHECK(mpb_labels_match(&labels, &names, outputs) == by_number);
    for (size_t i = 0; i < labels.count; i++) {
        CHECK(outputs[i] == expected[i]);
    }
}

#define OUTPUTS(...) ((const int[]){__VA_ARGS__})

static void labels_are_the_outputs_of_their_names_in_any_order_and_number(void)
{
    check(WORDS("b", "c"), WORDS("a", "b", "c"), false, OUTPUTS(1, 2));
    check(WORDS("c", "a", "b"), WORDS("a", "b", "c"), false, OUTPUTS(2, 0, 1));
    check(WORDS("a", "d"), WORDS("a", "b", "c"), false, OUTPUTS(0, -1));
}

static void number_n_is_label_n_also_where_the_data_lacks_a_class(void)
{
    check(WORDS("1", "2"), WORDS("LABEL_0", "LABEL_1", "LABEL_2"), false, OUTPUTS(1, 2));
    check(WORDS("2.0", "LABEL_1"), WORDS("LABEL_0", "LABEL_1", "LABEL_2"), false, OUTPUTS(2, 1));
    check(WORDS("1", "3"), WORDS("LABEL_0", "LABEL_1", "LABEL_2"), false, OUTPUTS(1, -1));
    check(WORDS("ham"), WORDS("LABEL_0", "LABEL_1"), false, OUTPUTS(-1));
}

static void whole_numbers_are_names_with_and_without_a_fraction(void)
{
    check(WORDS("1.0", "2.00"), WORDS("1", "2", "3"), false, OUTPUTS(0, 1));
    check(WORDS("1", "0"), WORDS("0.0", "1.0"), false, OUTPUTS(1, 0));
    check(WORDS("1.5", "-1", "01", "1e0", "1.0x"), WORDS("1", "2"), false,
          OUTPUTS(-1, -1, -1, -1, -1));
    check(WORDS("99999999999999999999"), WORDS("a", "b"), false, OUTPUTS(-1));
}

static void numbers_are_outputs_only_where_no_label_and_no_output_says_otherwise(void)
{
    check(WORDS("1", "2"), WORDS("a", "b", "c"), true, OUTPUTS(1, 2));
    check(WORDS("0.0"), WORDS("a", "b", "c"), true, OUTPUTS(0));
    check(WORDS("1", "3"), WORDS("a", "b", "c"), false, OUTPUTS(-1, -1));
    check(WORDS("1", "a"), WORDS("a", "b", "c"), false, OUTPUTS(-1, 0));
    check(WORDS("0"), WORDS("1", "2", "3"), false, OUTPUTS(-1));
}

int main(void)
{
    labels_are_the_outputs_of_their_names_in_any_order_and_number();
    number_n_is_label_n_also_where_the_data_lacks_a_class();
    whole_numbers_are_names_with_and_without_a_fraction();
    numbers_are_outputs_only_where_no_label_and_no_output_says_otherwise();
    return 0;
}
