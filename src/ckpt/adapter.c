#include "mpibert/ckpt/adapter.h"

#include <string.h>

#include "bottleneck_dir.h"
#include "mpibert/io/file.h"
#include "peft.h"

static const char CONFIG[] = "adapter_config.json";

bool mpb_adapter_is_there(const char *directory)
{
    char path[MPB_PATH_SIZE];

    return mpb_path_join(directory, CONFIG, path, sizeof(path)) == MPB_OK && mpb_file_exists(path);
}

void mpb_adapter_config_clear(mpb_adapter_config *config)
{
    mpb_strings_clear(&config->lora.targets);
    *config = (mpb_adapter_config){0};
}

mpb_status mpb_adapter_read_config(const char *directory, mpb_adapter_config *config)
{
    mpb_adapter_config made = {0};
    mpb_json *root = NULL;
    char path[MPB_PATH_SIZE];
    mpb_status status;

    MPB_TRY(mpb_path_join(directory, CONFIG, path, sizeof(path)));
    MPB_TRY(mpb_json_read(path, &root));
    status = mpb_json_member(root, "peft_type") != NULL
                 ? peft_read_config(root, path, &made)
                 : bottleneck_dir_read_config(root, path, &made);
    mpb_json_destroy(&root);
    if (status != MPB_OK) {
        mpb_adapter_config_clear(&made);
        return status;
    }
    *config = made;
    return MPB_OK;
}

static mpb_status check_model(const mpb_adapter_config *adapter, const mpb_model_config *config,
                              const char *directory)
{
    const char *model_type = mpb_family_of(config->family)->model_type;

    MPB_REQUIRE(
        strcmp(adapter->model_type, model_type) == 0 && adapter->hidden_size == config->hidden_size,
        MPB_ERR_DATA, "the adapter is one of a %s of hidden size %lld, %s is a %s of %d (%s)",
        adapter->model_type, (long long)adapter->hidden_size, adapter->base, model_type,
        config->hidden_size, directory);
    return MPB_OK;
}

/* What config.json says of adapters must be what adapter_config.json says. */
static mpb_status check_kind(const mpb_bottleneck *adapter, const mpb_bottleneck *said,
                             const char *directory)
{
    MPB_REQUIRE(said->kind == MPB_NO_BOTTLENECK ||
                    (said->kind == adapter->kind && said->size == adapter->size),
                MPB_ERR_DATA,
                "config.json says that the adapters are %s of size %lld, adapter_config.json %s of "
                "%lld (%s)",
                mpb_bottleneck_kind_name(said->kind), (long long)said->size,
                mpb_bottleneck_kind_name(adapter->kind), (long long)adapter->size, directory);
    return MPB_OK;
}

mpb_status mpb_adapter_fit(const mpb_adapter_config *adapter, const char *directory,
                           mpb_model_config *config)
{
    if (adapter->bottleneck.kind == MPB_NO_BOTTLENECK) {
        MPB_REQUIRE(
            config->bottleneck.kind == MPB_NO_BOTTLENECK, MPB_ERR_DATA,
            "the adapter is LoRA's, its model has bottleneck adapters: this version has one "
            "or the other (%s)",
            directory);
        config->lora = &adapter->lora;
        return MPB_OK;
    }
    MPB_TRY(check_model(adapter, config, directory));
    MPB_TRY(check_kind(&adapter->bottleneck, &config->bottleneck, directory));
    config->bottleneck = adapter->bottleneck;
    return MPB_OK;
}

const char *mpb_adapter_weights_file(const mpb_bottleneck *bottleneck)
{
    return bottleneck->kind == MPB_NO_BOTTLENECK ? MPB_LORA_WEIGHTS : MPB_BOTTLENECK_WEIGHTS;
}

mpb_status mpb_adapter_weight_files(const char *directory, mpb_strings *names)
{
    mpb_adapter_config config = {0};
    const char *own;
    bool apart;

    MPB_TRY(mpb_adapter_read_config(directory, &config));
    own = mpb_adapter_weights_file(&config.bottleneck);
    apart = config.bottleneck.kind != MPB_NO_BOTTLENECK;
    mpb_adapter_config_clear(&config);
    MPB_TRY(mpb_strings_add(names, own, strlen(own)));
    return apart ? mpb_strings_add(names, MPB_BOTTLENECK_HEAD_WEIGHTS,
                                   strlen(MPB_BOTTLENECK_HEAD_WEIGHTS))
                 : MPB_OK;
}
