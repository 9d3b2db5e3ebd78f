/* mpibert inspect: describes what lies at a path. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobs.h"
#include "mpibert/core/memory.h"
#include "mpibert/describe/describe.h"
#include "mpibert/io/json.h"
#include "mpibert/report/history.h"
#include "mpibert/report/table.h"
#include "mpibert/task/task.h"
#include "mpibert/train/sweep.h"
#include "options.h"

const char mpb_help_inspect[] =
    "usage: mpibert inspect PATH [--json]\n"
    "       mpibert inspect --sweep RUN... [--json]\n\n"
    "Describes a model directory, a checkpoint, a run, a folder of shards or one shard, and\n"
    "verifies every checksum that is recorded there. Of a run, its results come first.\n\n"
    "  --sweep  a table of runs (or of folders of runs), with mean and deviation over those that\n"
    "           differ by their seed alone\n"
    "  --json   one JSON object instead of text\n";

enum { INDENT = 2, LABEL_WIDTH = 22 };

typedef struct command_line {
    const char **paths; /* owned, (count) */
    size_t count;
    bool json;
    bool sweep;
} command_line;

static mpb_status parse(int argc, char **argv, command_line *line)
{
    const mpb_option items[] = {{"--json", NULL, &line->json}, {"--sweep", NULL, &line->sweep}};
    const mpb_options options = {.items = items,
                                 .count = 2,
                                 .positional = "PATH",
                                 .positional_value = line->paths,
                                 .num_positionals = &line->count};

    MPB_TRY(mpb_options_parse(&options, argc, argv));
    MPB_REQUIRE(line->count > 0, MPB_ERR_CONFIG, "a PATH was expected (command line)");
    MPB_REQUIRE(line->count == 1 || line->sweep, MPB_ERR_CONFIG,
                "unexpected argument '%.200s' (command line)", line->paths[1]);
    return MPB_OK;
}

/* A text of several lines goes below its name. */
static void write_block(int depth, const char *text)
{
    while (*text != '\0') {
        int length = (int)strcspn(text, "\n");

        printf("\n%*s%.*s", INDENT * (depth + 1), "", length, text);
        text += length + (text[length] == '\n');
    }
}

static mpb_status write_scalar(const mpb_json *value, int depth)
{
    mpb_buffer text = {0};

    if (mpb_json_is_string(value)) {
        const char *string = mpb_json_text(value);

        if (strchr(string, '\n') != NULL) {
            write_block(depth, string);
        } else {
            fputs(string, stdout);
        }
        return MPB_OK;
    }
    MPB_TRY(mpb_json_write(value, 0, &text));
    fputs(text.data, stdout);
    mpb_buffer_clear(&text);
    return MPB_OK;
}

static mpb_status write_list(const mpb_json *list)
{
    for (size_t i = 0; i < mpb_json_count(list); i++) {
        fputs(i == 0 ? "" : ", ", stdout);
        MPB_TRY(write_scalar(mpb_json_item(list, i), 0));
    }
    return MPB_OK;
}

/* What stands beside the loss in the rows of epochs of `run`. */
static mpb_run_figure figure_of(const mpb_json *run, const mpb_json *epochs)
{
    const mpb_task named = mpb_task_named(mpb_json_text(mpb_json_member(run, "task")));
    const mpb_task_table *task =
        mpb_task_find(named == MPB_TASK_AUTO ? mpb_task_of_format(MPB_FORMAT_AUTO) : named);
    const mpb_task_metric *found = mpb_task_metric_find(task, mpb_history_figure(epochs));
    const mpb_task_metric *metric = found == NULL ? &task->metrics[0] : found;

    return (mpb_run_figure){metric->name, metric->title, metric->percent};
}

/* The rows of epochs as the run showed them. */
static mpb_status write_epochs(const mpb_log *log, const mpb_json *run, const mpb_json *epochs)
{
    mpb_buffer text = {0};
    const mpb_run_figure figure = figure_of(run, epochs);
    mpb_epoch_row *rows = NULL;
    size_t num_rows = 0;
    mpb_status status = mpb_json_write(epochs, 0, &text);

    if (status == MPB_OK) {
        status = mpb_history_read(text.data, "history in the training state", &rows, &num_rows);
    }
    if (status == MPB_OK) {
        putchar('\n');
        mpb_table_show(log, &figure, rows, num_rows);
        putchar('\n');
    }
    mpb_memory_destroy(rows);
    mpb_buffer_clear(&text);
    return status;
}

/* Objects inside become sections, further to the right. */
static mpb_status write_object(const mpb_log *log, const mpb_json *object, int depth)
{
    for (size_t i = 0; i < mpb_json_count(object); i++) {
        const char *name;
        const mpb_json *value = mpb_json_member_at(object, i, &name);

        if (mpb_json_is_array(value) && strcmp(name, "epochs") == 0) {
            MPB_TRY(write_epochs(log, object, value));
            continue;
        }
        if (mpb_json_is_object(value)) {
            printf("%*s%s:\n", INDENT * depth, "", name);
            MPB_TRY(write_object(log, value, depth + 1));
            continue;
        }
        printf("%*s%-*s ", INDENT * depth, "", LABEL_WIDTH - INDENT * depth, name);
        MPB_TRY(mpb_json_is_array(value) ? write_list(value) : write_scalar(value, depth));
        putchar('\n');
    }
    return MPB_OK;
}

static mpb_status write_json(const mpb_json *object)
{
    mpb_buffer text = {0};
    mpb_status status = mpb_json_write(object, 0, &text);

    if (status == MPB_OK) {
        puts(text.data);
    }
    mpb_buffer_clear(&text);
    return status;
}

static mpb_status find_runs(const command_line *line, mpb_strings *runs)
{
    for (size_t i = 0; i < line->count; i++) {
        MPB_TRY(mpb_sweep_find(line->paths[i], runs));
    }
    return MPB_OK;
}

static mpb_status write_sweep(const mpb_json *sweep)
{
    mpb_buffer text = {0};
    mpb_status status = mpb_sweep_write_table(sweep, &text);

    if (status == MPB_OK) {
        fputs(text.data, stdout);
    }
    mpb_buffer_clear(&text);
    return status;
}

static mpb_status inspect_sweep(const command_line *line)
{
    mpb_strings runs = {0};
    mpb_json *sweep = NULL;
    mpb_status status = find_runs(line, &runs);

    if (status == MPB_OK) {
        status = mpb_sweep_describe(&runs, &sweep);
    }
    if (status == MPB_OK) {
        status = line->json ? write_json(sweep) : write_sweep(sweep);
    }
    mpb_json_destroy(&sweep);
    mpb_strings_clear(&runs);
    return status;
}

static mpb_status inspect_path(const mpb_log *log, const command_line *line)
{
    mpb_json *description = NULL;
    mpb_status status;

    MPB_TRY(mpb_describe_path(line->paths[0], &description));
    status = line->json ? write_json(description) : write_object(log, description, 0);
    mpb_json_destroy(&description);
    return status;
}

mpb_status mpb_job_inspect(const mpb_log *log, int argc, char **argv)
{
    command_line line = {.paths = calloc((size_t)argc + 1, sizeof(*line.paths))};
    mpb_status status;

    MPB_REQUIRE(line.paths != NULL, MPB_ERR_SYSTEM, "no memory for the command line");
    status = parse(argc, argv, &line);
    if (status == MPB_OK) {
        status = line.sweep ? inspect_sweep(&line) : inspect_path(log, &line);
    }
    free(line.paths);
    return status;
}
