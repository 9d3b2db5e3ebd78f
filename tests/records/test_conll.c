/* The reader of CoNLL. */

#include "record_log.h"

/* Made by tests/golden/conll/make_conll.py */
#define GOLDEN "tests/golden/conll/"

static const mpb_read_options CONLL = {.format = MPB_FORMAT_CONLL,
                                       .task = MPB_TASK_TOKEN,
                                       .text_column = "text",
                                       .label_column = "label",
                                       .need_labels = true};

static void sentences_are_the_same_from_ranges_of_any_size(void)
{
    check_golden(GOLDEN "tabs.conll", &CONLL, GOLDEN "tabs.records");
    check_golden(GOLDEN "columns.conll", &CONLL, GOLDEN "columns.records");
}

static void columns_are_chosen_by_number(void)
{
    mpb_read_options numbered = CONLL;

    numbered.text_column = "1";
    numbered.label_column = "2";
    check_golden(GOLDEN "columns.conll", &numbered, GOLDEN "columns_1_2.records");
    numbered.label_column = "4";
    CHECK_FAILS(parse_alone("a b c d\n", &numbered), MPB_ERR_DATA,
                "there is no column '4', a number from 0 to 3 was expected (DATA)");
    numbered.label_column = "ner";
    CHECK_FAILS(parse_alone("a b c d\n", &numbered), MPB_ERR_DATA, "there is no column 'ner'");
    numbered.label_column = NULL;
    numbered.text_column = "word";
    CHECK_FAILS(parse_alone("a b c d\n", &numbered), MPB_ERR_DATA, "there is no column 'word'");
}

static void words_alone_suffice_where_no_labels_are_needed(void)
{
    mpb_read_options unlabelled = CONLL;
    record_log log;

    CHECK_FAILS(parse_alone("one\ntwo\n", &CONLL), MPB_ERR_DATA,
                "the rows have one column, a word and its label were expected (DATA)");
    unlabelled.need_labels = false;
    record_log_begin(&log, false);
    CHECK_OK(record_log_parse("one\ntwo\n", 8, &unlabelled, 1, &log));
    CHECK_TEXT(log.text.data, "line 1, id -\ntext: one two\nword: one\nword: two\n\n");
    mpb_buffer_clear(&log.text);
}

static void a_wrong_row_is_refused_with_its_line(void)
{
    CHECK_FAILS(parse_alone("a O\nb O\n\nc X O\n", &CONLL), MPB_ERR_DATA,
                "the row has 3 columns, 2 were expected as in the first row (DATA, line 4)");
    CHECK_FAILS(parse_alone("a\tO\nb\n", &CONLL), MPB_ERR_DATA,
                "the row has 1 columns, 2 were expected as in the first row (DATA, line 2)");
    CHECK_FAILS(parse_alone("a\tO\nb\t\n", &CONLL), MPB_ERR_DATA,
                "the word has no label, one was expected (DATA, line 2)");
    CHECK_FAILS(parse_alone("a\tO\n \tO\n", &CONLL), MPB_ERR_DATA,
                "the row has no word, one was expected (DATA, line 2)");
    CHECK_FAILS(parse_alone("a O\n\nb O\n\xE9 O\n", &CONLL), MPB_ERR_DATA, "(DATA, line 3)");
    CHECK_FAILS(parse_alone("\n \n-DOCSTART- O\n", &CONLL), MPB_ERR_DATA, "there is no example");
    CHECK_FAILS(parse_alone("", &CONLL), MPB_ERR_DATA, "the file is empty");
}

static void a_word_may_hold_a_nul_byte_but_no_label_may(void)
{
    static const char expected[] = "line 1, id -\ntext: c\0d\nO: c\0d\n\n";
    record_log log;

    record_log_begin(&log, false);
    CHECK_OK(record_log_parse("c\0d O\n", 6, &CONLL, 1, &log));
    CHECK(log.text.size == sizeof(expected) - 1);
    CHECK(memcmp(log.text.data, expected, log.text.size) == 0);
    CHECK_FAILS(record_log_parse("a O\n\nb O\nc O\0\n", 14, &CONLL, 1, &log), MPB_ERR_DATA,
                "a label or id holds the control character U+0000 at offset 1 (DATA, line 4)");
    mpb_buffer_clear(&log.text);
}

/* As MultiCoNER has them. */
static void comments_before_a_sentence_are_passed_over(void)
{
    static const char text[] = "# corpus of two sentences\n\n"
                               "# id 1\tdomain=en\nrain _ _ B-X\nnow _ _ O\n\n"
                               "# id 2\tdomain=en\n# more\n# _ _ O\n# _ _ B-X\n\n";

    check_skipping(text, &CONLL, 0, "",
                   "line 3, id -\ntext: rain now\nB-X: rain\nO: now\n\n"
                   "line 7, id -\ntext: # #\nO: #\nB-X: #\n\n");
    check_skipping("# id 1\tx\nrain\tO\n", &CONLL, 0, "", "line 1, id -\ntext: rain\nO: rain\n\n");
}

/* Tweets have such words. */
static void a_hash_with_the_columns_of_a_row_is_a_word(void)
{
    check_skipping("# O\nwin B-X\n\nwin O\n# B-X\n\n#tag O\n", &CONLL, 0, "",
                   "line 1, id -\ntext: # win\nO: #\nB-X: win\n\n"
                   "line 4, id -\ntext: win #\nO: win\nB-X: #\n\n"
                   "line 7, id -\ntext: #tag\nO: #tag\n\n");
    CHECK_FAILS(parse_alone("win O\n# a comment\nrain O\n", &CONLL), MPB_ERR_DATA,
                "the row has 3 columns, 2 were expected as in the first row; comments stand before "
                "the first row of a sentence (DATA, line 2)");
}

/* In a file with comments. */
static void what_may_be_a_comment_or_a_row_is_refused(void)
{
    CHECK_FAILS(parse_alone("# id 1\nrain O\n\n# 17\nnow O\n", &CONLL), MPB_ERR_DATA,
                "the line is written like a comment and has the columns of a row: a comment line "
                "before it tells that it is a row (DATA, line 4)");
    CHECK_FAILS(parse_alone("# 1\nrain O\n\n# id 17\nnow O\n", &CONLL), MPB_ERR_DATA,
                "(DATA, line 1)");
    CHECK_OK(parse_alone("# id 1\nrain O\n\n# id 17\n# O\nnow O\n", &CONLL));
}

static void a_wrong_sentence_is_left_out_as_a_whole(void)
{
    check_skipping("a O\nb X O\nc O\n\nd O\n-DOCSTART-\ne\n\nf O\n", &CONLL, 2,
                   "3 columns, 2 were expected as in the first row (DATA, line 2)",
                   "line 5, id -\ntext: d\nO: d\n\nline 9, id -\ntext: f\nO: f\n\n");
}

/* The rows that decide on the columns are those of the file, not those of a range. */
static void a_row_of_other_columns_is_found_in_ranges_of_any_size(void)
{
    check_skipping("a O\n\nb X O\n\nc X O\n", &CONLL, 2, "(DATA, line 3)",
                   "line 1, id -\ntext: a\nO: a\n\n");
}

/* A file without blank lines. */
static void a_sentence_of_more_than_a_million_words_is_refused(void)
{
    enum { MOST = 1 << 20 };
    mpb_buffer text = {0};

    for (int i = 0; i <= MOST; i++) {
        CHECK_OK(mpb_buffer_append_text(&text, "a O\n"));
    }
    CHECK_FAILS(parse_alone(text.data, &CONLL), MPB_ERR_DATA,
                "the sentence has more than 1048576 words, blank lines between sentences were "
                "expected (DATA, line 1048577)");
    mpb_buffer_clear(&text);
}

static void latin_1_is_decoded(void)
{
    mpb_read_options latin1 = CONLL;
    record_log log;

    latin1.encoding = MPB_LATIN1;
    record_log_begin(&log, false);
    CHECK_OK(record_log_parse("caf\xE9 \xC9\n", 7, &latin1, 1, &log));
    CHECK_TEXT(log.text.data, "line 1, id -\ntext: caf\xC3\xA9\n\xC3\x89: caf\xC3\xA9\n\n");
    mpb_buffer_clear(&log.text);
}

/* A sentence above the limit is a range of its own, those around it are not lost. */
static void a_sentence_that_is_too_long_is_left_out(void)
{
    static const char row[] = "word O\n";
    mpb_buffer content = {0};
    record_log log;

    CHECK_OK(mpb_buffer_append_text(&content, "a O\n\n"));
    for (size_t i = 0; i <= MPB_RECORD_LIMIT / strlen(row); i++) {
        CHECK_OK(mpb_buffer_append(&content, row, strlen(row)));
    }
    CHECK_OK(mpb_buffer_append_text(&content, "\nb O\n"));
    record_log_begin(&log, true);
    CHECK_OK(record_log_parse(content.data, content.size, &CONLL, 1 << 20, &log));
    CHECK(log.sink.num_bad == 1);
    CHECK(strstr(log.sink.first_bad, "(DATA, line 3)") != NULL);
    CHECK(strstr(log.text.data, "text: a\n") != NULL && strstr(log.text.data, "text: b\n") != NULL);
    mpb_buffer_clear(&log.text);
    mpb_buffer_clear(&content);
}

int main(void)
{
    sentences_are_the_same_from_ranges_of_any_size();
    columns_are_chosen_by_number();
    words_alone_suffice_where_no_labels_are_needed();
    a_wrong_row_is_refused_with_its_line();
    a_word_may_hold_a_nul_byte_but_no_label_may();
    comments_before_a_sentence_are_passed_over();
    a_hash_with_the_columns_of_a_row_is_a_word();
    what_may_be_a_comment_or_a_row_is_refused();
    a_wrong_sentence_is_left_out_as_a_whole();
    a_row_of_other_columns_is_found_in_ranges_of_any_size();
    a_sentence_of_more_than_a_million_words_is_refused();
    latin_1_is_decoded();
    a_sentence_that_is_too_long_is_left_out();
    return 0;
}
