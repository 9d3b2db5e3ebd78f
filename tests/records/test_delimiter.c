/* What stands between the cells of a table, and how its lines end. */

#include "examples.h"

static const mpb_read_options CSV = {.format = MPB_FORMAT_CSV,
                                     .task = MPB_TASK_CLASSIFICATION,
                                     .text_column = "text",
                                     .label_column = "label",
                                     .need_labels = true};

/* The texts and labels of all records, "TEXT/LABEL " each. */
static void check_rows(const mpb_read_options *options, const char *content, const char *expected)
{
    static const uint64_t targets[] = {1, 20, 1 << 20};

    for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
        mpb_buffer rows = {0};
        examples e = {0};

        CHECK_OK(examples_parse(content, options, targets[i], &e));
        for (size_t k = 0; k < e.count; k++) {
            CHECK_OK(mpb_buffer_append_format(
                &rows, "%s/%s ", e.items[k].text,
                e.items[k].labels.count == 0 ? "-" : e.items[k].labels.items[0]));
        }
        CHECK_TEXT(rows.data, expected);
        mpb_buffer_clear(&rows);
        examples_clear(&e);
    }
}

static void check_refused(const mpb_read_options *options, const char *content, const char *part)
{
    examples e = {0};

    CHECK_FAILS(examples_parse(content, options, 1 << 20, &e), MPB_ERR_DATA, part);
}

static void the_names_of_columns_tell_the_delimiter(void)
{
    check_rows(&CSV, "text,label\na;b,x\n", "a;b/x ");
    check_rows(&CSV, "text;label\na,b;x\n\"c;d\";y\n", "a,b/x c;d/y ");
    check_rows(&CSV, "label\ttext\nx\ta,b;c\n", "a,b;c/x ");
    check_rows(&CSV, "n|text|label\n1,0|a|x\n2,0|b|y\n", "a/x b/y ");
    check_rows(&CSV, "\xEF\xBB\xBFtext ; label\na;x \n", "a/x ");
    check_refused(&CSV, "text,a;text;label;b,label\n",
                  "the rows have 3 cells between ',' and 4 between ';'");
}

static void without_names_the_rows_tell_it(void)
{
    mpb_read_options numbered = CSV;

    numbered.text_column = "0";
    numbered.label_column = "1";
    check_rows(&numbered, "a;x\nb, c;y\n", "a/x b, c/y ");
    check_rows(&numbered, "\"a;b\",x\nc,y\n", "a;b/x c/y ");
    check_refused(&numbered, "1,5;x\n2,5;y\n",
                  "the rows have 2 cells between ',' and 2 between ';': say which it is, set "
                  "data.delimiter (DATA)");
    numbered.delimiter = ';';
    check_rows(&numbered, "1,5;x\n2,5;y\n", "1,5/x 2,5/y ");
    check_refused(&CSV, "Text;Label\na;x\n", "the columns are: Text, Label (DATA)");
    check_refused(&CSV, "text:label\na:x\n",
                  "there is no column 'text', the only one (is data.delimiter right?) is: "
                  "text:label (DATA)");
}

static void a_table_of_one_column_has_commas(void)
{
    mpb_read_options texts = CSV;

    texts.need_labels = false;
    check_rows(&texts, "text\na; b\nc\n", "a; b/- c/- ");
    check_refused(&texts, "text\na, b\n", "the row has 2 cells, 1 were expected");
}

static void a_first_line_that_names_the_delimiter_is_obeyed(void)
{
    mpb_read_options given = CSV;

    check_rows(&CSV, "sep=;\r\ntext;label\r\na,b;x\r\n", "a,b/x ");
    check_rows(&CSV, "\"sep=\t\"\ntext\tlabel\na\tx\n", "a/x ");
    check_rows(&CSV, "\xEF\xBB\xBFSEP=|\ntext|label\na|x\n", "a/x ");
    check_refused(&CSV, "sep=:\ntext:label\na:x\n", "the first line says sep=:");
    check_refused(&CSV, "sep=;\ntext,label\na,x\n", "there is no column 'text'");
    check_refused(&CSV, "sep=;\ntext;label\na\n", "(DATA, line 3)");
    given.delimiter = ';';
    check_rows(&given, "sep=;\ntext;label\na;x\n", "a/x ");
    given.delimiter = ',';
    check_refused(&given, "sep=;\ntext;label\na;x\n", "data.delimiter says another");
}

static void a_delimiter_that_is_given_is_taken(void)
{
    mpb_read_options given = CSV;

    given.delimiter = '\t';
    check_rows(&given, "text\tlabel\n\"a\tb\"\tx\n", "a\tb/x ");
    given.format = MPB_FORMAT_TSV;
    check_rows(&given, "text\tlabel\n\"a\tx\n", "\"a/x ");
    given.delimiter = ';';
    check_refused(&given, "text;label\na;x\n",
                  "data.delimiter is ';', but data.format tsv has tabs: set data.format=csv");
}

static void lines_may_end_with_cr_alone(void)
{
    mpb_read_options tsv = CSV, jsonl = CSV, text = CSV, conll = CSV;

    tsv.format = MPB_FORMAT_TSV;
    jsonl.format = MPB_FORMAT_JSONL;
    text.format = MPB_FORMAT_TEXT;
    text.need_labels = false;
    conll.format = MPB_FORMAT_CONLL;
    conll.task = MPB_TASK_TOKEN;
    check_rows(&CSV, "text;label\ra;x\r\r\"b\nc\";y\rd;x", "a/x b\nc/y d/x ");
    check_rows(&CSV, "sep=;\rtext;label\ra;x\r", "a/x ");
    check_rows(&tsv, "text\tlabel\ra\tx\rb\ty\r", "a/x b/y ");
    check_rows(&jsonl, "{\"text\": \"a\", \"label\": 1}\r{\"text\": \"b\", \"label\": 2}\r",
               "a/1 b/2 ");
    check_rows(&text, "a\r\rb", "a/- /- b/- ");
    check_rows(&conll, "a X\rb Y\r\rc X\r", "a b/X c/X ");
    check_refused(&CSV, "text,label\ra,x\rb\r", "(DATA, line 3)");
}

/* A CR in a line is a character like others. */
static void a_file_with_lf_has_lines_that_end_with_lf(void)
{
    mpb_read_options text = CSV;

    text.format = MPB_FORMAT_TEXT;
    text.need_labels = false;
    check_rows(&text, "a\rb\nc\r\n", "a\rb/- c/- ");
    check_rows(&CSV, "text,label\n\"a\rb\",x\n", "a\rb/x ");
}

int main(void)
{
    the_names_of_columns_tell_the_delimiter();
    without_names_the_rows_tell_it();
    a_table_of_one_column_has_commas();
    a_first_line_that_names_the_delimiter_is_obeyed();
    a_delimiter_that_is_given_is_taken();
    lines_may_end_with_cr_alone();
    a_file_with_lf_has_lines_that_end_with_lf();
    return 0;
}
