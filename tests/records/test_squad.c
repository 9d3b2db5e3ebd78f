/* The reader of SQuAD's JSON. */

#include "record_log.h"

/* Made by tests/golden/squad/make_squad.py */
#define GOLDEN "tests/golden/squad/"

/* A file of one article with one paragraph, and one of its questions. */
#define FILE_OF(questions)                                                                         \
    "{\"data\": [\n{\"paragraphs\": [{\"context\": \"A caf\xC3\xA9 in Rome.\", \"qas\": "          \
    "[" questions "]}]}]}"
#define QUESTION(id, answers)                                                                      \
    "{\"id\": \"" id "\", \"question\": \"Where?\", \"answers\": [" answers "]}"
#define ANSWER(text, start) "{\"text\": \"" text "\", \"answer_start\": " start "}"

static const mpb_read_options SQUAD = {.format = MPB_FORMAT_SQUAD,
                                       .task = MPB_TASK_QA,
                                       .text_column = "text",
                                       .label_column = "label",
                                       .need_labels = true};

static void questions_are_the_same_from_ranges_of_any_size(void)
{
    check_golden(GOLDEN "one_line.json", &SQUAD, GOLDEN "one_line.records");
    check_golden(GOLDEN "indented.json", &SQUAD, GOLDEN "indented.records");
}

/* And what is behind the last one. */
static void each_article_can_be_a_range(void)
{
    CHECK(count_shortest_ranges(GOLDEN "one_line.json", &SQUAD) == 3 + 1);
    CHECK(count_shortest_ranges(GOLDEN "indented.json", &SQUAD) == 3 + 1);
}

static void every_truncation_is_refused(void)
{
    mpb_buffer whole = {0};

    CHECK_OK(mpb_file_read(GOLDEN "one_line.json", &whole));
    for (size_t size = 1; size < whole.size; size++) {
        record_log log;

        record_log_begin(&log, true);
        CHECK_STATUS(record_log_parse(whole.data, size, &SQUAD, 1, &log), MPB_ERR_DATA);
        CHECK_TEXT(log.text.data, "");
        mpb_buffer_clear(&log.text);
    }
    mpb_buffer_clear(&whole);
}

/* Of an article that takes several lines, that of the question. */
static void an_answer_that_is_not_at_its_place_is_refused_with_the_line_of_its_question(void)
{
    CHECK_FAILS(
        parse_alone("{\"data\": [\n{\"paragraphs\": [{\"context\": \"A caf\xC3\xA9 in Rome.\",\n"
                    "\"qas\": [" QUESTION("a", ANSWER("caf\xC3\xA9", "2")) ",\n" QUESTION(
                        "b", ANSWER("Rome", "9")) "]}]}]}",
                    &SQUAD),
        MPB_ERR_DATA,
        "' Rom' stands at 9 of the context, the answer 'Rome' was expected (DATA, line 4, "
        "question 'b')");
}

static void what_is_around_the_articles_is_checked(void)
{
    CHECK_FAILS(parse_alone("[{\"text\": \"no SQuAD\", \"label\": 1}]", &SQUAD), MPB_ERR_DATA,
                "an array of objects data.format=json (DATA)");
    CHECK_FAILS(
        parse_alone("3", &SQUAD), MPB_ERR_DATA,
        "a number was found, an object with one array 'data' of articles was expected as in SQuAD");
    CHECK_FAILS(parse_alone("{\"version\": 1}", &SQUAD), MPB_ERR_DATA, "array 'data'");
    CHECK_FAILS(parse_alone("{\"data\": {\"data\": []}}", &SQUAD), MPB_ERR_DATA, "array 'data'");
    CHECK_FAILS(parse_alone("{\"data\": [{}, 1]}", &SQUAD), MPB_ERR_DATA,
                "the array holds 2 values, 1 of them are objects: objects were expected");
    CHECK_FAILS(parse_alone("{\"data\": [{}\n{}]}", &SQUAD), MPB_ERR_DATA,
                "(DATA without its records, line 2, ");
    CHECK_FAILS(parse_alone("{\"data\": [{}]}\n\nmore", &SQUAD), MPB_ERR_DATA,
                "(DATA without its records, line 3, ");
    CHECK_FAILS(parse_alone("{\"data\": [{}], \"data\": [{}]}", &SQUAD), MPB_ERR_DATA,
                "one array 'data'");
    CHECK_FAILS(parse_alone("{\"data\": [{}\n], \"x\": tru}", &SQUAD), MPB_ERR_DATA, "line 2");
    CHECK_FAILS(parse_alone("{\"data\": [{},\n{\"paragraphs\": [\n", &SQUAD), MPB_ERR_DATA,
                "the file ends within the record that begins here (DATA, line 2)");
    CHECK_FAILS(parse_alone("}]{\"data\"", &SQUAD), MPB_ERR_DATA, "(DATA without its records");
}

static void deep_nesting_is_refused(void)
{
    enum { DEPTH = 100000 };
    mpb_buffer text = {0};

    CHECK_OK(mpb_buffer_append_text(&text, "{\"x\": "));
    for (int i = 0; i < DEPTH; i++) {
        CHECK_OK(mpb_buffer_append_text(&text, "["));
    }
    CHECK_FAILS(parse_alone(text.data, &SQUAD), MPB_ERR_DATA, "nest deeper than 512");
    mpb_buffer_reset(&text);
    CHECK_OK(mpb_buffer_append_text(&text, "{\"data\": [{\"paragraphs\": "));
    for (int i = 0; i < DEPTH; i++) {
        CHECK_OK(mpb_buffer_append_text(&text, "["));
    }
    for (int i = 0; i < DEPTH; i++) {
        CHECK_OK(mpb_buffer_append_text(&text, "]"));
    }
    CHECK_OK(mpb_buffer_append_text(&text, "}]}"));
    CHECK_FAILS(parse_alone(text.data, &SQUAD), MPB_ERR_DATA, "nest deeper than 512");
    mpb_buffer_clear(&text);
}

static void answers_must_stand_at_their_places(void)
{
    CHECK_OK(parse_alone(FILE_OF(QUESTION("q", ANSWER("Rome.", "10"))), &SQUAD));
    CHECK_FAILS(parse_alone(FILE_OF(QUESTION("q7", ANSWER("Rome", "11"))), &SQUAD), MPB_ERR_DATA,
                "'ome.' stands at 11 of the context, the answer 'Rome' was expected (DATA, line 2, "
                "question 'q7')");
    CHECK_FAILS(parse_alone(FILE_OF(QUESTION("q", ANSWER("Rome.!", "10"))), &SQUAD), MPB_ERR_DATA,
                "'Rome.' stands at 10");
    CHECK_FAILS(parse_alone(FILE_OF(QUESTION("q", ANSWER("Rome", "16"))), &SQUAD), MPB_ERR_DATA,
                "the answer begins at 16, the context has 15 characters");
    CHECK_FAILS(parse_alone(FILE_OF(QUESTION("q", ANSWER("Rome", "-1"))), &SQUAD), MPB_ERR_DATA,
                "member 'answer_start' of an answer is not a whole number from 0");
    CHECK_FAILS(parse_alone(FILE_OF(QUESTION("q", ANSWER("Rome", "10.5"))), &SQUAD), MPB_ERR_DATA,
                "member 'answer_start'");
    CHECK_FAILS(parse_alone(FILE_OF(QUESTION("q", ANSWER("Rome", "1e1"))), &SQUAD), MPB_ERR_DATA,
                "member 'answer_start'");
    CHECK_FAILS(parse_alone(FILE_OF(QUESTION("q", ANSWER("Rome", "10000000000000000000"))), &SQUAD),
                MPB_ERR_DATA, "member 'answer_start'");
    CHECK_FAILS(parse_alone(FILE_OF(QUESTION("q", ANSWER("", "1"))), &SQUAD), MPB_ERR_DATA,
                "member 'text' of an answer is empty");
    CHECK_FAILS(parse_alone(FILE_OF(QUESTION("q", "3")), &SQUAD), MPB_ERR_DATA, "member 'text'");
}

static void answers_may_lack_where_no_labels_are_needed(void)
{
    static const char bare[] = FILE_OF("{\"id\": \"q\", \"question\": \"Where?\"}");
    mpb_read_options unlabelled = SQUAD;

    CHECK_FAILS(parse_alone(FILE_OF(QUESTION("q", "")), &SQUAD), MPB_ERR_DATA,
                "the question has no answer, one or is_impossible was expected (DATA, line 2, "
                "question 'q')");
    CHECK_FAILS(parse_alone(bare, &SQUAD), MPB_ERR_DATA, "the question has no answer");
    unlabelled.need_labels = false;
    CHECK_OK(parse_alone(FILE_OF(QUESTION("q", "")), &unlabelled));
    CHECK_OK(parse_alone(bare, &unlabelled));
    CHECK_FAILS(parse_alone(FILE_OF(QUESTION("q", ANSWER("Rome", "1"))), &unlabelled), MPB_ERR_DATA,
                "stands at 1");
}

static void members_of_wrong_types_are_refused(void)
{
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"{\"data\": [{}]}",
         "member 'paragraphs' is missing, an array was expected (DATA, line 1)"},
        {"{\"data\": [[]]}", "member 'paragraphs' is missing, an array was expected"},
        {"{\"data\": [{\"paragraphs\": [{\"qas\": []}]}]}",
         "member 'context' is missing, a string was expected"},
        {"{\"data\": [{\"paragraphs\": [{\"context\": \"\"}]}]}",
         "member 'qas' is missing, an array was expected"},
        {FILE_OF("1"), "a question has no member 'id' that is a string or a number (DATA, line 2)"},
        {FILE_OF("{\"id\": true}"), "no member 'id' that is a string or a number"},
        {FILE_OF("{\"id\": \"a\", \"id\": \"a\"}"), "no member 'id'"},
        {FILE_OF("{\"id\": \"a\\u0000\"}"), "control character U+0000"},
        {FILE_OF("{\"id\": \"a\", \"question\": \"\", \"question\": \"\"}"),
         "there are 2 members 'question', one was expected (DATA, line 2, question 'a')"},
        {FILE_OF("{\"id\": \"q\", \"question\": null}"),
         "member 'question' is null, a string was expected (DATA, line 2, question 'q')"},
        {FILE_OF("{\"id\": \"q\", \"question\": \"\", \"answers\": {}}"),
         "member 'answers' is an object, an array was expected"},
        {FILE_OF("{\"id\": \"q\", \"question\": \"\", \"is_impossible\": 0}"),
         "member 'is_impossible' is neither true nor false"},
        {FILE_OF("\n{\"id\": }"), "(DATA, line 3, column "},
        {FILE_OF("{]"), "(DATA, line 2, column "},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        CHECK_FAILS(parse_alone(cases[i].text, &SQUAD), MPB_ERR_DATA, cases[i].message);
    }
}

/* NaN is what Python writes; dropping control characters is the tokenizer's business, so places
 * count them. */
static void members_that_nobody_reads_may_be_anything_and_texts_hold_control_characters(void)
{
    static const char text[] =
        "{\"data\": [{\"title\": NaN, \"title\": [-Infinity], \"paragraphs\": [{\"x\": 1, \"x\": "
        "2, "
        "\"context\": \"a\\u0000 \\u0007b\", \"qas\": [{\"id\": 12345678901234567890, "
        "\"question\": \"w\\u0001\", \"answers\": [{\"text\": \"b\", \"answer_start\": "
        "4.0}]}]}]}]}";
    record_log log;
    static const char expected[] = "line 1, id 12345678901234567890\ntext: w\1\n"
                                   "text_b: a\0 \7b\nanswer at 4: b\n\n";

    record_log_begin(&log, false);
    CHECK_OK(record_log_parse(text, sizeof(text) - 1, &SQUAD, 1, &log));
    CHECK(log.text.size == sizeof(expected) - 1);
    CHECK(memcmp(log.text.data, expected, log.text.size) == 0);
    mpb_buffer_clear(&log.text);
}

static void wrong_questions_and_articles_are_left_out(void)
{
    static const char text[] = "{\"data\": ["
                               "{\"paragraphs\": [{\"context\": \"a b\", \"qas\": ["
        /* one of them is right */
        QUESTION("q1", ANSWER("b", "1")) "," QUESTION(
            "q2", ANSWER("b", "2")) ", {}]}, 7]},\n"
                                    "{\"paragraphs\": nil},\n"
                                    "{\"paragraphs\": []},\n"
                                    "{\"paragraphs\": [{\"context\": \"c\", \"qas\": [" QUESTION(
                                        "q3", ANSWER("c", "0")) "]}]}]}";

    check_skipping(text, &SQUAD, 4, "question 'q1'",
                   "line 1, id q2\ntext: Where?\ntext_b: a b\nanswer at 2: b\n\n"
                   "line 4, id q3\ntext: Where?\ntext_b: c\nanswer at 0: c\n\n");
}

int main(void)
{
    questions_are_the_same_from_ranges_of_any_size();
    each_article_can_be_a_range();
    every_truncation_is_refused();
    an_answer_that_is_not_at_its_place_is_refused_with_the_line_of_its_question();
    what_is_around_the_articles_is_checked();
    deep_nesting_is_refused();
    answers_must_stand_at_their_places();
    answers_may_lack_where_no_labels_are_needed();
    members_of_wrong_types_are_refused();
    members_that_nobody_reads_may_be_anything_and_texts_hold_control_characters();
    wrong_questions_and_articles_are_left_out();
    return 0;
}
