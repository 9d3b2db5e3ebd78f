#include "describe_internal.h"

#include <string.h>

#include "mpibert/ckpt/run_lock.h"
#include "mpibert/io/file.h"
#include "mpibert/report/run_metrics.h"
#include "mpibert/train/run_config.h"

/* The model directory RUN/NAME as member NAME, if it is there. */
static mpb_status describe_child(const char *run, const char *name, mpb_json *object)
{
    char path[MPB_PATH_SIZE];
    mpb_json *child;

    if (!describe_has(run, name)) {
        return MPB_OK;
    }
    MPB_TRY(mpb_path_join(run, name, path, sizeof(path)));
    child = mpb_json_new_object();
    MPB_TRY(mpb_json_set(object, name, child));
    return describe_model(path, child);
}

/* Complete checkpoints are folders without a further ending; what a stopped run left has one.
 * *names (owned by the caller) = those, the newest last. */
static mpb_status find_checkpoints(const char *folder, mpb_strings *names)
{
    mpb_strings all = {0};
    mpb_status status;

    if (!mpb_file_is_directory(folder)) {
        return MPB_OK;
    }
    status = mpb_directory_list(folder, &all);
    for (size_t i = 0; status == MPB_OK && i < all.count; i++) {
        if (strchr(all.items[i], '.') == NULL) {
            status = mpb_strings_add(names, all.items[i], strlen(all.items[i]));
        }
    }
    mpb_strings_clear(&all);
    return status;
}

/* The members of `list`, one a checkpoint. */
static mpb_status fill_checkpoints(const char *folder, const mpb_strings *names, mpb_json *list)
{
    for (size_t i = 0; i < names->count; i++) {
        char path[MPB_PATH_SIZE];
        mpb_json *child = mpb_json_new_object();

        MPB_TRY(mpb_json_set(list, names->items[i], child));
        MPB_TRY(mpb_path_join(folder, names->items[i], path, sizeof(path)));
        MPB_TRY(describe_checkpoint(path, child));
    }
    return MPB_OK;
}

/* What is known of a run before it is described. */
typedef struct run_facts {
    mpb_run_config config;
    mpb_strings checkpoints;    /* names, the newest last */
    char folder[MPB_PATH_SIZE]; /* of the checkpoints */
    mpb_run_metrics metrics;
    int64_t total_steps; /* 0: unknown */
} run_facts;

static void facts_clear(run_facts *facts)
{
    mpb_run_config_clear(&facts->config);
    mpb_strings_clear(&facts->checkpoints);
    mpb_run_metrics_clear(&facts->metrics);
}

static int64_t count_steps(const mpb_run_training *training, int64_t steps_per_epoch)
{
    int64_t steps = training->epochs * steps_per_epoch;

    return training->max_steps > 0 && training->max_steps < steps ? training->max_steps : steps;
}

static mpb_status gather(const char *run, run_facts *facts)
{
    const mpb_log quiet = {.command = "inspect", .leader = false};
    char path[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(run, "config.yaml", path, sizeof(path)));
    MPB_TRY(mpb_run_config_read(&quiet, path, NULL, 0, &facts->config));
    MPB_TRY(mpb_path_join(run, "checkpoints", facts->folder, sizeof(facts->folder)));
    MPB_TRY(find_checkpoints(facts->folder, &facts->checkpoints));
    MPB_TRY(mpb_path_join(run, "metrics.jsonl", path, sizeof(path)));
    MPB_TRY(mpb_run_metrics_read(path, facts->config.checkpoint.metric_for_best_model,
                                 &facts->metrics));
    facts->total_steps = count_steps(&facts->config.training, facts->metrics.steps_per_epoch);
    return MPB_OK;
}

/* A run that early stopping ended is finished before its last step; without it, final/ is that of a
 * shorter run which goes on. */
static const char *state_of(const char *run, const run_facts *facts)
{
    bool complete = facts->metrics.last_step >= facts->total_steps ||
                    facts->config.training.early_stopping_patience > 0;

    if (mpb_run_lock_is_held(run)) {
        return "running";
    }
    if (facts->metrics.last_step == 0) {
        return "not begun";
    }
    return complete && describe_has(run, "final") ? "finished" : "stopped";
}

static mpb_status describe_results(const char *run, const run_facts *facts, mpb_json *object)
{
    const char *metric = facts->config.checkpoint.metric_for_best_model;
    size_t count = facts->checkpoints.count;
    char newest[MPB_PATH_SIZE];

    MPB_TRY(describe_text(object, "state", state_of(run, facts)));
    MPB_TRY(describe_integer(object, "step", facts->metrics.last_step));
    if (facts->total_steps > 0) {
        MPB_TRY(describe_integer(object, "total_steps", facts->total_steps));
    }
    if (count > 0) {
        MPB_TRY(mpb_path_join(facts->folder, facts->checkpoints.items[count - 1], newest,
                              sizeof(newest)));
        MPB_TRY(describe_epochs(newest, object));
    }
    MPB_TRY(mpb_run_metrics_describe(facts->metrics.best, metric, "best_validation", object));
    return mpb_run_metrics_describe(facts->metrics.last, metric, "last_validation", object);
}

static mpb_status describe_checkpoints(const run_facts *facts, mpb_json *object)
{
    mpb_json *list = mpb_json_new_object();

    MPB_TRY(mpb_json_set(object, "checkpoints", list));
    return fill_checkpoints(facts->folder, &facts->checkpoints, list);
}

static mpb_status describe_settings(const mpb_run_config *config, mpb_json *object)
{
    mpb_buffer text = {0};
    mpb_status status = mpb_run_config_write_changed(config, &text);

    if (status == MPB_OK) {
        status = describe_text(object, "settings", text.size == 0 ? "" : text.data);
    }
    mpb_buffer_clear(&text);
    return status;
}

/* The text of the file. */
static mpb_status describe_config(const char *run, mpb_json *object)
{
    char path[MPB_PATH_SIZE];
    mpb_buffer text = {0};
    mpb_status status;

    MPB_TRY(mpb_path_join(run, "config.yaml", path, sizeof(path)));
    status = mpb_file_read(path, &text);
    if (status == MPB_OK) {
        status = describe_text(object, "config", text.data == NULL ? "" : text.data);
    }
    mpb_buffer_clear(&text);
    return status;
}

/* Results come first, then what is special about the run, then everything else. */
static mpb_status describe_all(const char *run, const run_facts *facts, mpb_json *object)
{
    MPB_TRY(describe_results(run, facts, object));
    MPB_TRY(describe_checkpoints(facts, object));
    MPB_TRY(describe_settings(&facts->config, object));
    MPB_TRY(describe_child(run, "final", object));
    MPB_TRY(describe_child(run, "best", object));
    return describe_config(run, object);
}

mpb_status describe_run(const char *run, mpb_json *object)
{
    run_facts facts = {0};
    mpb_status status = describe_text(object, "kind", "run");

    if (status == MPB_OK) {
        status = gather(run, &facts);
    }
    if (status == MPB_OK) {
        status = describe_all(run, &facts, object);
    }
    facts_clear(&facts);
    return status;
}
