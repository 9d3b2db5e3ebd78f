#include "bottleneck_dir.h"

#include <stdio.h>
#include <string.h>

#include "bottleneck_config.h"
#include "config_internal.h"
#include "mpibert/io/file.h"
#include "mpibert/model/head.h"

/* A text of `root` that fits into out (size). */
static mpb_status read_text(const mpb_json *root, const char *name, const char *path, char *out,
                            size_t size)
{
    const char *text;

    MPB_TRY(mpb_json_get_text(root, name, path, &text));
    MPB_REQUIRE(strlen(text) < size, MPB_ERR_DATA, "%s is too long (%s)", name, path);
    snprintf(out, size, "%s", text);
    return MPB_OK;
}

mpb_status bottleneck_dir_read_config(const mpb_json *root, const char *path,
                                      mpb_adapter_config *config)
{
    const mpb_json *inner = mpb_json_member(root, "config");

    MPB_REQUIRE(inner != NULL && mpb_json_is_object(inner), MPB_ERR_DATA,
                "neither 'peft_type' nor 'config' is there: an adapter of PEFT or AdapterHub was "
                "expected (%s)",
                path);
    MPB_TRY(read_text(root, "model_name", path, config->base, sizeof(config->base)));
    MPB_TRY(read_text(root, "model_type", path, config->model_type, sizeof(config->model_type)));
    MPB_TRY(read_text(root, "name", path, config->name, sizeof(config->name)));
    MPB_TRY(mpb_json_get_integer(root, "hidden_size", path, &config->hidden_size));
    MPB_REQUIRE(config->hidden_size > 0 && config->hidden_size <= 65536, MPB_ERR_DATA,
                "hidden_size is %lld, 1 to 65536 was expected (%s)", (long long)config->hidden_size,
                path);
    return bottleneck_config_read(inner, config->hidden_size, path, &config->bottleneck);
}

/* What both configurations say of the model. */
static mpb_status set_model(const mpb_model_config *config, const char *base, mpb_json *root)
{
    const mpb_family_row *family = mpb_family_of(config->family);
    char class_name[64];

    snprintf(class_name, sizeof(class_name), "%s%s", family->class_prefix,
             mpb_head_of(config->head)->class_name);
    MPB_TRY(mpb_json_set(root, "hidden_size", mpb_json_new_integer(config->hidden_size)));
    MPB_TRY(mpb_json_set(root, "model_class", mpb_json_new_text(class_name)));
    MPB_TRY(mpb_json_set(root, "model_name", mpb_json_new_text(base)));
    return mpb_json_set(root, "model_type", mpb_json_new_text(family->model_type));
}

static mpb_status fill_adapter(const mpb_model_dir_content *content, const char *base,
                               mpb_json *root)
{
    const mpb_model_config *config = content->config;
    mpb_json *inner = mpb_json_new_object();

    MPB_TRY(mpb_json_set(root, "config", inner));
    MPB_TRY(bottleneck_config_fill(&config->bottleneck, config->hidden_size, inner));
    MPB_TRY(set_model(config, base, root));
    return mpb_json_set(root, "name", mpb_json_new_text(MPB_BOTTLENECK_NAME));
}

static mpb_status fill_head(const mpb_model_dir_content *content, const char *base, mpb_json *root)
{
    const mpb_model_config *config = content->config;

    MPB_TRY(mpb_json_set(root, "config", mpb_json_new_null()));
    MPB_TRY(set_model(config, base, root));
    MPB_TRY(mpb_json_set(root, "name", mpb_json_new_null()));
    if (!mpb_head_of(config->head)->has_labels) {
        return MPB_OK;
    }
    MPB_TRY(mpb_json_set(root, "num_labels", mpb_json_new_integer(config->num_labels)));
    return config_set_labels(root, config, content->label_names);
}

typedef mpb_status fill_fn(const mpb_model_dir_content *content, const char *base, mpb_json *root);

static mpb_status write_file(const char *directory, const char *name, fill_fn *fill,
                             const mpb_model_dir_content *content, const char *base)
{
    mpb_json *root = mpb_json_new_object();

    MPB_REQUIRE(root != NULL, MPB_ERR_SYSTEM, "no memory for an adapter's configuration (%s)",
                directory);
    return mpb_json_end_in(directory, name, "\n", fill(content, base, root), &root);
}

mpb_status bottleneck_dir_write_configs(const char *directory, const mpb_model_dir_content *content,
                                        const char *base)
{
    MPB_TRY(write_file(directory, "adapter_config.json", fill_adapter, content, base));
    return write_file(directory, "head_config.json", fill_head, content, base);
}
