#include "mpibert/train/signature.h"

#include <string.h>

#include "mpibert/io/json.h"

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

/* Settings come before what follows from them, so that a message names the cause. */
static mpb_status describe(const mpb_run_config *config, const mpb_dataset *train,
                           size_t batch_size, int64_t total_steps, const char *vocab_sha256,
                           mpb_json *object)
{
    const mpb_run_training *t = &config->training;
    size_t num_tokens = (size_t)train->offsets[train->num_sequences];

    MPB_TRY(set_integer(object, "batch size", (int64_t)batch_size));
    MPB_TRY(set_integer(object, "training.gradient_accumulation_steps",
                        t->gradient_accumulation_steps));
    MPB_TRY(set_integer(object, "optimizer steps", total_steps));
    MPB_TRY(set_integer(object, "training.seed", t->seed));
    MPB_TRY(set_number(object, "training.learning_rate", t->learning_rate));
    MPB_TRY(set_text(object, "training.precision", t->precision == MPB_RUN_BF16 ? "bf16" : "fp32"));
    MPB_TRY(set_integer(object, "training.scheduler", (int64_t)t->scheduler));
    MPB_TRY(set_number(object, "training.warmup_ratio", t->warmup_ratio));
    MPB_TRY(set_integer(object, "training.warmup_steps", t->warmup_steps));
    MPB_TRY(set_number(object, "training.weight_decay", t->weight_decay));
    MPB_TRY(set_number(object, "training.max_grad_norm", t->max_grad_norm));
    MPB_TRY(set_number(object, "training.label_smoothing", t->label_smoothing));
    MPB_TRY(set_number(object, "training.layer_lr_decay", t->layer_lr_decay));
    MPB_TRY(set_text(object, "vocabulary", vocab_sha256));
    MPB_TRY(set_integer(object, "training sequences", (int64_t)train->num_sequences));
    return set_integer(object, "training tokens", (int64_t)num_tokens);
}

mpb_status mpb_signature_make(const mpb_run_config *config, const mpb_dataset *train,
                              size_t batch_size, int64_t total_steps, const char *vocab_sha256,
                              char **signature)
{
    mpb_json *object = mpb_json_new_object();
    mpb_buffer text = {0};
    mpb_status status;

    MPB_REQUIRE(object != NULL, MPB_ERR_SYSTEM, "no memory for the signature of the run");
    status = describe(config, train, batch_size, total_steps, vocab_sha256, object);
    if (status == MPB_OK) {
        status = mpb_json_write(object, 0, &text);
    }
    mpb_json_destroy(&object);
    if (status != MPB_OK) {
        mpb_buffer_clear(&text);
        return status;
    }
    *signature = text.data;
    return MPB_OK;
}

/* Compares one setting by its JSON text. */
static mpb_status check_member(const char *name, const mpb_json *now, const mpb_json *then,
                               const char *path)
{
    mpb_buffer a = {0};
    mpb_buffer b = {0};
    mpb_status status = mpb_json_write(now, 0, &a);

    if (status == MPB_OK) {
        status =
            then == NULL ? mpb_buffer_append_text(&b, "not recorded") : mpb_json_write(then, 0, &b);
    }
    if (status == MPB_OK && strcmp(a.data, b.data) != 0) {
        status = MPB_FAIL(MPB_ERR_CONFIG,
                          "%s is %s, the checkpoint was made with %s; give it back its value, or "
                          "start anew with checkpoint.resume=never or another "
                          "checkpoint.directory (%s)",
                          name, a.data, b.data, path);
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

mpb_status mpb_signature_check(const char *now, const char *then, const char *path)
{
    mpb_json *a = NULL;
    mpb_json *b = NULL;
    mpb_status status = mpb_json_parse(now, strlen(now), path, &a);

    if (status == MPB_OK) {
        status = mpb_json_parse(then, strlen(then), path, &b);
    }
    if (status == MPB_OK) {
        status = check_members(a, b, path);
    }
    mpb_json_destroy(&a);
    mpb_json_destroy(&b);
    return status;
}
