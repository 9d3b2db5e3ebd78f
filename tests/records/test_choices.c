/* Multiple-choice questions, from JSON and from tables. */

#include "record_log.h"

#include "mpibert/records/choices.h"
#include "mpibert/records/label_names.h"

static const mpb_read_options LINES = {.format = MPB_FORMAT_JSONL,
                                       .task = MPB_TASK_CHOICE,
                                       .text_column = "context",
                                       .text_column_b = "question",
                                       .label_column = "label",
                                       .choices_column = "choices",
                                       .need_labels = true};

/* The columns of SWAG, of which only some are read. */
#define SWAG_HEAD                                                                                  \
    ",video-id,fold-ind,startphrase,sent1,sent2,gold-source,ending0,ending1,ending2,ending3,"      \
    "label\n"
static const mpb_read_options SWAG = {.format = MPB_FORMAT_CSV,
                                      .task = MPB_TASK_CHOICE,
                                      .text_column = "sent1",
                                      .text_column_b = "sent2",
                                      .label_column = "label",
                                      .choices_column = "ending",
                                      .need_labels = true};

/* Writes the choices, an asterisk before the right one. */
static mpb_status log_choices(void *context, const mpb_record *record)
{
    mpb_buffer *text = context;

    MPB_TRY(mpb_record_check(record, &LINES, NULL));
    CHECK_OK(mpb_buffer_append_format(text, "%.*s/%.*s:", (int)record->size, record->text,
                                      (int)record->size_b, record->text_b));
    for (size_t i = 0; i < record->num_choices; i++) {
        CHECK_OK(mpb_buffer_append_format(text, " %s%.*s",
                                          mpb_choice_find(record) == (int)i ? "*" : "",
                                          (int)record->choices[i].size, record->choices[i].text));
    }
    return mpb_buffer_append_text(text, "\n");
}

static mpb_status read(const char *content, const mpb_read_options *options, mpb_buffer *text)
{
    record_log log;
    mpb_status status;

    record_log_begin(&log, false);
    log.sink.take = log_choices;
    status = record_log_parse(content, strlen(content), options, 1, &log);
    *text = log.text;
    return status;
}

static void check_read(const char *content, const mpb_read_options *options, const char *expected)
{
    mpb_buffer text = {0};

    CHECK_OK(read(content, options, &text));
    CHECK_TEXT(text.data, expected);
    mpb_buffer_clear(&text);
}

static void check_refused(const char *content, const mpb_read_options *options, const char *message)
{
    mpb_buffer text = {0};

    CHECK_FAILS(read(content, options, &text), MPB_ERR_DATA, message);
    mpb_buffer_clear(&text);
}

static void the_right_choice_goes_by_its_number_or_its_text(void)
{
    check_read(
        "{\"context\": \"c\", \"question\": \"q\", \"choices\": [\"x\", \"y\"], \"label\": 1}\n"
        "{\"context\": \"c\", \"question\": \"q\", \"choices\": [\"x\", \"y\"], \"label\": \"0\"}\n"
        "{\"context\": \"c\", \"question\": \"\", \"choices\": [\"a\\u00e9\", \"1\", \"\\\"\"], "
        "\"label\": \"a\xC3\xA9\"}\n",
        &LINES, "c/q: x *y\nc/q: *x y\nc/: *a\xC3\xA9 1 \"\n");
}

static void the_columns_of_swag_are_read(void)
{
    check_read(SWAG_HEAD "0,v,1,s,He runs,He,gold,\"falls, twice\",rests,eats,sings,2\n"
                         "1,v,1,s,She,,gold,a,b,c,d,3.0\n",
               &SWAG, "He runs/He: falls, twice rests *eats sings\nShe/: a b c *d\n");
    check_read("sent1,sent2,label,ending1,ending2\na,b,0,x,y\n", &SWAG, "a/b: *x y\n");
}

static void two_right_answers_or_none_are_refused(void)
{
    static const struct {
        const char *rest;
        const char *message;
    } cases[] = {
        {"[\"x\", \"y\"], \"label\": [0, 1]", "the question has 2 right answers, one was expected"},
        {"[\"x\", \"y\"], \"label\": []", "the question has 0 right answers, one was expected"},
        {"[\"x\", \"y\"], \"label\": null", "member 'label' is null, a label was expected"},
        {"[\"x\", \"y\"], \"label\": 2", "label '2' is none of the 2 choices"},
        {"[\"x\", \"y\"], \"label\": -1", "label '-1' is none of the 2 choices"},
        {"[\"x\", \"y\"], \"label\": \"z\"", "label 'z' is none of the 2 choices"},
        {"[\"x\", \"y\", \"x\"], \"label\": 2", "choices 2 and 0 have the same text"},
        {"[\"x\"], \"label\": 0", "the question has 1 choices, two at least were expected"},
        {"[\"x\", \"\"], \"label\": 0", "choice 1 of the question is empty"},
        {"[\"x\", 3], \"label\": 0", "choice 1 of member 'choices' is a number"},
        {"\"xy\", \"label\": 0", "member 'choices' is a string, a list of choices was expected"},
        {"null, \"label\": 0", "member 'choices' is null, a list of choices was expected"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char line[256];

        snprintf(line, sizeof(line),
                 "{\"context\": \"c\", \"question\": \"q\", \"choices\": [\"x\", \"y\"], "
                 "\"label\": 1}\n{\"context\": \"c\", \"question\": \"q\", \"choices\": %s}\n",
                 cases[i].rest);
        check_refused(line, &LINES, cases[i].message);
        CHECK(strstr(mpb_status_last(), "DATA, line 2") != NULL);
    }
    check_refused("{\"context\": \"c\", \"question\": \"q\", \"label\": 1}", &LINES,
                  "there is no member 'choices'");
    check_refused(SWAG_HEAD "0,v,1,s,a,b,gold,x,y,z,z,3\n", &SWAG,
                  "choices 3 and 2 have the same text (DATA, line 2)");
    check_refused("sent1,sent2,label,ending0\na,b,0,x\n", &SWAG, "there is no column 'ending1'");
}

static void more_choices_than_anybody_asks_are_refused(void)
{
    mpb_buffer line = {0};

    CHECK_OK(mpb_buffer_append_text(&line, "{\"context\": \"\", \"question\": \"\", \"label\": 0, "
                                           "\"choices\": [\"first\""));
    for (int i = 1; i <= MPB_MAX_CHOICES; i++) {
        CHECK_OK(mpb_buffer_append_text(&line, ", \"x\""));
    }
    CHECK_OK(mpb_buffer_append_text(&line, "]}"));
    check_refused(line.data, &LINES, "the question has more than 64 choices (DATA, line 1)");
    mpb_buffer_clear(&line);
}

int main(void)
{
    the_right_choice_goes_by_its_number_or_its_text();
    the_columns_of_swag_are_read();
    two_right_answers_or_none_are_refused();
    more_choices_than_anybody_asks_are_refused();
    return 0;
}
