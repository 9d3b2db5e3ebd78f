/* The readers of CSV, TSV, JSONL and plain text, on texts in memory. */

#include "check.h"
#include "mpibert/data/examples.h"

static const mpb_read_options CSV = {
    .format = MPB_FORMAT_CSV, .text_column = "text", .label_column = "label", .need_labels = true};

static mpb_status parse(const mpb_read_options *options, const char *content,
                        mpb_examples *examples)
{
    return mpb_examples_parse(content, strlen(content), "DATA", options, examples);
}

static void check_example(const mpb_examples *examples, size_t i, const char *text,
                          const char *label)
{
    const mpb_example *example = &examples->items[i];

    CHECK(i < examples->count);
    CHECK_TEXT(example->text, text);
    CHECK(example->size == strlen(text));
    CHECK(example->label >= 0);
    CHECK_TEXT(examples->label_names.items[example->label], label);
}

/* RFC 4180: quoted cells hold separators, doubled quotes and newlines; lines end with CRLF. */
static void csv_cells_are_read_as_rfc_4180_says(void)
{
    mpb_examples examples = {0};

    CHECK_OK(parse(&CSV,
                   "\xEF\xBB\xBF"
                   "text,label\r\n"
                   "\"a, \"\"b\"\"\r\nc\",x\r\n"
                   "\r\n"
                   "5\" disk,y\r\n"
                   "\"\",x",
                   &examples));
    CHECK(examples.count == 3);
    check_example(&examples, 0, "a, \"b\"\r\nc", "x");
    check_example(&examples, 1, "5\" disk", "y");
    check_example(&examples, 2, "", "x");
    CHECK_TEXT(examples.items[2].id, "2");
    mpb_examples_clear(&examples);
}

static void a_broken_csv_is_refused_with_its_line(void)
{
    mpb_examples examples = {0};

    CHECK_FAILS(parse(&CSV, "text,label\nfine,x\n\"never\nclosed,y\n", &examples), MPB_ERR_DATA,
                "never closed (DATA, line 3)");
    CHECK_FAILS(parse(&CSV, "text,label\n\"a\nb\",x\nc\n", &examples), MPB_ERR_DATA,
                "the row has 1 cells, 2 were expected as in the first row (DATA, line 4)");
    CHECK_FAILS(parse(&CSV, "text,label\n\"a\"b,x\n", &examples), MPB_ERR_DATA,
                "text follows a closing quote");
    CHECK_FAILS(parse(&CSV, "body,class\na,x\n", &examples), MPB_ERR_DATA,
                "no column 'text', the columns are: body, class (DATA)");
    CHECK_FAILS(parse(&CSV, "text,label\na,\n", &examples), MPB_ERR_DATA,
                "has no label, one was expected (DATA, line 2)");
    CHECK_FAILS(parse(&CSV, "text,label\n", &examples), MPB_ERR_DATA, "there is no example");
    CHECK_FAILS(parse(&CSV, "", &examples), MPB_ERR_DATA, "the file is empty");
    CHECK_FAILS(parse(&CSV, "text,label\na,\xE9t\xE9\n", &examples), MPB_ERR_DATA,
                "byte 0xE9 at offset 0 is not UTF-8; if the text is Latin-1, set data.encoding: "
                "latin-1 (DATA, line 2)");
    CHECK(examples.count == 0 && examples.items == NULL);
}

static void quotes_in_tsv_are_plain_characters(void)
{
    mpb_read_options tsv = CSV;
    mpb_examples examples = {0};

    tsv.format = MPB_FORMAT_TSV;
    tsv.text_column = "#1 String";
    tsv.text_column_b = "#2 String";
    tsv.label_column = "Quality";
    tsv.id_column = "#1 ID";
    CHECK_OK(parse(&tsv,
                   "\xEF\xBB\xBFQuality\t#1 ID\t#1 String\t#2 String\r\n"
                   "1\t702\t\"He said, \"no\tb\"\r\n",
                   &examples));
    check_example(&examples, 0, "\"He said, \"no", "1");
    CHECK_TEXT(examples.items[0].text_b, "b\"");
    CHECK(examples.items[0].size_b == 2);
    CHECK_TEXT(examples.items[0].id, "702");
    mpb_examples_clear(&examples);
}

static void columns_by_number_mean_a_table_without_names(void)
{
    mpb_read_options numbered = CSV;
    mpb_examples examples = {0};

    numbered.text_column = "1";
    numbered.label_column = "0";
    CHECK_OK(parse(&numbered, "x,first\ny,second\n", &examples));
    CHECK(examples.count == 2);
    check_example(&examples, 0, "first", "x");
    mpb_examples_clear(&examples);

    numbered.label_column = "class";
    CHECK_OK(parse(&numbered, "class,body\ny,second\n", &examples));
    CHECK(examples.count == 1);
    check_example(&examples, 0, "second", "y");
    mpb_examples_clear(&examples);
    numbered.text_column = "2";
    CHECK_FAILS(parse(&numbered, "class,body\ny,second\n", &examples), MPB_ERR_DATA,
                "no column '2'");
}

static void whole_numbers_are_sorted_by_value(void)
{
    mpb_examples examples = {0};

    CHECK_OK(parse(&CSV, "text,label\na,10\nb,9\nc,0\nd,9\n", &examples));
    CHECK(examples.label_names.count == 3);
    CHECK(examples.items[0].label == 2 && examples.items[1].label == 1);
    check_example(&examples, 2, "c", "0");
    mpb_examples_clear(&examples);
    CHECK_OK(parse(&CSV, "text,label\na,10\nb,9\nc,x\n", &examples));
    CHECK_TEXT(examples.label_names.items[0], "10"); /* by bytes: not all are numbers */
    mpb_examples_clear(&examples);
}

static void labels_outside_the_given_names_are_refused(void)
{
    char *names[] = {"no", "yes"};
    char *numbers[] = {"LABEL_0", "LABEL_1"};
    mpb_strings given = {names, 2, 2};
    mpb_read_options options = CSV;
    mpb_examples examples = {0};

    options.label_names = &given;
    CHECK_FAILS(parse(&options, "text,label\na,yes\nb,maybe\n", &examples), MPB_ERR_DATA,
                "label 'maybe' is not one of the model's: no, yes (DATA, line 3)");
    CHECK_OK(parse(&options, "text,label\na,yes\n", &examples));
    CHECK(examples.items[0].label == 1 && examples.label_names.count == 2);

    /* Names that earlier examples settled hold for later ones. */
    options.label_names = NULL;
    CHECK_OK(parse(&options, "text,label\nb,no\n", &examples));
    CHECK(examples.count == 2 && examples.items[1].label == 0);
    CHECK_TEXT(examples.items[1].id, "1");
    CHECK_FAILS(parse(&options, "text,label\nb,new\n", &examples), MPB_ERR_DATA, "'new'");
    CHECK(examples.count == 2);
    mpb_examples_clear(&examples);

    given.items = numbers;
    options.label_names = &given;
    CHECK_OK(parse(&options, "text,label\na,1\nb,LABEL_0\n", &examples));
    CHECK(examples.items[0].label == 1 && examples.items[1].label == 0);
    mpb_examples_clear(&examples);
    CHECK_FAILS(parse(&options, "text,label\na,2\n", &examples), MPB_ERR_DATA, "label '2'");

    options.need_labels = false;
    CHECK_OK(parse(&options, "text,label\na,other\n", &examples));
    CHECK(examples.items[0].label == -1);
    mpb_examples_clear(&examples);
}

static void json_lines_give_texts_labels_and_ids(void)
{
    mpb_read_options jsonl = CSV;
    mpb_examples examples = {0};

    jsonl.format = MPB_FORMAT_JSONL;
    CHECK_OK(parse(&jsonl,
                   "{\"text\": \"a\\nb\", \"label\": 1, \"id\": \"q7\"}\n"
                   "\n"
                   "{\"label\": \"0\", \"text_b\": \"two\", \"text\": \"\", \"id\": 12}\r\n",
                   &examples));
    CHECK(examples.count == 2);
    check_example(&examples, 0, "a\nb", "1");
    check_example(&examples, 1, "", "0");
    CHECK_TEXT(examples.items[0].id, "q7");
    CHECK_TEXT(examples.items[1].id, "12");
    CHECK(examples.items[0].text_b == NULL);
    CHECK_TEXT(examples.items[1].text_b, "two");
    mpb_examples_clear(&examples);

    CHECK_FAILS(parse(&jsonl, "{\"text\": \"a\", \"label\": 1}\n{\"txt\": \"b\"}\n", &examples),
                MPB_ERR_DATA, "no member 'text', the members are: txt (DATA, line 2)");
    CHECK_FAILS(parse(&jsonl, "{\"text\": \"a\", \"label\": 1.5}\n", &examples), MPB_ERR_DATA,
                "member 'label' is neither a string nor an integer (DATA, line 1)");
    CHECK_FAILS(parse(&jsonl, "{\"text\": 3, \"label\": 1}\n", &examples), MPB_ERR_DATA,
                "member 'text' is not a string");
    CHECK_FAILS(parse(&jsonl, "[1]\n", &examples), MPB_ERR_DATA, "not a JSON object");
    CHECK_FAILS(parse(&jsonl, "\n{\"text\": \"a\n", &examples), MPB_ERR_DATA, "DATA, line 2");
    CHECK_FAILS(parse(&jsonl, "{\"text\": \"a\"}\n", &examples), MPB_ERR_DATA, "no member 'label'");
}

static void every_line_of_plain_text_is_an_example(void)
{
    mpb_read_options text = {.text_column = "text"};
    mpb_examples examples = {0};

    CHECK_OK(parse(&text, "one\r\n\nthree", &examples));
    CHECK(examples.count == 3 && examples.label_names.count == 0);
    CHECK_TEXT(examples.items[0].text, "one");
    CHECK_TEXT(examples.items[1].text, "");
    CHECK_TEXT(examples.items[2].text, "three");
    CHECK(examples.items[2].label == -1);
    mpb_examples_clear(&examples);

    text.encoding = MPB_LATIN1;
    text.max_chars = 2;
    CHECK_OK(parse(&text, "\xE9\xE0\xFC\n", &examples));
    CHECK_TEXT(examples.items[0].text, "\xC3\xA9\xC3\xA0");
    CHECK(examples.items[0].size == 4);
    mpb_examples_clear(&examples);

    text.need_labels = true;
    CHECK_FAILS(parse(&text, "one\n", &examples), MPB_ERR_DATA, "plain text has no labels");
}

static void one_class_alone_is_no_training_set(void)
{
    mpb_examples examples = {0};

    CHECK_OK(parse(&CSV, "text,label\na,x\nb,x\n", &examples));
    CHECK_FAILS(mpb_examples_check_classes(&examples, "DATA"), MPB_ERR_DATA,
                "all 2 examples are of one class, 'x'; at least two classes were expected (DATA)");
    CHECK_OK(parse(&(mpb_read_options){.format = MPB_FORMAT_CSV,
                                       .text_column = "text",
                                       .label_column = "label"},
                   "text,label\na,other\n", &examples));
    CHECK_OK(mpb_examples_check_classes(&examples, "DATA"));
    mpb_examples_clear(&examples);
    CHECK_FAILS(mpb_examples_check_classes(&examples, "DATA"), MPB_ERR_DATA, "no labelled");
}

int main(void)
{
    csv_cells_are_read_as_rfc_4180_says();
    a_broken_csv_is_refused_with_its_line();
    quotes_in_tsv_are_plain_characters();
    columns_by_number_mean_a_table_without_names();
    whole_numbers_are_sorted_by_value();
    labels_outside_the_given_names_are_refused();
    json_lines_give_texts_labels_and_ids();
    every_line_of_plain_text_is_an_example();
    one_class_alone_is_no_training_set();
    return 0;
}
