#include "peft.h"

#include <stdio.h>
#include <string.h>

#include "mpibert/io/file.h"

static const char CONFIG[] = "adapter_config.json";

static const char *const BIASES[] = {
    [MPB_LORA_BIAS_NONE] = "none", [MPB_LORA_BIAS_ALL] = "all", [MPB_LORA_BIAS_ONLY] = "lora_only"};

/* A member that changes what LoRA computes must be absent, null, false or empty. */
static mpb_status check_plain(const mpb_json *root, const char *path)
{
    static const char *const others[] = {"use_dora",
                                         "rank_pattern",
                                         "alpha_pattern",
                                         "lora_bias",
                                         "layers_to_transform",
                                         "fan_in_fan_out",
                                         "use_qalora",
                                         "trainable_token_indices",
                                         "target_parameters",
                                         "layer_replication",
                                         "exclude_modules"};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        const mpb_json *member = mpb_json_member(root, others[i]);
        const bool plain = member == NULL || mpb_json_is_null(member) ||
                           (mpb_json_is_boolean(member) && !mpb_json_boolean(member)) ||
                           ((mpb_json_is_object(member) || mpb_json_is_array(member)) &&
                            mpb_json_count(member) == 0);

        MPB_REQUIRE(plain, MPB_ERR_DATA,
                    "member '%s' asks for what this version does not have, null was expected (%s)",
                    others[i], path);
    }
    return MPB_OK;
}

static mpb_status read_targets(const mpb_json *root, const char *path, mpb_strings *targets)
{
    const mpb_json *list = mpb_json_member(root, "target_modules");

    MPB_REQUIRE(list != NULL && mpb_json_is_array(list) && mpb_json_count(list) > 0, MPB_ERR_DATA,
                "member 'target_modules' is no list, names of linear layers were expected (%s)",
                path);
    for (size_t i = 0; i < mpb_json_count(list); i++) {
        const mpb_json *name = mpb_json_item(list, i);

        MPB_REQUIRE(mpb_json_is_string(name), MPB_ERR_DATA,
                    "item %zu of 'target_modules' is no text (%s)", i, path);
        MPB_TRY(mpb_strings_add(targets, mpb_json_text(name), strlen(mpb_json_text(name))));
    }
    return MPB_OK;
}

static mpb_status read_bias(const mpb_json *root, const char *path, mpb_lora_bias *bias)
{
    const char *text;

    MPB_TRY(mpb_json_get_text(root, "bias", path, &text));
    for (size_t i = 0; i < sizeof(BIASES) / sizeof(BIASES[0]); i++) {
        if (strcmp(text, BIASES[i]) == 0) {
            *bias = (mpb_lora_bias)i;
            return MPB_OK;
        }
    }
    return MPB_FAIL(MPB_ERR_DATA, "bias is '%.100s', none, all or lora_only was expected (%s)",
                    text, path);
}

mpb_status peft_read_config(const mpb_json *root, const char *path, mpb_adapter_config *config)
{
    const mpb_json *rslora = mpb_json_member(root, "use_rslora");
    const char *type;
    const char *base;

    MPB_TRY(mpb_json_get_text(root, "peft_type", path, &type));
    MPB_REQUIRE(strcmp(type, "LORA") == 0, MPB_ERR_DATA,
                "peft_type is '%.100s', LORA was expected (%s)", type, path);
    MPB_TRY(check_plain(root, path));
    MPB_TRY(mpb_json_get_text(root, "base_model_name_or_path", path, &base));
    MPB_REQUIRE(strlen(base) < sizeof(config->base), MPB_ERR_DATA,
                "base_model_name_or_path is too long (%s)", path);
    snprintf(config->base, sizeof(config->base), "%s", base);
    MPB_TRY(mpb_json_get_integer(root, "r", path, &config->lora.rank));
    MPB_TRY(mpb_json_get_number(root, "lora_alpha", path, &config->lora.alpha));
    MPB_REQUIRE(config->lora.rank > 0 && config->lora.rank <= 65536 && config->lora.alpha > 0.0,
                MPB_ERR_DATA, "r is %lld, lora_alpha %g, numbers above 0 were expected (%s)",
                (long long)config->lora.rank, config->lora.alpha, path);
    config->lora.use_rslora =
        rslora != NULL && mpb_json_is_boolean(rslora) && mpb_json_boolean(rslora);
    MPB_TRY(read_bias(root, path, &config->lora.bias));
    return read_targets(root, path, &config->lora.targets);
}

/* The last part of a dotted name. */
static const char *last_part(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot == NULL ? name : dot + 1;
}

/* Length of the module's name, if the tensor is its weight matrix and PEFT finds it by `target`; else 0. */
static size_t module_found(const mpb_parameter *item, const char *target)
{
    const char *last = strrchr(item->name, '.');
    const size_t length = (size_t)(last - item->name);

    return item->num_dims == 2 && !item->is_lora && strcmp(last, ".weight") == 0 &&
                   mpb_lora_finds(target, item->name, length)
               ? length
               : 0;
}

/* The target as it is, or, where PEFT would find more by it than is adapted, such as a pooler, the
 * modules one by one. */
static mpb_status add_target(const mpb_parameters *parameters, const char *target, mpb_json *list)
{
    bool exact = true;

    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *item = &parameters->items[i];

        exact = exact && (item->is_adapted || module_found(item, target) == 0);
    }
    for (size_t i = 0; i < parameters->count && !exact; i++) {
        const mpb_parameter *item = &parameters->items[i];
        const size_t length = module_found(item, target);

        if (length > 0 && item->is_adapted) {
            MPB_TRY(mpb_json_append(list, mpb_json_new_text_of(item->name, length)));
        }
    }
    return exact ? mpb_json_append(list, mpb_json_new_text(target)) : MPB_OK;
}

static mpb_status add_targets(const mpb_model_dir_content *content, mpb_json *list)
{
    const mpb_model_config *config = content->config;
    const mpb_tensor_names *names = &mpb_family_of(config->family)->names;
    const mpb_strings *targets = &config->lora->targets;

    if (targets->count == 0) {
        MPB_TRY(add_target(content->parameters, last_part(names->query), list));
        return add_target(content->parameters, last_part(names->value), list);
    }
    for (size_t i = 0; i < targets->count; i++) {
        MPB_TRY(add_target(content->parameters, targets->items[i], list));
    }
    return MPB_OK;
}

/* Modules of the head, each once: its weight names it. */
static mpb_status add_head(const mpb_parameters *parameters, mpb_json *list)
{
    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *item = &parameters->items[i];
        const char *last = strrchr(item->name, '.');

        if (!item->is_base && !item->is_lora && strcmp(last, ".weight") == 0) {
            MPB_TRY(mpb_json_append(list,
                                    mpb_json_new_text_of(item->name, (size_t)(last - item->name))));
        }
    }
    return MPB_OK;
}

static const char *task_type_of(mpb_head_kind head)
{
    switch (head) {
    case MPB_HEAD_SEQUENCE:
        return "SEQ_CLS";
    case MPB_HEAD_TOKENS:
        return "TOKEN_CLS";
    case MPB_HEAD_SPANS:
        return "QUESTION_ANS";
    default:
        return NULL;
    }
}

static mpb_status fill(const mpb_model_dir_content *content, const char *base, mpb_json *root)
{
    const mpb_model_config *config = content->config;
    const mpb_lora *lora = config->lora;
    const char *type = task_type_of(config->head);
    mpb_json *targets = mpb_json_new_array();
    mpb_json *head = mpb_json_new_array();

    MPB_TRY(mpb_json_set(root, "base_model_name_or_path", mpb_json_new_text(base)));
    MPB_TRY(mpb_json_set(root, "bias", mpb_json_new_text(BIASES[lora->bias])));
    MPB_TRY(mpb_json_set(root, "fan_in_fan_out", mpb_json_new_boolean(false)));
    MPB_TRY(mpb_json_set(root, "inference_mode", mpb_json_new_boolean(true)));
    MPB_TRY(mpb_json_set(root, "init_lora_weights", mpb_json_new_boolean(true)));
    MPB_TRY(mpb_json_set(root, "lora_alpha", mpb_json_new_number(lora->alpha)));
    MPB_TRY(mpb_json_set(root, "lora_dropout", mpb_json_new_number(lora->dropout)));
    MPB_TRY(mpb_json_set(root, "modules_to_save", head));
    MPB_TRY(add_head(content->parameters, head));
    MPB_TRY(mpb_json_set(root, "peft_type", mpb_json_new_text("LORA")));
    MPB_TRY(mpb_json_set(root, "r", mpb_json_new_integer(lora->rank)));
    MPB_TRY(mpb_json_set(root, "target_modules", targets));
    MPB_TRY(add_targets(content, targets));
    MPB_TRY(mpb_json_set(root, "task_type",
                         type == NULL ? mpb_json_new_null() : mpb_json_new_text(type)));
    return mpb_json_set(root, "use_rslora", mpb_json_new_boolean(lora->use_rslora));
}

mpb_status peft_write_config(const char *directory, const mpb_model_dir_content *content,
                             const char *base)
{
    mpb_json *root = mpb_json_new_object();

    MPB_REQUIRE(root != NULL, MPB_ERR_SYSTEM, "no memory for an adapter's configuration (%s)",
                directory);
    return mpb_json_end_in(directory, CONFIG, "", fill(content, base, root), &root);
}
