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

static void what_is_around_the_articles_is_checked(void)
{
    CHECK_FAILS(parse_alone("[{\"text\": \"no SQuAD\", \"label\": 1}]", &SQUAD), MPB_ERR_DATA,
                "one object a line, and set data.format jsonl (DATA)");
    CHECK_FAILS(parse_alone("3", &SQUAD), MPB_ERR_DATA,
                "a JSON object with an array 'data' of articles was expected as in SQuAD (DATA)");
    CHECK_FAILS(parse_alone("{\"version\": 1}", &SQUAD), MPB_ERR_DATA, "array 'data'");
    CHECK_FAILS(parse_alone("{\"data\": {\"data\": []}}", &SQUAD), MPB_ERR_DATA, "array 'data'");
    CHECK_FAILS(parse_alone("{\"data\": [{}, 1]}", &SQUAD), MPB_ERR_DATA,
                "member 'data' holds 2 values, 1 of them are objects: articles were expected");
    CHECK_FAILS(parse_alone("{\"data\": [{}\n{}]}", &SQUAD), MPB_ERR_DATA,
                "(DATA without its articles, line 2, ");
    CHECK_FAILS(parse_alone("{\"data\": [{}]}\n\nmore", &SQUAD), MPB_ERR_DATA,
                "(DATA without its articles, line 3, ");
    CHECK_FAILS(parse_alone("{\"data\": [{}], \"data\": [{}]}", &SQUAD), MPB_ERR_DATA, "duplicate");
    CHECK_FAILS(parse_alone("{\"data\": [{}\n], \"x\": tru}", &SQUAD), MPB_ERR_DATA, "line 2");
    CHECK_FAILS(parse_alone("{\"data\": [{},\n{\"paragraphs\": [\n", &SQUAD), MPB_ERR_DATA,
                "the file ends within the article that begins here (DATA, line 2)");
    CHECK_FAILS(parse_alone("}]{\"data\"", &SQUAD), MPB_ERR_DATA, "(DATA without its articles");
}

static void deep_nesting_is_refused(void)
{
    enum { DEPTH = 100000 };
    mpb_buffer text = {0};

    CHECK_OK(mpb_buffer_append_text(&text, "{\"x\": "));
    for (int i = 0; i < DEPTH; i++) {
        CHECK_OK(mpb_buffer_append_text(&text, "["));
    }
    CHECK_FAILS(parse_alone(text.data, &SQUAD), MPB_ERR_DATA, "depth");
    mpb_buffer_reset(&text);
    CHECK_OK(mpb_buffer_append_text(&text, "{\"data\": [{\"paragraphs\": "));
    for (int i = 0; i < DEPTH; i++) {
        CHECK_OK(mpb_buffer_append_text(&text, "["));
    }
    for (int i = 0; i < DEPTH; i++) {
        CHECK_OK(mpb_buffer_append_text(&text, "]"));
    }
    CHECK_OK(mpb_buffer_append_text(&text, "}]}"));
    CHECK_FAILS(parse_alone(text.data, &SQUAD), MPB_ERR_DATA, "depth");
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
                "member 'answer_start' of an answer is not an integer from 0");
    CHECK_FAILS(parse_alone(FILE_OF(QUESTION("q", ANSWER("Rome", "1.0"))), &SQUAD), MPB_ERR_DATA,
                "member 'answer_start'");
    CHECK_FAILS(parse_alone(FILE_OF(QUESTION("q", ANSWER("", "1"))), &SQUAD), MPB_ERR_DATA,
                "member 'text' of an answer is not a string, or empty");
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
        {"{\"data\": [{}]}", "member 'paragraphs' of an article is not an array (DATA, line 1)"},
        {"{\"data\": [[]]}", "member 'paragraphs' of an article is not an array"},
        {"{\"data\": [{\"paragraphs\": [{\"qas\": []}]}]}", "member 'context' of a paragraph"},
        {"{\"data\": [{\"paragraphs\": [{\"context\": \"\"}]}]}", "member 'qas' of a paragraph"},
        {FILE_OF("1"), "member 'id' of a question is not a string (DATA, line 2)"},
        {FILE_OF("{\"id\": 1}"), "member 'id' of a question is not a string"},
        {FILE_OF("{\"id\": \"q\", \"question\": null}"),
         "member 'question' is not a string (DATA, line 2, question 'q')"},
        {FILE_OF("{\"id\": \"q\", \"question\": \"\", \"answers\": {}}"),
         "member 'answers' is not an array"},
        {FILE_OF("{\"id\": \"q\", \"question\": \"\", \"is_impossible\": 0}"),
         "member 'is_impossible' is neither true nor false"},
        {FILE_OF("\n{\"id\": }"), "(DATA, line 2, in the article, line 2, "},
        {FILE_OF("{]"), "(DATA, line 2, in the article, column "},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        CHECK_FAILS(parse_alone(cases[i].text, &SQUAD), MPB_ERR_DATA, cases[i].message);
    }
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
    what_is_around_the_articles_is_checked();
    deep_nesting_is_refused();
    answers_must_stand_at_their_places();
    answers_may_lack_where_no_labels_are_needed();
    members_of_wrong_types_are_refused();
    wrong_questions_and_articles_are_left_out();
    return 0;
}
