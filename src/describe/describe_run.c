#include "describe_kinds.h"
#include "mpibert/describe/run_facts.h"
#include "mpibert/io/file.h"

/* The model directory RUN/NAME as member NAME, if it is there. */
static mpb_status describe_child(const char *run, const char *name, mpb_json *object)
{
    char path[MPB_PATH_SIZE];
    mpb_json *child;

    if (!mpb_describe_has(run, name)) {
        return MPB_OK;
    }
    MPB_TRY(mpb_path_join(run, name, path, sizeof(path)));
    child = mpb_json_new_object();
    MPB_TRY(mpb_json_set(object, name, child));
    return describe_model(path, child);
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

static mpb_status describe_results(const char *run, const mpb_run_facts *facts, mpb_json *object)
{
    const char *metric = facts->metric->name;
    size_t count = facts->checkpoints.count;
    char newest[MPB_PATH_SIZE];

    MPB_TRY(mpb_describe_text(object, "task", mpb_task_name(facts->config.model.task)));
    MPB_TRY(mpb_describe_text(object, "state", mpb_run_facts_state(run, facts)));
    MPB_TRY(mpb_describe_integer(object, "step", facts->metrics.last_step));
    if (facts->total_steps > 0) {
        MPB_TRY(mpb_describe_integer(object, "total_steps", facts->total_steps));
    }
    if (count > 0) {
        MPB_TRY(mpb_path_join(facts->folder, facts->checkpoints.items[count - 1], newest,
                              sizeof(newest)));
        MPB_TRY(describe_epochs(newest, object));
    }
    MPB_TRY(mpb_run_metrics_describe(facts->metrics.best, metric, "best_validation", object));
    return mpb_run_metrics_describe(facts->metrics.last, metric, "last_validation", object);
}

static mpb_status describe_checkpoints(const mpb_run_facts *facts, mpb_json *object)
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
        status = mpb_describe_text(object, "settings", text.size == 0 ? "" : text.data);
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
        status = mpb_describe_text(object, "config", text.data == NULL ? "" : text.data);
    }
    mpb_buffer_clear(&text);
    return status;
}

/* Results come first, then what is special about the run, then everything else. */
static mpb_status describe_all(const char *run, const mpb_run_facts *facts, mpb_json *object)
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
    mpb_run_facts facts = {0};
    mpb_status status = mpb_describe_text(object, "kind", "run");

    if (status == MPB_OK) {
        status = mpb_run_facts_gather(run, &facts);
    }
    if (status == MPB_OK) {
        status = describe_all(run, &facts, object);
    }
    mpb_run_facts_clear(&facts);
    return status;
}
