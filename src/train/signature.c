#include "mpibert/train/signature.h"

#include <inttypes.h>
#include <string.h>

#include "mpibert/config/run_config_keys.h"
#include "mpibert/io/json.h"

static const char REMEDY[] =
    "give it back its value, or start anew with checkpoint.resume=never or "
    "another checkpoint.directory";

mpb_run_length mpb_run_length_of(const mpb_run_training *training, int64_t steps_per_epoch)
{
    return (mpb_run_length){.steps = mpb_run_num_steps(training, steps_per_epoch),
                            .steps_per_epoch = steps_per_epoch};
}

static mpb_status set_integer(mpb_json *object, const char *name, int64_t value)
{
    return mpb_json_set(object, name, mpb_json_new_integer(value));
}

static mpb_status set_number(mpb_json *object, const char *name, double value)
{
    return mpb_json_set(object, name, mpb_json_new_number(value));
}

static mpb_status set_text(mpb_json *object, const char *name, const char *value)
{
    return mpb_json_set(object, name, mpb_json_new_text(value));
}

/* Adds the keys of one kind, as they stand in a file. */
static mpb_status add_keys(const mpb_run_config *config, mpb_key_resume kind, mpb_json *object)
{
    for (size_t i = 0; i < mpb_run_config_num_keys(); i++) {
        mpb_buffer value = {0};
        mpb_status status;

        if (mpb_run_config_key_resume(i) != kind) {
            continue;
        }
        status = mpb_run_config_key_write(i, config, &value);
        if (status == MPB_OK) {
            status = set_text(object, mpb_run_config_key_name(i), value.data);
        }
        mpb_buffer_clear(&value);
        MPB_TRY(status);
    }
    return MPB_OK;
}

/* Numbers come before hashes, so that a message tells more. */
static mpb_status add_facts(const mpb_signature_facts *facts, mpb_json *object)
{
    const mpb_dataset *train = facts->train;
    char digest[MPB_SHA256_TEXT];

    MPB_TRY(set_integer(object, "batch size", (int64_t)facts->batch_size));
    MPB_TRY(set_integer(object, "attention heads", facts->model->num_attention_heads));
    MPB_TRY(set_number(object, "hidden dropout", (double)facts->model->hidden_dropout));
    MPB_TRY(set_number(object, "attention dropout", (double)facts->model->attention_dropout));
    MPB_TRY(set_number(object, "classifier dropout", (double)facts->model->classifier_dropout));
    MPB_TRY(set_text(object, "vocabulary", facts->vocab_sha256));
    MPB_TRY(set_text(object, "teacher", facts->teacher == NULL ? "none" : facts->teacher));
    MPB_TRY(set_integer(object, "training sequences", (int64_t)train->num_sequences));
    MPB_TRY(set_integer(object, "training tokens", (int64_t)mpb_dataset_num_tokens(train)));
    MPB_TRY(mpb_dataset_digest(train, digest));
    return set_text(object, "training data", digest);
}

static mpb_status add_length(const mpb_run_config *config, mpb_run_length length, mpb_json *object)
{
    MPB_TRY(add_keys(config, MPB_KEY_LENGTH, object));
    MPB_TRY(set_integer(object, "steps", length.steps));
    return set_integer(object, "steps_per_epoch", length.steps_per_epoch);
}

static mpb_status describe(const mpb_run_config *config, const mpb_signature_facts *facts,
                           mpb_json *root)
{
    mpb_json *settings = mpb_json_new_object();
    mpb_json *data;
    mpb_json *length;

    MPB_TRY(mpb_json_set(root, "settings", settings));
    MPB_TRY(add_keys(config, MPB_KEY_KEPT, settings));
    data = mpb_json_new_object();
    MPB_TRY(mpb_json_set(root, "data", data));
    MPB_TRY(add_facts(facts, data));
    length = mpb_json_new_object();
    MPB_TRY(mpb_json_set(root, "length", length));
    return add_length(config, facts->length, length);
}

mpb_status mpb_signature_make(const mpb_run_config *config, const mpb_signature_facts *facts,
                              char **signature)
{
    mpb_json *root = mpb_json_new_object();
    mpb_buffer text = {0};
    mpb_status status;

    MPB_REQUIRE(root != NULL, MPB_ERR_SYSTEM, "no memory for the signature of the run");
    status = describe(config, facts, root);
    if (status == MPB_OK) {
        status = mpb_json_write(root, 0, &text);
    }
    mpb_json_destroy(&root);
    if (status != MPB_OK) {
        mpb_buffer_clear(&text);
        return status;
    }
    *signature = text.data;
    return MPB_OK;
}

/* As a person would write it. */
static mpb_status append_value(const mpb_json *value, mpb_buffer *text)
{
    if (value == NULL) {
        return mpb_buffer_append_text(text, "not recorded");
    }
    if (mpb_json_is_string(value)) {
        return mpb_buffer_append_text(text, mpb_json_text(value));
    }
    return mpb_json_write(value, 0, text);
}

static mpb_status check_member(const char *name, const mpb_json *now, const mpb_json *then,
                               const char *path)
{
    mpb_buffer a = {0};
    mpb_buffer b = {0};
    mpb_status status = append_value(now, &a);

    if (status == MPB_OK) {
        status = append_value(then, &b);
    }
    if (status == MPB_OK && strcmp(a.data, b.data) != 0) {
        status = MPB_FAIL(MPB_ERR_CONFIG, "%s is %s, the checkpoint was made with %s; %s (%s)",
                          name, a.data, b.data, REMEDY, path);
    }
    mpb_buffer_clear(&a);
    mpb_buffer_clear(&b);
    return status;
}

static mpb_status check_members(const mpb_json *now, const mpb_json *then, const char *path)
{
    for (size_t i = 0; i < mpb_json_count(now); i++) {
        const char *name;
        const mpb_json *value = mpb_json_member_at(now, i, &name);

        MPB_TRY(check_member(name, value, mpb_json_member(then, name), path));
    }
    return MPB_OK;
}

/* *part = the member `name` of a signature; *root is the caller's to destroy. */
static mpb_status open_part(const char *signature, const char *name, const char *path,
                            mpb_json **root, const mpb_json **part)
{
    mpb_json *opened = NULL;

    MPB_TRY(mpb_json_parse(signature, strlen(signature), path, &opened));
    *part = mpb_json_member(opened, name);
    if (*part == NULL || !mpb_json_is_object(*part)) {
        mpb_json_destroy(&opened);
        return MPB_FAIL(MPB_ERR_DATA, "the signature of the run has no object '%s' (%s)", name,
                        path);
    }
    *root = opened;
    return MPB_OK;
}

mpb_status mpb_signature_check_settings(const mpb_run_config *config, const char *then,
                                        const char *path)
{
    mpb_json *now = mpb_json_new_object();
    mpb_json *root = NULL;
    const mpb_json *settings = NULL;
    mpb_status status;

    MPB_REQUIRE(now != NULL, MPB_ERR_SYSTEM, "no memory for the signature of the run");
    status = add_keys(config, MPB_KEY_KEPT, now);
    if (status == MPB_OK) {
        status = open_part(then, "settings", path, &root, &settings);
    }
    if (status == MPB_OK) {
        status = check_members(now, settings, path);
    }
    mpb_json_destroy(&root);
    mpb_json_destroy(&now);
    return status;
}

mpb_status mpb_signature_check_data(const char *now, const char *then, const char *path)
{
    mpb_json *roots[2] = {NULL, NULL};
    const mpb_json *parts[2] = {NULL, NULL};
    mpb_status status = open_part(now, "data", path, &roots[0], &parts[0]);

    if (status == MPB_OK) {
        status = open_part(then, "data", path, &roots[1], &parts[1]);
    }
    if (status == MPB_OK) {
        status = check_members(parts[0], parts[1], path);
    }
    mpb_json_destroy(&roots[0]);
    mpb_json_destroy(&roots[1]);
    return status;
}

bool mpb_run_may_change_length(const mpb_run_training *training)
{
    return training->scheduler == MPB_RUN_CONSTANT &&
           (training->warmup_steps > 0 || training->warmup_ratio == 0.0);
}

/* Names what changed; `recorded` is the signature's member. */
static mpb_status refuse_length(const mpb_run_config *config, const mpb_json *recorded,
                                const char *why, const char *path)
{
    mpb_json *now = mpb_json_new_object();
    mpb_status status;

    MPB_REQUIRE(now != NULL, MPB_ERR_SYSTEM, "no memory for the length of the run");
    status = add_keys(config, MPB_KEY_LENGTH, now);
    for (size_t i = 0; status == MPB_OK && i < mpb_json_count(now); i++) {
        const char *name;
        const char *value = mpb_json_text(mpb_json_member_at(now, i, &name));
        const char *then = "";

        status = mpb_json_get_text(recorded, name, path, &then);
        if (status == MPB_OK && strcmp(value, then) != 0) {
            status = MPB_FAIL(MPB_ERR_CONFIG,
                              "%s is %s, the checkpoint was made with %s; %s: give back %s=%s, or "
                              "train on in a new run, with final/ as its model.name and another "
                              "checkpoint.directory (%s)",
                              name, value, then, why, name, then, path);
        }
    }
    mpb_json_destroy(&now);
    MPB_TRY(status);
    return MPB_FAIL(MPB_ERR_DATA,
                    "the number of steps in the signature is not what its keys make (%s)", path);
}

static mpb_status check_length(const mpb_run_config *config, const mpb_json *recorded, int64_t step,
                               const char *path, mpb_run_length *length)
{
    mpb_run_length now;
    int64_t steps = 0;
    int64_t steps_per_epoch = 0;

    MPB_TRY(mpb_json_get_integer(recorded, "steps", path, &steps));
    MPB_TRY(mpb_json_get_integer(recorded, "steps_per_epoch", path, &steps_per_epoch));
    MPB_REQUIRE(steps_per_epoch > 0 && steps_per_epoch <= INT64_MAX / config->training.epochs &&
                    step <= steps,
                MPB_ERR_DATA,
                "attribute step is %" PRId64 ", 0 to %" PRId64
                " was expected, in epochs of %" PRId64 " steps (%s)",
                step, steps, steps_per_epoch, path);
    now = mpb_run_length_of(&config->training, steps_per_epoch);
    if (now.steps != steps && !mpb_run_may_change_length(&config->training)) {
        return refuse_length(config, recorded,
                             "with training.scheduler and the warm-up as they are, the learning "
                             "rates of the steps already taken depend on it",
                             path);
    }
    if (now.steps < step) {
        return refuse_length(config, recorded, "more steps than that are already taken", path);
    }
    *length = now;
    return MPB_OK;
}

mpb_status mpb_signature_check_length(const mpb_run_config *config, const char *then, int64_t step,
                                      const char *path, mpb_run_length *length)
{
    mpb_json *root = NULL;
    const mpb_json *recorded = NULL;
    mpb_status status;

    MPB_TRY(open_part(then, "length", path, &root, &recorded));
    status = check_length(config, recorded, step, path, length);
    mpb_json_destroy(&root);
    return status;
}
