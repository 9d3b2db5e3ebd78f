/* The reader of JSON lines, record by record. */

#include "json_format.h"
#include "record_log.h"

static const mpb_read_options JSONL = {.format = MPB_FORMAT_JSONL,
                                       .task = MPB_TASK_CLASSIFICATION,
                                       .text_column = "text",
                                       .label_column = "label",
                                       .need_labels = true};

typedef struct found {
    mpb_buffer labels; /* each with a blank behind it */
    mpb_buffer id;
} found;

static mpb_status note(void *context, const mpb_record *record)
{
    found *f = context;

    for (size_t i = 0; i < record->num_labels; i++) {
        CHECK_OK(mpb_buffer_append_format(&f->labels, "%s ", record->labels[i]));
    }
    return mpb_buffer_append_text(&f->id, record->id == NULL ? "-" : record->id);
}

/* Labels and ids of all lines, one behind the other. */
static void check_names_by(const mpb_read_options *options, const char *content, const char *labels,
                           const char *id)
{
    const mpb_range all = {.end = strlen(content)};
    found f = {0};
    mpb_sink sink = {.take = note, .context = &f};
    mpb_input_scratch scratch = {0};
    mpb_input input = {0};

    CHECK_OK(mpb_buffer_append_text(&f.labels, ""));
    CHECK_OK(mpb_input_open_memory("DATA", content, strlen(content), options, &input));
    CHECK_OK(mpb_input_read(&input, &all, &scratch, &sink));
    CHECK_TEXT(f.labels.data, labels);
    CHECK_TEXT(f.id.data, id);
    mpb_buffer_clear(&f.labels);
    mpb_buffer_clear(&f.id);
    mpb_input_scratch_clear(&scratch);
    mpb_input_close(&input);
}

static void check_names(const char *content, mpb_task task, const char *labels, const char *id)
{
    mpb_read_options options = JSONL;

    options.task = task;
    check_names_by(&options, content, labels, id);
}

static void scores_come_from_members_of_their_own(void)
{
    char *names[] = {"clarity", "tone"};
    const mpb_strings columns = {.items = names, .count = 2};
    mpb_read_options scores = JSONL;

    scores.task = MPB_TASK_REGRESSION;
    scores.score_columns = &columns;
    check_names_by(&scores,
                   "{\"tone\": -1.5, \"text\": \"a\", \"clarity\": \"2\"}\n"
                   "{\"text\": \"b\", \"clarity\": 3e1, \"tone\": 0, \"label\": [7]}\n",
                   "2 -1.5 3e1 0 ", "--");
    CHECK_FAILS(parse_alone("{\"text\": \"a\", \"clarity\": 1}", &scores), MPB_ERR_DATA,
                "there is no member 'tone', the members are: text, clarity (DATA, line 1)");
    CHECK_FAILS(parse_alone("{\"text\": \"a\", \"clarity\": 1, \"tone\": null}", &scores),
                MPB_ERR_DATA, "member 'tone' is null, a label was expected (DATA, line 1)");
    CHECK_FAILS(parse_alone("{\"text\": \"a\", \"clarity\": 1, \"tone\": [2]}", &scores),
                MPB_ERR_DATA, "member 'tone' is an array, a string or a number was expected");
    CHECK_FAILS(parse_alone("{\"text\": \"a\", \"clarity\": 1, \"tone\": 1, \"tone\": 2}", &scores),
                MPB_ERR_DATA, "there are 2 members 'tone', one was expected");
    scores.need_labels = false;
    check_names_by(&scores, "{\"text\": \"a\"}\n", "", "-");
}

static void an_empty_text_is_no_label(void)
{
    check_names("{\"text\": \"a\", \"label\": \"\"}\n", MPB_TASK_MULTILABEL, "", "-");
    check_names("{\"text\": \"a\", \"label\": [\"x\", \"\"]}\n", MPB_TASK_MULTILABEL, "x ", "-");
}

/* As pandas and json.dumps write them. */
static void labels_may_be_texts_booleans_and_whole_numbers(void)
{
    check_names("{\"text\": \"a\", \"label\": true}\n{\"text\": \"a\", \"label\": false}\n",
                MPB_TASK_CLASSIFICATION, "true false ", "--");
    check_names("{\"text\": \"\", \"label\": 1}\n{\"text\": \"\", \"label\": 1.0}\n"
                "{\"text\": \"\", \"label\": \"1\"}\n{\"text\": \"\", \"label\": \"1.00\"}\n",
                MPB_TASK_CLASSIFICATION, "1 1 1 1 ", "----");
    check_names("{\"text\": \"\", \"label\": [-3.0, 0, 0.0, \"1.5\", \"01.0\", \"v1.0\", "
                "12345678901234567890]}\n",
                MPB_TASK_MULTILABEL, "-3 0 0 1.5 01.0 v1.0 12345678901234567890 ", "-");
    check_names("{\"text\": \"a\", \"label\": 0.25e1}\n", MPB_TASK_REGRESSION, "0.25e1 ", "-");
    CHECK_FAILS(parse_alone("{\"text\": \"a\", \"label\": 0.5}", &JSONL), MPB_ERR_DATA,
                "a whole number was expected (DATA, line 1)");
    CHECK_FAILS(parse_alone("{\"text\": \"a\", \"label\": NaN}", &JSONL), MPB_ERR_DATA,
                "member 'label' is NaN or infinite");
}

/* No digit is lost, whatever the number. */
static void an_id_is_a_text_or_a_number_as_it_is_written(void)
{
    check_names("{\"text\": \"\", \"id\": 12345678901234567890, \"label\": 1}\n",
                MPB_TASK_CLASSIFICATION, "1 ", "12345678901234567890");
    check_names("{\"text\": \"\", \"id\": 1e400, \"label\": 1}\n", MPB_TASK_CLASSIFICATION, "1 ",
                "1e400");
    check_names("{\"text\": \"\", \"id\": \"\\u00e9\", \"label\": 1}\n", MPB_TASK_CLASSIFICATION,
                "1 ", "\xC3\xA9");
}

static void an_id_that_nobody_asked_for_is_no_error(void)
{
    mpb_read_options asked = JSONL;

    check_names("{\"text\": \"\", \"id\": true, \"label\": 1}\n", MPB_TASK_CLASSIFICATION, "1 ",
                "-");
    check_names("{\"text\": \"\", \"id\": NaN, \"label\": 1}\n", MPB_TASK_CLASSIFICATION, "1 ",
                "-");
    check_names("{\"text\": \"\", \"id\": 7, \"id\": 8, \"label\": 1}\n", MPB_TASK_CLASSIFICATION,
                "1 ", "8");
    asked.id_column = "id";
    CHECK_FAILS(parse_alone("{\"text\": \"\", \"id\": true, \"label\": 1}\n", &asked), MPB_ERR_DATA,
                "member 'id' is true, a string or a number was expected (DATA, line 1)");
    CHECK_FAILS(parse_alone("{\"text\": \"\", \"id\": 7, \"id\": 8, \"label\": 1}\n", &asked),
                MPB_ERR_DATA, "there are 2 members 'id', one was expected (DATA, line 1)");
}

static void only_members_that_are_read_must_be_right(void)
{
    CHECK_OK(parse_alone("{\"text\": \"a\", \"x\": NaN, \"x\": [-Infinity, {\"y\": Infinity}], "
                         "\"z\": \"\\ud800\", \"label\": 1}\n",
                         &JSONL));
    CHECK_FAILS(parse_alone("{\"text\": \"a\", \"text\": \"b\", \"label\": 1}\n", &JSONL),
                MPB_ERR_DATA, "there are 2 members 'text', one was expected (DATA, line 1)");
    CHECK_FAILS(parse_alone("{\"text\": \"a\", \"label\": 1, \"la\\u0062el\": 1}\n", &JSONL),
                MPB_ERR_DATA, "there are 2 members 'label'");
    CHECK_FAILS(parse_alone("{\"text\": \"\\ud800\", \"label\": 1}\n", &JSONL), MPB_ERR_DATA,
                "half of a surrogate pair");
    CHECK_FAILS(parse_alone("{\"text\": \"a\", \"x\": nan, \"label\": 1}\n", &JSONL), MPB_ERR_DATA,
                "JSON: a value was expected (DATA, line 1, column 20)");
}

static void control_characters_stay_in_texts_and_are_refused_in_labels_and_ids(void)
{
    static const char expected[] = "line 1, id -\ntext: a\0b\7\n\n";
    mpb_read_options unlabelled = JSONL;
    record_log log;

    unlabelled.need_labels = false;
    record_log_begin(&log, false);
    CHECK_OK(record_log_parse("{\"text\": \"a\\u0000b\\u0007\"}", 26, &unlabelled, 1, &log));
    CHECK(log.text.size == sizeof(expected) - 1);
    CHECK(memcmp(log.text.data, expected, log.text.size) == 0);
    mpb_buffer_clear(&log.text);
    CHECK_FAILS(parse_alone("{\"text\": \"\", \"label\": \"a\\u0000\"}", &JSONL), MPB_ERR_DATA,
                "a label or id holds the control character U+0000 at offset 1 (DATA, line 1)");
    CHECK_FAILS(parse_alone("{\"text\": \"\", \"label\": 1, \"id\": \"\\n\"}", &JSONL),
                MPB_ERR_DATA,
                "a label or id holds the control character U+000A at offset 0 (DATA, line 1)");
}

static void labels_that_nobody_needs_may_be_anything(void)
{
    mpb_read_options unlabelled = JSONL;

    unlabelled.need_labels = false;
    CHECK_OK(parse_alone("{\"text\": \"a\", \"label\": {\"x\": 1}}", &unlabelled));
    CHECK_OK(parse_alone("{\"text\": \"a\", \"label\": NaN, \"label\": \"\\u0000\"}", &unlabelled));
    unlabelled.format = MPB_FORMAT_CSV;
    CHECK_OK(parse_alone("text,label\na,\"b\nc\"\n", &unlabelled));
}

static const mpb_read_options WORDS = {.format = MPB_FORMAT_JSONL,
                                       .task = MPB_TASK_TOKEN,
                                       .text_column = "tokens",
                                       .label_column = "ner_tags",
                                       .need_labels = true};

/* The records of a text, read in pieces as short as can be. */
static void check_words(const char *content, const mpb_read_options *options, const char *expected)
{
    record_log log;

    record_log_begin(&log, false);
    CHECK_OK(record_log_parse(content, strlen(content), options, 1, &log));
    CHECK_TEXT(log.text.data, expected);
    mpb_buffer_clear(&log.text);
}

static void lists_of_words_and_tags_are_sentences(void)
{
    static char *names[] = {"O", "B-A"};
    static const mpb_strings tag_names = {.items = names, .count = 2};
    mpb_read_options numbered = WORDS;
    mpb_read_options list = WORDS;
    mpb_read_options unlabelled = WORDS;

    check_words(
        "{\"id\": 7, \"tokens\": [\"New York\", \"\\u00e9\"], \"ner_tags\": [\"B-A\", \"O\"]}\n"
        "{\"ner_tags\": [\"O\"], \"text_b\": \"x\", \"tokens\": [\"a\"]}\n",
        &WORDS,
        "line 1, id 7\ntext: New York \xC3\xA9\nB-A: New York\nO: \xC3\xA9\n\n"
        "line 2, id -\ntext: a\nO: a\n\n");
    numbered.tag_names = &tag_names;
    check_words("{\"tokens\": [\"a\", \"b\", \"c\"], \"ner_tags\": [1, 0.0, \"1\"]}\n", &numbered,
                "line 1, id -\ntext: a b c\nB-A: a\nO: b\n1: c\n\n");
    list.format = MPB_FORMAT_JSON;
    check_words("[{\"tokens\": [\"a\"],\n\"ner_tags\": [\"O\"]},\n{\"tokens\": [\"b\"], "
                "\"ner_tags\": [\"O\"]}]",
                &list, "line 1, id -\ntext: a\nO: a\n\nline 3, id -\ntext: b\nO: b\n\n");
    unlabelled.need_labels = false;
    check_words("{\"tokens\": [\"a\", \"b\"], \"ner_tags\": 3}\n{\"tokens\": \"a b\"}\n",
                &unlabelled,
                "line 1, id -\ntext: a b\nword: a\nword: b\n\nline 2, id -\ntext: a b\n\n");
}

static void lists_that_are_no_sentence_are_refused(void)
{
    static char *names[] = {"O", "B-A"};
    static const mpb_strings tag_names = {.items = names, .count = 2};
    mpb_read_options numbered = WORDS;
    const struct {
        const char *line;
        const char *message;
    } cases[] = {
        {"{\"tokens\": [\"a\", \"b\"], \"ner_tags\": [\"O\"]}",
         "member 'tokens' has 2 words and member 'ner_tags' 1 tags, one tag a word was expected "
         "(DATA, line 1)"},
        {"{\"tokens\": [], \"ner_tags\": []}",
         "member 'tokens' is an empty list, words were expected (DATA, line 1)"},
        {"{\"tokens\": [\"a\"], \"ner_tags\": [3]}",
         "tag 0 of member 'ner_tags' is the number 3, a text was expected, or "
         "model.label_names=[...], which names numbers from 0 on (DATA, line 1)"},
        {"{\"tokens\": [\"a\", 2], \"ner_tags\": [\"O\", \"O\"]}",
         "word 1 of member 'tokens' is a number, a string was expected (DATA, line 1)"},
        {"{\"tokens\": [\"\"], \"ner_tags\": [\"O\"]}",
         "word 0 of member 'tokens' is empty, a text was expected (DATA, line 1)"},
        {"{\"tokens\": [\"a\"], \"ner_tags\": [null]}",
         "tag 0 of member 'ner_tags' is null, a string or a number was expected (DATA, line 1)"},
        {"{\"tokens\": [\"a\"], \"ner_tags\": [\"\"]}",
         "tag 0 of member 'ner_tags' is empty, a text was expected (DATA, line 1)"},
        {"{\"tokens\": [\"a\"], \"ner_tags\": [\"O\\n\"]}", "control character U+000A"},
        {"{\"tokens\": \"a\", \"ner_tags\": [\"O\"]}",
         "member 'tokens' is a string, a list of words was expected (DATA, line 1)"},
        {"{\"tokens\": [\"a\"], \"ner_tags\": \"O\"}",
         "member 'ner_tags' is a string, a list with a tag for each word was expected"},
        {"{\"tokens\": [\"a\"], \"tags\": [\"O\"]}",
         "there is no member 'ner_tags', the members are: tokens, tags (DATA, line 1)"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        CHECK_FAILS(parse_alone(cases[i].line, &WORDS), MPB_ERR_DATA, cases[i].message);
    }
    numbered.tag_names = &tag_names;
    CHECK_FAILS(parse_alone("{\"tokens\": [\"a\"], \"ner_tags\": [2]}", &numbered), MPB_ERR_DATA,
                "tag 0 of member 'ner_tags' is 2, one of the 2 label names was expected, which are "
                "numbered from 0 (DATA, line 1)");
    CHECK_FAILS(parse_alone("{\"tokens\": [\"a\"], \"ner_tags\": [-1]}", &numbered), MPB_ERR_DATA,
                "tag 0 of member 'ner_tags' is -1, one of the 2 label names");
    CHECK_FAILS(parse_alone("{\"text\": [\"a\"], \"label\": 1}", &JSONL), MPB_ERR_DATA,
                "member 'text' is an array, a string (lists of words are of model.task token) was "
                "expected (DATA, line 1)");
}

static const char LIST[] =
    "\xEF\xBB\xBF [\n"
    "  {\"text\": \"a [\\\"\", \"label\": 1},\n"
    "  {\"label\": [\"x\"], \"id\": 7,\n \"text\": \"\\u005d\"},{\"text\": \"c\", "
    "\"label\": {}}, \n"
    "  {\"text\": \"d\", \"label\": \"y\"}\n]\n";

static void the_objects_of_a_list_are_records(void)
{
    mpb_read_options list = JSONL;

    list.format = MPB_FORMAT_JSON;
    check_skipping(
        LIST, &list, 1, "member 'label' is an object",
        "line 2, id -\ntext: a [\"\n\nline 3, id 7\ntext: ]\n\nline 5, id -\ntext: d\n\n");
    CHECK_FAILS(parse_alone("[{\"text\": \"a\", \"label\": 1}, 2]", &list), MPB_ERR_DATA,
                "the array holds 2 values, 1 of them are objects: objects were expected (DATA)");
    CHECK_FAILS(parse_alone("{\"text\": \"a\", \"label\": 1}", &list), MPB_ERR_DATA,
                "an object was found, an array of objects was expected; JSON lines are "
                "data.format=jsonl (DATA)");
    CHECK_FAILS(parse_alone("[{\"text\": \"a\", \"label\": 1}] []", &list), MPB_ERR_DATA,
                "the end was expected behind the value (DATA without its records, line 1");
    CHECK_FAILS(parse_alone("\xEF\xBB\xBF", &list), MPB_ERR_DATA, "the text ends too early");
    CHECK_FAILS(parse_alone("[{\"text\": \"a\"", &list), MPB_ERR_DATA,
                "the file ends within the record that begins here (DATA, line 1)");
}

static void the_content_of_a_json_file_tells_its_format(void)
{
    static const struct {
        const char *text;
        bool whole;
        mpb_data_format format;
    } cases[] = {
        {"[{}]", true, MPB_FORMAT_JSON},
        {"\xEF\xBB\xBF\n [", true, MPB_FORMAT_JSON},
        {"{\"text\": 1}\n{\"text\": 2}\n", true, MPB_FORMAT_JSONL},
        {"{\"text\": 1}\r\n", true, MPB_FORMAT_JSONL},
        {"{\"data\": []}\n{\"data\": []}\n", true, MPB_FORMAT_JSONL},
        {"{\"data\": 3}", true, MPB_FORMAT_JSONL},
        {"{\"data\": [], \"version\": 1}\n\n", true, MPB_FORMAT_SQUAD},
        {"{\n\"data\": []}\n", true, MPB_FORMAT_SQUAD},
        {"{\"data\": [{\"text\": 1}]}", false, MPB_FORMAT_SQUAD},
        {"{\"text\": 1}\n{\"te", false, MPB_FORMAT_JSONL},
        {"3\n", true, MPB_FORMAT_SQUAD},
        {"", true, MPB_FORMAT_SQUAD},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        CHECK(mpb_json_format(cases[i].text, strlen(cases[i].text), cases[i].whole) ==
              cases[i].format);
    }
}

int main(void)
{
    scores_come_from_members_of_their_own();
    an_empty_text_is_no_label();
    labels_may_be_texts_booleans_and_whole_numbers();
    an_id_is_a_text_or_a_number_as_it_is_written();
    an_id_that_nobody_asked_for_is_no_error();
    only_members_that_are_read_must_be_right();
    control_characters_stay_in_texts_and_are_refused_in_labels_and_ids();
    labels_that_nobody_needs_may_be_anything();
    lists_of_words_and_tags_are_sentences();
    lists_that_are_no_sentence_are_refused();
    the_objects_of_a_list_are_records();
    the_content_of_a_json_file_tells_its_format();
    return 0;
}
