#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mpibert/io/file.h"
#include "sweep_record.h"

/* MPB_ERR_DATA: what is not there, or not as it was written. */
static mpb_status refuse(const char *what, const char *path)
{
    return MPB_FAIL(
        MPB_ERR_DATA,
        "%s was expected as a sweep writes it; checkpoint.resume=never begins the sweep "
        "anew (%s)",
        what, path);
}

/* Whether the decisions were made about what is compared now. */
static mpb_status check_same(const sweep_state *state, const mpb_json *then, const char *path)
{
    mpb_json *now = mpb_json_new_object();
    mpb_buffer texts[2] = {{0}, {0}};
    mpb_status status = MPB_FAIL(MPB_ERR_SYSTEM, "no memory to compare sweeps");
    bool same = false;

    if (now != NULL) {
        status = sweep_record_identify(state, now);
    }
    if (status == MPB_OK) {
        status = mpb_json_write(now, 0, &texts[0]);
    }
    if (status == MPB_OK) {
        status = mpb_json_write(then, 0, &texts[1]);
    }
    same = status == MPB_OK && strcmp(texts[0].data, texts[1].data) == 0;
    mpb_buffer_clear(&texts[0]);
    mpb_buffer_clear(&texts[1]);
    mpb_json_destroy(&now);
    MPB_TRY(status);
    MPB_REQUIRE(
        same, MPB_ERR_CONFIG,
        "settings were stopped by a sweep of other ways, seeds or halving; give these back, or "
        "begin anew with checkpoint.resume=never or another checkpoint.directory (%s)",
        path);
    return MPB_OK;
}

/* How a setting fared in a comparison. */
static mpb_status take_outcome(const mpb_json *object, int64_t epochs, double *mean,
                               sweep_standing *standing, const char *path)
{
    const mpb_json *number = object == NULL ? NULL : mpb_json_member(object, "mean");
    const mpb_json *goes_on = object == NULL ? NULL : mpb_json_member(object, "goes_on");

    if (number == NULL || goes_on == NULL || !mpb_json_is_boolean(goes_on) ||
        !(mpb_json_is_number(number) || mpb_json_is_null(number))) {
        return refuse("a setting with mean and goes_on", path);
    }
    *mean = mpb_json_is_number(number) ? mpb_json_number(number) : (double)NAN;
    if (standing->ended_after == 0 && !mpb_json_boolean(goes_on)) {
        standing->ended_after = epochs;
    }
    return MPB_OK;
}

static mpb_status take_decisions(sweep_state *state, const mpb_json *decisions, const char *path)
{
    const mpb_halving *halving = &state->file->halving;

    if (mpb_json_count(decisions) > halving->count) {
        return refuse("no more decisions than halving.after_epochs has", path);
    }
    for (size_t d = 0; d < mpb_json_count(decisions); d++) {
        const mpb_json *settings = mpb_json_member(mpb_json_item(decisions, d), "settings");

        for (size_t i = 0; i < state->file->count; i++) {
            const mpb_json *outcome = settings == NULL ? NULL : mpb_json_item(settings, i);
            sweep_standing *standing = &state->settings[i];

            MPB_TRY(take_outcome(outcome, halving->after_epochs[d], &standing->means[d], standing,
                                 path));
        }
    }
    state->decided = mpb_json_count(decisions);
    return MPB_OK;
}

static mpb_status take_failure(const mpb_json *run, sweep_run *outcome, const char *path)
{
    const char *failure;
    int64_t status;

    if (run == NULL || !mpb_json_is_object(run)) {
        return refuse("a run a seed", path);
    }
    MPB_TRY(mpb_json_get_integer(run, "status", path, &status));
    MPB_TRY(mpb_json_get_text(run, "failure", path, &failure));
    if (status < MPB_OK || status > MPB_ERR_DIVERGED) {
        return refuse("a status from 0 to 5", path);
    }
    outcome->status = (mpb_status)status;
    snprintf(outcome->failure, sizeof(outcome->failure), "%s", failure);
    return MPB_OK;
}

static const mpb_json *find_setting(const mpb_json *settings, const char *name)
{
    for (size_t i = 0; settings != NULL && i < mpb_json_count(settings); i++) {
        const mpb_json *setting = mpb_json_item(settings, i);
        const mpb_json *found = mpb_json_member(setting, "name");

        if (found != NULL && mpb_json_is_string(found) && strcmp(mpb_json_text(found), name) == 0) {
            return setting;
        }
    }
    return NULL;
}

/* A run that failed is tried again unless its setting has ended since. */
static mpb_status take_failures(sweep_state *state, const mpb_json *settings, const char *path)
{
    for (size_t i = 0; i < state->file->count; i++) {
        const mpb_json *setting = find_setting(settings, state->file->settings[i].name);
        const mpb_json *runs = setting == NULL ? NULL : mpb_json_member(setting, "runs");

        if (state->settings[i].ended_after == 0) {
            continue;
        }
        if (runs == NULL || !mpb_json_is_array(runs)) {
            return refuse("the runs of each setting", path);
        }
        for (size_t j = 0; j < state->file->num_seeds; j++) {
            MPB_TRY(take_failure(mpb_json_item(runs, j), &state->settings[i].runs[j], path));
        }
    }
    return MPB_OK;
}

static mpb_status take_record(sweep_state *state, const mpb_json *root, const char *path)
{
    const mpb_json *sweep = mpb_json_member(root, "sweep");
    const mpb_json *decisions = mpb_json_member(root, "decisions");

    if (decisions == NULL || !mpb_json_is_array(decisions) || sweep == NULL) {
        return refuse("a sweep with its decisions", path);
    }
    if (mpb_json_count(decisions) == 0) {
        return MPB_OK;
    }
    MPB_TRY(check_same(state, sweep, path));
    MPB_TRY(take_decisions(state, decisions, path));
    return take_failures(state, mpb_json_member(root, "settings"), path);
}

mpb_status sweep_record_read(sweep_state *state)
{
    char path[MPB_PATH_SIZE];
    mpb_json *root = NULL;
    mpb_status status;

    MPB_TRY(sweep_record_path(state, path));
    if (!mpb_file_exists(path)) {
        return MPB_OK;
    }
    MPB_TRY(mpb_json_read_large(path, &root));
    status = mpb_json_is_object(root) ? take_record(state, root, path) : refuse("an object", path);
    mpb_json_destroy(&root);
    return status;
}
