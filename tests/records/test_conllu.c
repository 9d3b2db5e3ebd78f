/* The reader of CoNLL-U. */

#include "record_log.h"

/* Made by tests/golden/conllu/make_conllu.py */
#define GOLDEN "tests/golden/conllu/"

/* What follows form and lemma of a row. */
#define REST "\tX\tX\t_\t0\troot\t_\t_\n"

static const mpb_read_options CONLLU = {.format = MPB_FORMAT_CONLLU,
                                        .task = MPB_TASK_TOKEN,
                                        .text_column = "text",
                                        .label_column = "label",
                                        .need_labels = true};

static void sentences_are_the_same_from_ranges_of_any_size(void)
{
    check_golden(GOLDEN "sample.conllu", &CONLLU, GOLDEN "upos.records");
}

/* And so can the comments at the beginning and each further blank line. */
static void each_sentence_can_be_a_range(void)
{
    CHECK(count_shortest_ranges(GOLDEN "sample.conllu", &CONLLU) == 3 + 2);
}

static void columns_are_chosen_by_name_or_number(void)
{
    mpb_read_options chosen = CONLLU;

    chosen.text_column = "LEMMA";
    chosen.label_column = "xpos";
    check_golden(GOLDEN "sample.conllu", &chosen, GOLDEN "lemma_xpos.records");
    chosen.label_column = "4";
    check_golden(GOLDEN "sample.conllu", &chosen, GOLDEN "lemma_xpos.records");
    chosen.label_column = "ner";
    CHECK_FAILS(parse_alone("1\ta\ta" REST, &chosen), MPB_ERR_DATA,
                "there is no column 'ner', form, lemma, upos, xpos, feats, head, deprel, deps, "
                "misc or a number from 1 to 9 was expected (DATA)");
    chosen.label_column = "10";
    CHECK_FAILS(parse_alone("1\ta\ta" REST, &chosen), MPB_ERR_DATA, "there is no column '10'");
    chosen.label_column = "id";
    CHECK_FAILS(parse_alone("1\ta\ta" REST, &chosen), MPB_ERR_DATA, "there is no column 'id'");
}

static void ids_must_count_up(void)
{
    static const char *const wrong[] = {"2",
                                        "0",
                                        "x",
                                        "",
                                        "1-",
                                        "2-3",
                                        "1.1",
                                        "0.0",
                                        "1-2x",
                                        "-1",
                                        "99999999999999999999999999999999999"};
    char text[128];

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        snprintf(text, sizeof(text), "%s\ta\ta" REST, wrong[i]);
        CHECK_FAILS(parse_alone(text, &CONLLU), MPB_ERR_DATA, "1 was expected (DATA, line 1)");
    }
    CHECK_FAILS(parse_alone("1\ta\ta" REST "1\tb\tb" REST, &CONLLU), MPB_ERR_DATA,
                "id '1' was found, 2 was expected (DATA, line 2)");
    CHECK_FAILS(parse_alone("1\ta\ta" REST "\n2\tb\tb" REST, &CONLLU), MPB_ERR_DATA,
                "id '2' was found, 1 was expected (DATA, line 3)");
}

static void a_wrong_row_is_refused_with_its_line(void)
{
    CHECK_FAILS(parse_alone("# c\n1 a a X X _ 0 root _ _\n", &CONLLU), MPB_ERR_DATA,
                "the row has 1 columns between tabs, 10 were expected (DATA, line 2)");
    CHECK_FAILS(parse_alone("1\ta\ta\tX\tX\t_\t0\troot\t_\n", &CONLLU), MPB_ERR_DATA,
                "the row has 9 columns between tabs, 10 were expected (DATA, line 1)");
    CHECK_FAILS(parse_alone("1\ta\ta\tX" REST, &CONLLU), MPB_ERR_DATA, "11 columns");
    CHECK_FAILS(parse_alone("1\t\ta" REST, &CONLLU), MPB_ERR_DATA,
                "the row has no word, one was expected (DATA, line 1)");
    CHECK_FAILS(parse_alone("1\ta\ta\t\tX\t_\t0\troot\t_\t_\n", &CONLLU), MPB_ERR_DATA,
                "the word has no label, one was expected (DATA, line 1)");
    CHECK_FAILS(parse_alone("1\ta\ta" REST "\n1-2\tab\tab" REST, &CONLLU), MPB_ERR_DATA,
                "the sentence has no words (DATA, line 3)");
    CHECK_FAILS(parse_alone("1\t\xE9\ta" REST, &CONLLU), MPB_ERR_DATA,
                "byte 0xE9 at offset 2 is not UTF-8");
}

static void a_sentence_has_one_id(void)
{
    CHECK_FAILS(parse_alone("# sent_id = a\n# sent_id = b\n1\ta\ta" REST, &CONLLU), MPB_ERR_DATA,
                "the sentence has a second sent_id (DATA, line 2)");
    CHECK_FAILS(parse_alone("# sent_id = \n1\ta\ta" REST, &CONLLU), MPB_ERR_DATA,
                "the sent_id is empty (DATA, line 1)");
}

static void a_wrong_sentence_is_left_out_as_a_whole(void)
{
    check_skipping("1\ta\ta" REST "3\tb\tb" REST "2\tc\tc" REST "\n"
                   "# sent_id = kept\n1\td\td" REST "\r\n1\te\n\n1\tf\tf" REST,
                   &CONLLU, 2, "id '3' was found, 2 was expected (DATA, line 2)",
                   "line 5, id kept\ntext: d\nX: d\n\nline 10, id -\ntext: f\nX: f\n\n");
}

int main(void)
{
    sentences_are_the_same_from_ranges_of_any_size();
    each_sentence_can_be_a_range();
    columns_are_chosen_by_name_or_number();
    ids_must_count_up();
    a_wrong_row_is_refused_with_its_line();
    a_sentence_has_one_id();
    a_wrong_sentence_is_left_out_as_a_whole();
    return 0;
}
