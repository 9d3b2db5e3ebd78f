/* What a run tells its sinks, and what the history and metrics.jsonl make of it. */

#include "mpibert/report/events.h"

#include <unistd.h>

#include "check.h"
#include "mpibert/core/memory.h"
#include "mpibert/io/file.h"
#include "mpibert/io/json.h"
#include "mpibert/report/history.h"
#include "mpibert/report/metrics_log.h"
#include "mpibert/report/models.h"

/* Notes who was told, by a letter, and fails at a warning. */
typedef struct witness {
    char *notes;
    char letter;
} witness;

static mpb_status testify(void *context, const mpb_event *event)
{
    const witness *w = context;

    strncat(w->notes, &w->letter, 1);
    return event->kind == MPB_EVENT_WARNING ? MPB_FAIL(MPB_ERR_SYSTEM, "%s", event->line) : MPB_OK;
}

static void sinks_are_told_in_their_order_until_one_fails(void)
{
    char notes[8] = "";
    witness a = {notes, 'a'};
    witness b = {notes, 'b'};
    mpb_events events = {0};

    CHECK_OK(mpb_events_tell(&events, &(mpb_event){.kind = MPB_EVENT_END}));
    mpb_events_add(&events, testify, &a);
    mpb_events_add(&events, testify, &b);
    CHECK_OK(mpb_events_tell(&events, &(mpb_event){.kind = MPB_EVENT_END}));
    CHECK_TEXT(notes, "ab");
    CHECK_FAILS(mpb_events_tell(&events, &(mpb_event){.kind = MPB_EVENT_WARNING, .line = "full"}),
                MPB_ERR_SYSTEM, "full");
    CHECK_TEXT(notes, "aba");
}

/* What the sink of a run's last lines shows of an event. */
static mpb_buffer shown(const mpb_event *event)
{
    mpb_log log = {.command = "train", .leader = true};
    char path[] = "/tmp/mpibert-models-XXXXXX";
    const int screen = dup(STDOUT_FILENO);
    mpb_buffer text = {0};

    CHECK(mkstemp(path) >= 0);
    fflush(stdout);
    CHECK(freopen(path, "w", stdout) != NULL);
    CHECK_OK(mpb_models_take(&log, event));
    fflush(stdout);
    CHECK(dup2(screen, STDOUT_FILENO) >= 0);
    close(screen);
    CHECK_OK(mpb_file_read(path, &text));
    CHECK(unlink(path) == 0);
    return text;
}

static void the_models_of_a_run_are_its_last_lines(void)
{
    const mpb_event_model best = {"Best", "best", 40, 0.9375};
    const mpb_event_model final = {"Model", "final", 60, (double)NAN};
    mpb_event event = {
        .kind = MPB_EVENT_MODELS,
        .models = {.run = "runs/a", .metric = "mcc", .items = {best, final}, .count = 2}};
    mpb_buffer text = shown(&event);

    CHECK_TEXT(text.data, "Best: runs/a/best (step 40, mcc 0.9375)\n"
                          "Model: runs/a/final (step 60, mcc undefined)\n");
    mpb_buffer_clear(&text);
    event.models = (mpb_event_models){.run = "runs/a", .items = {final}, .count = 1};
    text = shown(&event);
    CHECK_TEXT(text.data, "Model: runs/a/final\n");
    mpb_buffer_clear(&text);
    event.kind = MPB_EVENT_END;
    text = shown(&event);
    CHECK(text.size == 0);
    mpb_buffer_clear(&text);
}

static void the_history_keeps_the_rows_of_epochs(void)
{
    const mpb_run_figure figure = {.name = "accuracy"};
    const mpb_epoch_row told[] = {{1, 1.25, 0.5, 0.75}, {2, 0.5, 0.875, (double)NAN}};
    char *history = strdup("[]");
    mpb_epoch_row *rows = NULL;
    size_t num_rows = 0;

    for (size_t i = 0; i < 2; i++) {
        CHECK_OK(mpb_history_take(
            &history, &(mpb_event){.kind = MPB_EVENT_EPOCH, .figure = &figure, .row = told[i]}));
        CHECK_OK(mpb_history_take(&history, &(mpb_event){.kind = MPB_EVENT_STEP}));
    }
    CHECK_OK(mpb_history_read(history, "test", &rows, &num_rows));
    CHECK(num_rows == 2);
    CHECK(rows[0].epoch == 1 && rows[0].train_loss == 1.25 && rows[0].train_figure == 0.5);
    CHECK(rows[0].val_figure == 0.75);
    CHECK(rows[1].epoch == 2 && rows[1].train_loss == 0.5 && isnan(rows[1].val_figure));
    mpb_memory_destroy(rows);
    free(history);
    CHECK_FAILS(mpb_history_read("[{\"epoch\": 1}, {\"epoch\": 0}]", "FILE", &rows, &num_rows),
                MPB_ERR_DATA, "row 1 of the history is of epoch 0, 1 or more was expected (FILE)");
}

/* Two ranks: their compute, wait, communication, input and memory. */
static const double by_rank[] = {1.5, 0.25, 0.125, 0.0, 2048.0, 0.5, 1.25, 0.125, 0.5, 4096.0};

static const mpb_run_figure f1 = {.name = "f1"};

static const mpb_event interval = {
    .kind = MPB_EVENT_INTERVAL,
    .figure = &f1,
    .step = 20,
    .epoch = 1.25,
    .seconds = 2.0,
    .interval = {.loss = 0.5,
                 .train_figure = 0.75,
                 .gradient_norm = 3.5,
                 .learning_rate = 0.25,
                 .examples = 160,
                 .real_tokens = 3000,
                 .padded_tokens = 5000,
                 .by_rank = by_rank,
                 .ranks = 2},
};

static const mpb_event_metric metrics[] = {{"loss", 0.5}, {"macro_f1", 0.25}};

static const mpb_event validation = {
    .kind = MPB_EVENT_VALIDATION,
    .figure = &f1,
    .step = 20,
    .epoch = 1.25,
    .validation = {.train_figure = 0.75, .examples = 9, .metrics = metrics, .num_metrics = 2},
};

/* Up to when, where and by what it was written. */
static void line_says(const char *line, const char *want)
{
    const char *end = strstr(line, ", \"time\": \"2");
    char head[1024];

    CHECK(end != NULL && end - line < (long)sizeof(head));
    snprintf(head, sizeof(head), "%.*s", (int)(end - line), line);
    CHECK_TEXT(head, want);
    CHECK(strstr(end, "Z\", \"ranks\": 2, \"host\": \"") != NULL);
}

static void metrics_jsonl_has_a_line_for_intervals_and_validations(void)
{
    mpb_metrics_log log = {.ranks = 0};
    const mpb_event begin = {.kind = MPB_EVENT_BEGIN, .step = 10, .begin = {.ranks = 2}};
    mpb_buffer text = {0};
    const char *second;

    snprintf(log.path, sizeof(log.path), "/tmp/mpibert-test-events-%ld.jsonl", (long)getpid());
    CHECK_OK(mpb_metrics_log_take(&log, &begin));
    CHECK(!mpb_file_exists(log.path));
    CHECK_OK(mpb_metrics_log_take(&log, &interval));
    CHECK_OK(mpb_metrics_log_take(&log, &(mpb_event){.kind = MPB_EVENT_STEP}));
    CHECK_OK(mpb_metrics_log_take(&log, &validation));
    CHECK_OK(mpb_file_read(log.path, &text));
    line_says(
        text.data,
        "{\"step\": 20, \"epoch\": 1.25, \"loss\": 0.5, \"train_f1\": 0.75, "
        "\"grad_norm\": 3.5, \"learning_rate\": 0.25, \"examples\": 160, "
        "\"real_tokens\": 3000, \"real_tokens_per_second\": 1500.0, "
        "\"padded_tokens_per_second\": 2500.0, \"seconds\": {\"step\": 2.0, "
        "\"compute\": {\"min\": 0.5, \"mean\": 1.0, \"max\": 1.5, \"by_rank\": [1.5, 0.5]}, "
        "\"wait\": {\"min\": 0.25, \"mean\": 0.75, \"max\": 1.25, \"by_rank\": [0.25, 1.25]}, "
        "\"communication\": {\"min\": 0.125, \"mean\": 0.125, \"max\": 0.125, "
        "\"by_rank\": [0.125, 0.125]}, "
        "\"input\": {\"min\": 0.0, \"mean\": 0.25, \"max\": 0.5, \"by_rank\": [0.0, 0.5]}}, "
        "\"peak_rss_bytes\": {\"min\": 2048.0, \"mean\": 3072.0, \"max\": 4096.0, "
        "\"by_rank\": [2048.0, 4096.0]}");
    second = strchr(text.data, '\n') + 1;
    line_says(second, "{\"step\": 20, \"epoch\": 1.25, \"train_f1\": 0.75, "
                      "\"eval_examples\": 9, \"eval_loss\": 0.5, \"eval_macro_f1\": 0.25");
    CHECK(text.data[text.size - 1] == '\n' && strchr(second, '\n') == text.data + text.size - 1);
    mpb_buffer_clear(&text);
    CHECK_OK(mpb_path_remove(log.path));
}

static void a_resumed_run_takes_back_what_came_after_its_checkpoint(void)
{
    static const char old[] = "{\"step\": 10}\n{\"step\": 11}\n{\"step\": 9}\n{\"step\": 1";
    const mpb_event begin = {.kind = MPB_EVENT_BEGIN, .step = 10, .begin = {.ranks = 1}};
    mpb_metrics_log log = {.ranks = 0};
    mpb_buffer text = {0};

    snprintf(log.path, sizeof(log.path), "/tmp/mpibert-test-events-%ld.jsonl", (long)getpid());
    CHECK_OK(mpb_file_replace(log.path, old, sizeof(old) - 1));
    CHECK_OK(mpb_metrics_log_take(&log, &begin));
    CHECK_OK(mpb_file_read(log.path, &text));
    CHECK_TEXT(text.data, "{\"step\": 10}\n{\"step\": 9}\n");
    mpb_buffer_clear(&text);
    CHECK_OK(mpb_path_remove(log.path));
}

int main(void)
{
    sinks_are_told_in_their_order_until_one_fails();
    the_models_of_a_run_are_its_last_lines();
    the_history_keeps_the_rows_of_epochs();
    metrics_jsonl_has_a_line_for_intervals_and_validations();
    a_resumed_run_takes_back_what_came_after_its_checkpoint();
    return 0;
}
