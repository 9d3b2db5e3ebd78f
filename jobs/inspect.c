/* mpibert inspect: describes what lies at a path. */

#include <stdio.h>
#include <string.h>

#include "jobs.h"
#include "mpibert/io/json.h"
#include "mpibert/report/table.h"
#include "mpibert/train/describe.h"
#include "mpibert/train/history.h"
#include "options.h"

const char mpb_help_inspect[] =
    "usage: mpibert inspect PATH [--json]\n\n"
    "Describes a model directory, a checkpoint, a run, a folder of shards or one shard, and\n"
    "verifies every checksum that is recorded there. Of a run, its results come first.\n\n"
    "  --json  one JSON object instead of text\n";

enum { INDENT = 2, LABEL_WIDTH = 22 };

static mpb_status parse(int argc, char **argv, const char **path, bool *json)
{
    const mpb_option items[] = {{"--json", NULL, json}};
    const mpb_options options = {
        .items = items, .count = 1, .positional = "PATH", .positional_value = path};

    MPB_TRY(mpb_options_parse(&options, argc, argv));
    MPB_REQUIRE(*path != NULL, MPB_ERR_CONFIG, "a PATH was expected (command line)");
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

/* The rows of epochs as the run showed them. */
static mpb_status write_epochs(const mpb_json *epochs)
{
    mpb_buffer text = {0};
    mpb_status status = mpb_json_write(epochs, 0, &text);

    if (status == MPB_OK) {
        putchar('\n');
        mpb_table_head();
        status = mpb_history_print(text.data);
        putchar('\n');
    }
    mpb_buffer_clear(&text);
    return status;
}

/* Objects inside become sections, further to the right. */
static mpb_status write_object(const mpb_json *object, int depth)
{
    for (size_t i = 0; i < mpb_json_count(object); i++) {
        const char *name;
        const mpb_json *value = mpb_json_member_at(object, i, &name);

        if (mpb_json_is_array(value) && strcmp(name, "epochs") == 0) {
            MPB_TRY(write_epochs(value));
            continue;
        }
        if (mpb_json_is_object(value)) {
            printf("%*s%s:\n", INDENT * depth, "", name);
            MPB_TRY(write_object(value, depth + 1));
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

mpb_status mpb_job_inspect(const mpb_log *log, int argc, char **argv)
{
    const char *path = NULL;
    bool json = false;
    mpb_json *description = NULL;
    mpb_status status;

    (void)log;
    MPB_TRY(parse(argc, argv, &path, &json));
    MPB_TRY(mpb_describe_path(path, &description));
    status = json ? write_json(description) : write_object(description, 0);
    mpb_json_destroy(&description);
    return status;
}
