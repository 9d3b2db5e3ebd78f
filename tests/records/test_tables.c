/* The readers of CSV, TSV, JSONL and plain text, on texts in memory. */

#include "examples.h"

static const mpb_read_options CSV = {.format = MPB_FORMAT_CSV,
                                     .task = MPB_TASK_CLASSIFICATION,
                                     .text_column = "text",
                                     .label_column = "label",
                                     .need_labels = true};

enum { ONE_RANGE = 1 << 20 }; /* bytes; more than any text here has */

static mpb_status parse(const mpb_read_options *options, const char *content, examples *e)
{
    return examples_parse(content, options, ONE_RANGE, e);
}

static void check_example(const examples *e, size_t i, const char *text, const char *label)
{
    CHECK(i < e->count);
    CHECK_TEXT(e->items[i].text, text);
    CHECK(e->items[i].size == strlen(text));
    CHECK(e->items[i].labels.count == 1);
    CHECK_TEXT(e->items[i].labels.items[0], label);
}

/* RFC 4180: quoted cells hold separators, doubled quotes and newlines; lines end with CRLF. */
static void csv_cells_are_read_as_rfc_4180_says(void)
{
    examples e = {0};

    CHECK_OK(parse(&CSV,
                   "\xEF\xBB\xBF"
                   "text,label\r\n"
                   "\"a, \"\"b\"\"\r\nc\",x\r\n"
                   "\r\n"
                   "5\" disk,y\r\n"
                   "\"\",x",
                   &e));
    CHECK(e.count == 3);
    check_example(&e, 0, "a, \"b\"\r\nc", "x");
    check_example(&e, 1, "5\" disk", "y");
    check_example(&e, 2, "", "x");
    CHECK(e.items[2].id == NULL); /* the number of the example */
    examples_clear(&e);
}

static void a_broken_csv_is_refused_with_its_line(void)
{
    examples e = {0};

    CHECK_FAILS(parse(&CSV, "text,label\nfine,x\n\"never\nclosed,y\n", &e), MPB_ERR_DATA,
                "never closed (DATA, line 3)");
    CHECK_FAILS(parse(&CSV, "text,label\n\"a\nb\",x\nc\n", &e), MPB_ERR_DATA,
                "the row has 1 cells, 2 were expected as in the first row (DATA, line 4)");
    CHECK_FAILS(parse(&CSV, "text,label\n\"a\"b,x\n", &e), MPB_ERR_DATA,
                "text follows a closing quote");
    CHECK_FAILS(parse(&CSV, "body,class\na,x\n", &e), MPB_ERR_DATA,
                "no column 'text', the columns are: body, class (DATA)");
    CHECK_FAILS(parse(&CSV, "text,label\na,\n", &e), MPB_ERR_DATA,
                "has no label, one was expected (DATA, line 2)");
    CHECK_OK(parse(&CSV, "text,label\n", &e));
    CHECK(e.count == 0 && e.num_ranges == 0);
    CHECK_FAILS(parse(&CSV, "", &e), MPB_ERR_DATA, "the file is empty");
    CHECK_FAILS(parse(&CSV, "text,label\na,\xE9t\xE9\n", &e), MPB_ERR_DATA,
                "byte 0xE9 at offset 0 is not UTF-8; if the text is Latin-1, set data.encoding: "
                "latin-1 (DATA, line 2)");
}

static void quotes_in_tsv_are_plain_characters(void)
{
    mpb_read_options tsv = CSV;
    examples e = {0};

    tsv.format = MPB_FORMAT_TSV;
    tsv.text_column = "#1 String";
    tsv.text_column_b = "#2 String";
    tsv.label_column = "Quality";
    tsv.id_column = "#1 ID";
    CHECK_OK(parse(&tsv,
                   "\xEF\xBB\xBFQuality\t#1 ID\t#1 String\t#2 String\r\n"
                   "1\t702\t\"He said, \"no\tb\"\r\n",
                   &e));
    check_example(&e, 0, "\"He said, \"no", "1");
    CHECK_TEXT(e.items[0].text_b, "b\"");
    CHECK(e.items[0].size_b == 2);
    CHECK_TEXT(e.items[0].id, "702");
    examples_clear(&e);
}

static void columns_by_number_mean_a_table_without_names(void)
{
    mpb_read_options numbered = CSV;
    examples e = {0};

    numbered.text_column = "1";
    numbered.label_column = "0";
    CHECK_OK(parse(&numbered, "x,first\ny,second\n", &e));
    CHECK(e.count == 2);
    check_example(&e, 0, "first", "x");
    examples_clear(&e);

    numbered.label_column = "class";
    CHECK_OK(parse(&numbered, "class,body\ny,second\n", &e));
    CHECK(e.count == 1);
    check_example(&e, 0, "second", "y");
    examples_clear(&e);
    numbered.text_column = "2";
    CHECK_FAILS(parse(&numbered, "class,body\ny,second\n", &e), MPB_ERR_DATA, "no column '2'");
}

static void scores_come_from_columns_of_their_own(void)
{
    char *names[] = {"clarity", "0"};
    const mpb_strings columns = {.items = names, .count = 2};
    mpb_read_options scores = CSV;
    examples e = {0};

    scores.task = MPB_TASK_REGRESSION;
    scores.score_columns = &columns;
    CHECK_OK(parse(&scores, "tone,text,clarity\n-1.5,a,2\n0.0,b, 3e1 \n", &e));
    CHECK(e.count == 2);
    CHECK(e.items[1].labels.count == 2);
    CHECK_TEXT(e.items[0].labels.items[0], "2");
    CHECK_TEXT(e.items[0].labels.items[1], "-1.5");
    CHECK_TEXT(e.items[1].labels.items[0], "3e1");
    CHECK_TEXT(e.items[1].labels.items[1], "0");
    examples_clear(&e);
    CHECK_FAILS(parse(&scores, "tone,text\n1,a\n", &e), MPB_ERR_DATA,
                "there is no column 'clarity', the columns are: tone, text (DATA)");
    CHECK_FAILS(parse(&scores, "tone,text,clarity\n1,a,\n", &e), MPB_ERR_DATA,
                "the example has 1 of the 2 scores that data.score_columns names (DATA, line 2)");
    CHECK_FAILS(parse(&scores, "tone,text,clarity\n1,a,high\n", &e), MPB_ERR_DATA,
                "label 'high' is not a number, a score was expected (DATA, line 2)");
    scores.need_labels = false;
    CHECK_OK(parse(&scores, "tone,text\n1,a\n", &e));
    CHECK(e.count == 1 && e.items[0].labels.count == 0);
    examples_clear(&e);
}

static void what_is_said_of_the_header_counts(void)
{
    mpb_read_options options = CSV;
    examples e = {0};

    options.text_column = "1";
    options.label_column = "0";
    options.header = MPB_HEADER_YES;
    CHECK_OK(parse(&options, "class,body\ny,second\n", &e));
    CHECK(e.count == 1);
    check_example(&e, 0, "second", "y");
    examples_clear(&e);

    options.text_column = "text";
    options.header = MPB_HEADER_NO;
    CHECK_OK(parse(&options, "class,text\ny,second\n", &e));
    CHECK(e.count == 2);
    check_example(&e, 0, "text", "class");
    examples_clear(&e);
}

static void an_endless_first_row_is_refused(void)
{
    enum { SIZE = (1 << 20) + 1 };
    char *row = malloc(SIZE + 1);
    examples e = {0};

    CHECK(row != NULL);
    memset(row, 'x', SIZE);
    row[SIZE] = '\0';
    CHECK_FAILS(parse(&CSV, row, &e), MPB_ERR_DATA, "the first row is longer than 1048576 bytes");
    free(row);
}

/* Fills `names` with texts that one blank separates. */
static void split_names(const char *text, mpb_strings *names)
{
    mpb_strings_clear(names);
    while (*text != '\0') {
        size_t length = strcspn(text, " ");

        CHECK_OK(mpb_strings_add(names, text, length));
        text += length + (text[length] == ' ');
    }
}

static void check_sorted(const char *names, const char *sorted)
{
    mpb_strings found = {0}, wanted = {0};

    split_names(names, &found);
    split_names(sorted, &wanted);
    mpb_label_names_sort(&found);
    CHECK(mpb_strings_equal(&found, &wanted));
    mpb_strings_clear(&found);
    mpb_strings_clear(&wanted);
}

static void labels_that_are_all_whole_numbers_are_sorted_by_value(void)
{
    check_sorted("10 9 0", "0 9 10");
    check_sorted("10 9 x", "10 9 x");
    check_sorted("10 9 00", "00 10 9"); /* 00 and 0 would be one number */
    check_sorted("10 9 -1", "-1 10 9");
    check_sorted("10 9999999999 9", "10 9 9999999999"); /* more than an int holds */
}

static void the_number_k_also_names_label_k(void)
{
    mpb_strings names = {0};

    split_names("LABEL_0 LABEL_1", &names);
    CHECK(mpb_label_find(&names, "1") == 1 && mpb_label_find(&names, "LABEL_1") == 1);
    CHECK(mpb_label_find(&names, "2") == -1 && mpb_label_find(&names, "01") == -1);
    split_names("no yes", &names);
    CHECK(mpb_label_find(&names, "yes") == 1 && mpb_label_find(&names, "1") == -1);
    split_names("1 0", &names);
    CHECK(mpb_label_find(&names, "1") == 0);
    mpb_strings_clear(&names);
}

static void labels_outside_the_given_names_are_refused(void)
{
    mpb_strings given = {0};
    mpb_read_options options = CSV;
    examples e = {0};

    split_names("no yes", &given);
    options.label_names = &given;
    CHECK_FAILS(parse(&options, "text,label\na,yes\nb,maybe\n", &e), MPB_ERR_DATA,
                "label 'maybe' is not one of the model's: no, yes (DATA, line 3)");
    CHECK_OK(parse(&options, "text,label\na,yes\n", &e));
    check_example(&e, 0, "a", "yes");

    split_names("LABEL_0 LABEL_1", &given);
    CHECK_OK(parse(&options, "text,label\na,1\nb,LABEL_0\n", &e));
    CHECK_FAILS(parse(&options, "text,label\na,2\n", &e), MPB_ERR_DATA, "label '2'");

    options.need_labels = false;
    CHECK_OK(parse(&options, "text,label\na,other\n", &e));
    check_example(&e, 0, "a", "other");
    examples_clear(&e);
    mpb_strings_clear(&given);
}

static void json_lines_give_texts_labels_and_ids(void)
{
    mpb_read_options jsonl = CSV;
    examples e = {0};

    jsonl.format = MPB_FORMAT_JSONL;
    CHECK_OK(parse(&jsonl,
                   "{\"text\": \"a\\nb\", \"label\": 1, \"id\": \"q7\"}\n"
                   "\n"
                   "{\"label\": \"0\", \"text_b\": \"two\", \"text\": \"\", \"id\": 12}\r\n",
                   &e));
    CHECK(e.count == 2);
    check_example(&e, 0, "a\nb", "1");
    check_example(&e, 1, "", "0");
    CHECK_TEXT(e.items[0].id, "q7");
    CHECK_TEXT(e.items[1].id, "12");
    CHECK(e.items[0].text_b == NULL);
    CHECK_TEXT(e.items[1].text_b, "two");
    examples_clear(&e);

    CHECK_FAILS(parse(&jsonl, "{\"text\": \"a\", \"label\": 1}\n{\"txt\": \"b\"}\n", &e),
                MPB_ERR_DATA, "no member 'text', the members are: txt (DATA, line 2)");
    CHECK_FAILS(parse(&jsonl, "{\"text\": \"a\", \"label\": 1.5}\n", &e), MPB_ERR_DATA,
                "member 'label' is a number, a string, true, false or a whole number was expected "
                "(DATA, line 1)");
    CHECK_FAILS(parse(&jsonl, "{\"text\": 3, \"label\": 1}\n", &e), MPB_ERR_DATA,
                "member 'text' is a number, a string was expected");
    CHECK_FAILS(parse(&jsonl, "[1]\n", &e), MPB_ERR_DATA,
                "an array was found, a JSON object {\"text\": ...} was expected");
    CHECK_FAILS(parse(&jsonl, "\n{\"text\": \"a\n", &e), MPB_ERR_DATA, "DATA, line 2");
    CHECK_FAILS(parse(&jsonl, "{\"text\": \"a\"}\n", &e), MPB_ERR_DATA, "no member 'label'");
}

static void every_line_of_plain_text_is_an_example(void)
{
    mpb_read_options text = {.task = MPB_TASK_CLASSIFICATION, .text_column = "text"};
    examples e = {0};

    CHECK_OK(parse(&text, "one\r\n\nthree", &e));
    CHECK(e.count == 3 && e.items[2].labels.count == 0);
    CHECK_TEXT(e.items[0].text, "one");
    CHECK_TEXT(e.items[1].text, "");
    CHECK_TEXT(e.items[2].text, "three");
    examples_clear(&e);

    text.encoding = MPB_LATIN1;
    CHECK_OK(parse(&text, "\xE9\xE0 a\n", &e));
    CHECK_TEXT(e.items[0].text, "\xC3\xA9\xC3\xA0 a");
    CHECK(e.items[0].size == 6);
    examples_clear(&e);

    text.need_labels = true;
    CHECK_FAILS(parse(&text, "one\n", &e), MPB_ERR_DATA, "plain text has no labels");
}

int main(void)
{
    csv_cells_are_read_as_rfc_4180_says();
    a_broken_csv_is_refused_with_its_line();
    quotes_in_tsv_are_plain_characters();
    columns_by_number_mean_a_table_without_names();
    scores_come_from_columns_of_their_own();
    what_is_said_of_the_header_counts();
    an_endless_first_row_is_refused();
    labels_that_are_all_whole_numbers_are_sorted_by_value();
    the_number_k_also_names_label_k();
    labels_outside_the_given_names_are_refused();
    json_lines_give_texts_labels_and_ids();
    every_line_of_plain_text_is_an_example();
    return 0;
}
