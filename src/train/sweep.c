#include "mpibert/train/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/config/run_config_keys.h"
#include "mpibert/describe/describe_parts.h"
#include "mpibert/describe/run_facts.h"
#include "mpibert/io/file.h"

/* One run of the sweep. */
typedef struct swept {
    const char *path; /* borrowed */
    mpb_run_facts facts;
    const char *state;
    mpb_buffer settings; /* "key=value key=value" */
    double best;         /* NaN: there was no validation */
    double last;
} swept;

mpb_status mpb_sweep_find(const char *path, mpb_strings *runs)
{
    const size_t before = runs->count;
    mpb_strings names = {0};
    mpb_status status;

    if (mpb_describe_has(path, "config.yaml")) {
        return mpb_strings_add(runs, path, strlen(path));
    }
    MPB_REQUIRE(mpb_file_is_directory(path), MPB_ERR_DATA, "there is no such folder (%s)", path);
    status = mpb_directory_list(path, &names);
    for (size_t i = 0; status == MPB_OK && i < names.count; i++) {
        char run[MPB_PATH_SIZE];

        status = mpb_path_join(path, names.items[i], run, sizeof(run));
        if (status == MPB_OK && mpb_describe_has(run, "config.yaml")) {
            status = mpb_strings_add(runs, run, strlen(run));
        }
    }
    mpb_strings_clear(&names);
    MPB_TRY(status);
    MPB_REQUIRE(runs->count > before, MPB_ERR_DATA,
                "a run, or a folder of runs, was expected: none has a config.yaml (%s)", path);
    return MPB_OK;
}

static double metric_of(const mpb_json *line, const char *metric)
{
    char name[64] = "eval_";
    const mpb_json *value;

    strncat(name, metric, sizeof(name) - strlen(name) - 1);
    value = line == NULL ? NULL : mpb_json_member(line, name);
    return value != NULL && mpb_json_is_number(value) ? mpb_json_number(value) : (double)NAN;
}

static mpb_status read_run(const char *path, swept *run)
{
    const char *metric;

    run->path = path;
    MPB_TRY(mpb_run_facts_gather(path, &run->facts));
    metric = run->facts.metric->name;
    run->state = mpb_run_facts_state(path, &run->facts);
    run->best = metric_of(run->facts.metrics.best, metric);
    run->last = metric_of(run->facts.metrics.last, metric);
    return MPB_OK;
}

/* Runs of a group have several seeds. */
static bool is_compared(size_t key)
{
    return mpb_run_config_key_resume(key) != MPB_KEY_ASIDE &&
           strcmp(mpb_run_config_key_name(key), "training.seed") != 0;
}

/* Appends the key to the settings of all runs if its value is not the same everywhere. `values`
 * (count) start as {0}. */
static mpb_status compare_key(size_t key, swept *runs, size_t count, mpb_buffer *values)
{
    bool differs = false;

    for (size_t i = 0; i < count; i++) {
        mpb_buffer_reset(&values[i]);
        MPB_TRY(mpb_run_config_key_write(key, &runs[i].facts.config, &values[i]));
        differs = differs || strcmp(values[i].data, values[0].data) != 0;
    }
    for (size_t i = 0; differs && i < count; i++) {
        MPB_TRY(mpb_buffer_append_format(&runs[i].settings, "%s%s=%s",
                                         runs[i].settings.size == 0 ? "" : " ",
                                         mpb_run_config_key_name(key), values[i].data));
    }
    return MPB_OK;
}

static mpb_status find_settings(swept *runs, size_t count)
{
    mpb_buffer *values = calloc(count, sizeof(*values));
    mpb_status status = MPB_OK;

    MPB_REQUIRE(values != NULL, MPB_ERR_SYSTEM, "no memory to compare %zu runs", count);
    for (size_t i = 0; i < mpb_run_config_num_keys() && status == MPB_OK; i++) {
        if (is_compared(i)) {
            status = compare_key(i, runs, count, values);
        }
    }
    for (size_t i = 0; i < count; i++) {
        mpb_buffer_clear(&values[i]);
    }
    free(values);
    return status;
}

static const char *settings_of(const swept *run)
{
    return run->settings.size == 0 ? "" : run->settings.data;
}

static mpb_status describe_one(const swept *run, mpb_json *object)
{
    MPB_TRY(mpb_describe_text(object, "run", run->path));
    MPB_TRY(mpb_describe_text(object, "settings", settings_of(run)));
    MPB_TRY(mpb_describe_integer(object, "seed", run->facts.config.training.seed));
    MPB_TRY(mpb_describe_text(object, "state", run->state));
    MPB_TRY(mpb_describe_integer(object, "step", run->facts.metrics.last_step));
    MPB_TRY(mpb_json_set(object, "best", mpb_json_new_number(run->best)));
    return mpb_json_set(object, "last", mpb_json_new_number(run->last));
}

static bool counts(const swept *run)
{
    return strcmp(run->state, "finished") == 0;
}

static double value_of(const swept *run, bool best)
{
    return best ? run->best : run->last;
}

/* Mean and deviation of the runs with the settings of `first`. */
static mpb_status describe_spread(const swept *runs, size_t count, const swept *first, bool best,
                                  mpb_json *object)
{
    mpb_json *spread = mpb_json_new_object();
    double sum = 0.0;
    double squares = 0.0;
    double n = 0.0;

    MPB_TRY(mpb_json_set(object, best ? "best" : "last", spread));
    for (size_t i = 0; i < count; i++) {
        if (counts(&runs[i]) && strcmp(settings_of(&runs[i]), settings_of(first)) == 0) {
            sum += value_of(&runs[i], best);
            n += 1.0;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (counts(&runs[i]) && strcmp(settings_of(&runs[i]), settings_of(first)) == 0) {
            squares += pow(value_of(&runs[i], best) - sum / n, 2.0);
        }
    }
    MPB_TRY(mpb_json_set(spread, "mean", mpb_json_new_number(sum / n)));
    return mpb_json_set(spread, "deviation",
                        mpb_json_new_number(n < 2.0 ? (double)NAN : sqrt(squares / (n - 1.0))));
}

/* Whether it is the first finished run with its settings. */
static bool is_first(const swept *runs, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (counts(&runs[j]) && strcmp(settings_of(&runs[i]), settings_of(&runs[j])) == 0) {
            return false;
        }
    }
    return counts(&runs[i]);
}

static mpb_status describe_group(const swept *runs, size_t count, const swept *first,
                                 mpb_json *object)
{
    int64_t members = 0;

    for (size_t i = 0; i < count; i++) {
        members += counts(&runs[i]) && strcmp(settings_of(&runs[i]), settings_of(first)) == 0;
    }
    MPB_TRY(mpb_describe_text(object, "settings", settings_of(first)));
    MPB_TRY(mpb_describe_integer(object, "runs", members));
    MPB_TRY(describe_spread(runs, count, first, true, object));
    return describe_spread(runs, count, first, false, object);
}

static mpb_status describe_runs(const swept *runs, size_t count, mpb_json *object)
{
    mpb_json *list = mpb_json_new_array();
    mpb_json *groups = mpb_json_new_array();

    MPB_TRY(mpb_json_set(object, "runs", list));
    MPB_TRY(mpb_json_set(object, "groups", groups));
    for (size_t i = 0; i < count; i++) {
        mpb_json *child = mpb_json_new_object();

        MPB_TRY(mpb_json_append(list, child));
        MPB_TRY(describe_one(&runs[i], child));
        if (is_first(runs, i)) {
            child = mpb_json_new_object();
            MPB_TRY(mpb_json_append(groups, child));
            MPB_TRY(describe_group(runs, count, &runs[i], child));
        }
    }
    return MPB_OK;
}

static mpb_status check_metrics(const swept *runs, size_t count)
{
    const char *metric = runs[0].facts.metric->name;

    for (size_t i = 1; i < count; i++) {
        const char *other = runs[i].facts.metric->name;

        MPB_REQUIRE(strcmp(other, metric) == 0, MPB_ERR_DATA,
                    "checkpoint.metric_for_best_model is %s, but %s in %s: runs of one metric were "
                    "expected (%s)",
                    other, metric, runs[0].path, runs[i].path);
    }
    return MPB_OK;
}

static mpb_status describe_all(swept *runs, const mpb_strings *paths, mpb_json *object)
{
    for (size_t i = 0; i < paths->count; i++) {
        MPB_TRY(read_run(paths->items[i], &runs[i]));
    }
    MPB_TRY(check_metrics(runs, paths->count));
    MPB_TRY(find_settings(runs, paths->count));
    MPB_TRY(mpb_describe_text(object, "metric", runs[0].facts.metric->name));
    return describe_runs(runs, paths->count, object);
}

mpb_status mpb_sweep_describe(const mpb_strings *paths, mpb_json **sweep)
{
    swept *runs = calloc(paths->count, sizeof(*runs));
    mpb_json *object = mpb_json_new_object();
    mpb_status status = MPB_FAIL(MPB_ERR_SYSTEM, "no memory to compare %zu runs", paths->count);

    if (runs != NULL && object != NULL) {
        status = describe_all(runs, paths, object);
    }
    for (size_t i = 0; runs != NULL && i < paths->count; i++) {
        mpb_run_facts_clear(&runs[i].facts);
        mpb_buffer_clear(&runs[i].settings);
    }
    free(runs);
    if (status != MPB_OK) {
        mpb_json_destroy(&object);
        return status;
    }
    *sweep = object;
    return MPB_OK;
}
