#include "sweep_record.h"

#include "mpibert/io/file.h"
#include "mpibert/io/json.h"

static const char NAME[] = "sweep.json";

mpb_status sweep_record_path(const sweep_state *state, char path[MPB_PATH_SIZE])
{
    return mpb_path_join(state->directory, NAME, path, MPB_PATH_SIZE);
}

static mpb_status set_number(mpb_json *object, const char *name, double number)
{
    return mpb_json_set(object, name, mpb_json_new_number(number));
}

static mpb_status set_integers(mpb_json *object, const char *name, const int64_t *numbers,
                               size_t count)
{
    mpb_json *list = mpb_json_new_array();

    MPB_TRY(mpb_json_set(object, name, list));
    for (size_t i = 0; i < count; i++) {
        MPB_TRY(mpb_json_append(list, mpb_json_new_integer(numbers[i])));
    }
    return MPB_OK;
}

static mpb_status add_halving(const mpb_halving *halving, mpb_json *root)
{
    mpb_json *object = halving->count == 0 ? mpb_json_new_null() : mpb_json_new_object();

    MPB_TRY(mpb_json_set(root, "halving", object));
    if (halving->count == 0) {
        return MPB_OK;
    }
    MPB_TRY(set_number(object, "keep", halving->keep));
    return set_integers(object, "after_epochs", halving->after_epochs, halving->count);
}

static mpb_status add_names(const mpb_sweep_file *file, mpb_json *object)
{
    mpb_json *list = mpb_json_new_array();

    MPB_TRY(mpb_json_set(object, "settings", list));
    for (size_t i = 0; i < file->count; i++) {
        MPB_TRY(mpb_json_append(list, mpb_json_new_text(file->settings[i].name)));
    }
    return MPB_OK;
}

mpb_status sweep_record_identify(const sweep_state *state, mpb_json *object)
{
    const mpb_sweep_file *file = state->file;

    MPB_TRY(add_names(file, object));
    MPB_TRY(set_integers(object, "seeds", file->seeds, file->num_seeds));
    return add_halving(&file->halving, object);
}

/* Whether a setting went on from comparison number `decision`. */
static bool went_on(const sweep_state *state, const sweep_standing *standing, size_t decision)
{
    const int64_t epochs = state->file->halving.after_epochs[decision];

    return standing->ended_after == 0 || standing->ended_after > epochs;
}

static mpb_status add_decision(const sweep_state *state, size_t decision, mpb_json *list)
{
    mpb_json *object = mpb_json_new_object();
    mpb_json *settings = mpb_json_new_array();

    MPB_TRY(mpb_json_append(list, object));
    MPB_TRY(mpb_json_set(object, "after_epoch",
                         mpb_json_new_integer(state->file->halving.after_epochs[decision])));
    MPB_TRY(mpb_json_set(object, "settings", settings));
    for (size_t i = 0; i < state->file->count; i++) {
        const sweep_standing *standing = &state->settings[i];
        mpb_json *setting = mpb_json_new_object();

        MPB_TRY(mpb_json_append(settings, setting));
        MPB_TRY(mpb_json_set(setting, "name", mpb_json_new_text(state->file->settings[i].name)));
        MPB_TRY(set_number(setting, "mean", standing->means[decision]));
        MPB_TRY(mpb_json_set(setting, "goes_on",
                             mpb_json_new_boolean(went_on(state, standing, decision))));
    }
    return MPB_OK;
}

static mpb_status add_run(const sweep_state *state, const sweep_result *result, size_t seed,
                          mpb_json *list)
{
    const sweep_run *run = &state->settings[result->setting].runs[seed];
    const sweep_figures *figures = &result->runs[seed];
    mpb_json *object = mpb_json_new_object();
    char name[SWEEP_RUN_NAME];

    sweep_run_name(state, result->setting, seed, name);
    MPB_TRY(mpb_json_append(list, object));
    MPB_TRY(mpb_json_set(object, "run", mpb_json_new_text(name)));
    MPB_TRY(mpb_json_set(object, "seed", mpb_json_new_integer(state->file->seeds[seed])));
    MPB_TRY(mpb_json_set(object, "finished", mpb_json_new_boolean(figures->finished)));
    MPB_TRY(set_number(object, "best", figures->best));
    MPB_TRY(set_number(object, "best_epoch", figures->epoch));
    MPB_TRY(set_number(object, "seconds", figures->seconds));
    MPB_TRY(mpb_json_set(object, "status", mpb_json_new_integer(run->status)));
    return mpb_json_set(object, "failure", mpb_json_new_text(run->failure));
}

static mpb_status add_setting(const sweep_state *state, const sweep_result *result, mpb_json *list)
{
    mpb_json *object = mpb_json_new_object();
    mpb_json *runs = mpb_json_new_array();

    MPB_TRY(mpb_json_append(list, object));
    MPB_TRY(mpb_json_set(object, "name", mpb_json_new_text(result->name)));
    MPB_TRY(mpb_json_set(object, "state", mpb_json_new_text(result->state)));
    MPB_TRY(set_number(object, "mean", result->mean));
    MPB_TRY(set_number(object, "deviation", result->deviation));
    MPB_TRY(set_number(object, "best_epoch", result->epoch));
    MPB_TRY(set_number(object, "seconds", result->seconds));
    MPB_TRY(mpb_json_set(object, "trained_parameters",
                         result->trained > 0 ? mpb_json_new_integer(result->trained)
                                             : mpb_json_new_null()));
    MPB_TRY(mpb_json_set(object, "runs", runs));
    for (size_t i = 0; i < state->file->num_seeds; i++) {
        MPB_TRY(add_run(state, result, i, runs));
    }
    return MPB_OK;
}

static mpb_status add_all(const sweep_state *state, const sweep_result *results, mpb_json *root)
{
    mpb_json *sweep = mpb_json_new_object();
    mpb_json *decisions = mpb_json_new_array();
    mpb_json *settings = mpb_json_new_array();

    MPB_TRY(mpb_json_set(root, "sweep", sweep));
    MPB_TRY(mpb_json_set(root, "decisions", decisions));
    MPB_TRY(mpb_json_set(root, "metric", mpb_json_new_text(state->metric->name)));
    MPB_TRY(mpb_json_set(root, "settings", settings));
    MPB_TRY(sweep_record_identify(state, sweep));
    for (size_t i = 0; i < state->decided; i++) {
        MPB_TRY(add_decision(state, i, decisions));
    }
    for (size_t i = 0; i < state->file->count; i++) {
        MPB_TRY(add_setting(state, &results[i], settings));
    }
    return MPB_OK;
}

mpb_status sweep_record_write(const sweep_state *state, const sweep_result *results)
{
    mpb_json *root = mpb_json_new_object();
    char path[MPB_PATH_SIZE];
    mpb_status status = sweep_record_path(state, path);

    MPB_REQUIRE(root != NULL, MPB_ERR_SYSTEM, "no memory for %s", NAME);
    if (status == MPB_OK) {
        status = add_all(state, results, root);
    }
    if (status == MPB_OK) {
        status = mpb_json_replace(path, root, "\n");
    }
    mpb_json_destroy(&root);
    return status;
}

mpb_status sweep_record_remove(const sweep_state *state)
{
    char path[MPB_PATH_SIZE];

    MPB_TRY(sweep_record_path(state, path));
    return mpb_path_remove(path);
}
