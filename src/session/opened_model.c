#include "mpibert/session/opened_model.h"

#include <stdio.h>
#include <string.h>

#include "mpibert/ckpt/model_dir.h"
#include "mpibert/encode/tokenizer_files.h"
#include "mpibert/session/model_find.h"
#include "mpibert/task/task.h"

static mpb_status check_vocabulary(const mpb_opened_model *opened)
{
    size_t tokens = mpb_tokenizer_vocab_size(opened->tokenizer);
    uint32_t last = tokens == 0 ? 0 : (uint32_t)tokens - 1;

    MPB_REQUIRE(tokens <= (size_t)opened->config.vocab_size, MPB_ERR_DATA,
                "the vocabulary has %zu tokens, the last of them '%.100s', the model's embedding "
                "only %d rows: take the model's own tokenizer, or resize the embedding (%s)",
                tokens, mpb_tokenizer_token(opened->tokenizer, last), opened->config.vocab_size,
                opened->directory);
    return MPB_OK;
}

static mpb_status check_opened(mpb_opened_model *opened)
{
    MPB_TRY(check_vocabulary(opened));
    return mpb_model_dir_read_length(opened->directory, opened->config.max_position_embeddings,
                                     &opened->length);
}

/* The directory is an adapter's: the weights are those of its base. */
static mpb_status find_base(mpb_opened_model *opened)
{
    char config[MPB_PATH_SIZE];

    snprintf(opened->adapter, sizeof(opened->adapter), "%s", opened->directory);
    MPB_TRY(mpb_adapter_read_config(opened->adapter, &opened->adapted));
    MPB_TRY(mpb_model_find(opened->adapted.base, opened->weights));
    MPB_TRY(mpb_path_join(opened->adapter, "config.json", config, sizeof(config)));
    if (!mpb_file_exists(config)) {
        snprintf(opened->directory, sizeof(opened->directory), "%s", opened->weights);
    }
    return MPB_OK;
}

static mpb_status find_and_load_tokenizer(const char *name, mpb_opened_model *opened)
{
    MPB_TRY(mpb_model_find(name, opened->directory));
    snprintf(opened->weights, sizeof(opened->weights), "%s", opened->directory);
    if (mpb_adapter_is_there(opened->directory)) {
        MPB_TRY(find_base(opened));
    }
    return mpb_tokenizer_load(opened->directory, &opened->tokenizer, opened->vocab_sha256);
}

static mpb_status open_pretrained(const char *name, mpb_opened_model *opened)
{
    MPB_TRY(find_and_load_tokenizer(name, opened));
    MPB_TRY(mpb_model_dir_read_config(opened->directory, &opened->config, &opened->label_names));
    if (opened->adapter[0] != '\0') {
        MPB_TRY(mpb_adapter_fit(&opened->adapted, opened->adapter, &opened->config));
    }
    return check_opened(opened);
}

/* BERT's settings apart from its sizes. */
static mpb_model_config bert_defaults(size_t vocab_size)
{
    return (mpb_model_config){
        .family = MPB_BERT,
        .vocab_size = (int)vocab_size,
        .hidden_size = 768,
        .num_hidden_layers = 12,
        .num_attention_heads = 12,
        .intermediate_size = 3072,
        .max_position_embeddings = 512,
        .type_vocab_size = 2,
        .layer_norm_eps = 1e-12f,
        .initializer_range = 0.02f,
        .hidden_dropout = 0.1f,
        .attention_dropout = 0.1f,
        .classifier_dropout = 0.1f,
        .num_labels = 2,
    };
}

static void replace_if_given(int64_t asked, int *size)
{
    if (asked > 0) {
        *size = (int)asked;
    }
}

static mpb_status open_random(const mpb_run_model *model, mpb_opened_model *opened)
{
    const mpb_run_architecture *asked = &model->architecture;
    mpb_model_config *config = &opened->config;
    char path[MPB_PATH_SIZE];

    MPB_TRY(find_and_load_tokenizer(model->name, opened));
    *config = bert_defaults(mpb_tokenizer_vocab_size(opened->tokenizer));
    MPB_TRY(mpb_path_join(opened->directory, "config.json", path, sizeof(path)));
    if (mpb_file_exists(path)) {
        MPB_TRY(mpb_model_dir_read_config(opened->directory, config, &opened->label_names));
        config->bottleneck = (mpb_bottleneck){0}; /* no weights are read, of adapters neither */
    }
    replace_if_given(asked->hidden_size, &config->hidden_size);
    replace_if_given(asked->num_hidden_layers, &config->num_hidden_layers);
    replace_if_given(asked->num_attention_heads, &config->num_attention_heads);
    replace_if_given(asked->intermediate_size, &config->intermediate_size);
    MPB_TRY(mpb_model_config_check(config, "model.architecture"));
    return check_opened(opened);
}

static mpb_status cut_layers(const mpb_kept_layers *kept, mpb_opened_model *opened)
{
    const int layers = opened->config.num_hidden_layers;

    if (kept->count == 0) {
        return MPB_OK;
    }
    MPB_REQUIRE(kept->items[kept->count - 1] < layers, MPB_ERR_CONFIG,
                "model.keep_layers names layer %lld, the model has layers 0 to %d (%s)",
                (long long)kept->items[kept->count - 1], layers - 1, opened->directory);
    opened->cut = (mpb_layer_cut){.kept = kept, .layers = layers};
    opened->config.num_hidden_layers = (int)kept->count;
    return MPB_OK;
}

static mpb_status close_on_failure(mpb_status status, mpb_opened_model *opened)
{
    if (status != MPB_OK) {
        mpb_opened_model_close(opened);
    }
    return status;
}

mpb_status mpb_opened_model_open(const char *name, mpb_opened_model *opened)
{
    return close_on_failure(open_pretrained(name, opened), opened);
}

/* Adapters that the model has are trained on, or start fresh; none is dropped. */
static mpb_status settle_adapters(const mpb_run_model *model, mpb_opened_model *opened)
{
    const mpb_bottleneck *asked = &model->adapter;
    const mpb_bottleneck *there = &opened->config.bottleneck;

    MPB_REQUIRE(asked->kind == MPB_NO_BOTTLENECK || asked->size <= opened->config.hidden_size,
                MPB_ERR_CONFIG,
                "model.adapter.size is %lld, 1 to the model's hidden size %d was expected (%s)",
                (long long)asked->size, opened->config.hidden_size, opened->directory);
    MPB_REQUIRE(there->kind == MPB_NO_BOTTLENECK ||
                    (there->kind == asked->kind && there->size == asked->size),
                MPB_ERR_CONFIG,
                "the model has adapters, model.adapter: {kind: %s, size: %lld} was expected, which "
                "trains them on (%s)",
                mpb_bottleneck_kind_name(there->kind), (long long)there->size, opened->directory);
    opened->fresh_adapters = there->kind == MPB_NO_BOTTLENECK;
    opened->config.bottleneck = *asked;
    return MPB_OK;
}

mpb_status mpb_opened_model_for_training(const mpb_run_model *model, mpb_opened_model *opened)
{
    mpb_status status = model->initialize == MPB_RUN_RANDOM ? open_random(model, opened)
                                                            : open_pretrained(model->name, opened);

    opened->config.head = MPB_HEAD_SEQUENCE; /* whatever the encoder comes from */
    opened->config.trainable = &model->trainable;
    opened->config.unfreeze_schedule = &model->unfreeze_schedule;
    if (status == MPB_OK && opened->adapter[0] != '\0') {
        status =
            MPB_FAIL(MPB_ERR_CONFIG,
                     "training begins with whole models: the one that this adapter is merged into, "
                     "or is part of, is one (%s)",
                     opened->adapter);
    }
    if (status == MPB_OK) {
        status = settle_adapters(model, opened);
    }
    opened->config.lora = model->lora.rank > 0 ? &model->lora : NULL;
    if (status == MPB_OK) {
        status = cut_layers(&model->keep_layers, opened);
    }
    return close_on_failure(status, opened);
}

void mpb_opened_model_warn(const mpb_log *log, const mpb_opened_model *opened)
{
    size_t tokens = mpb_tokenizer_vocab_size(opened->tokenizer);

    if (tokens < (size_t)opened->config.vocab_size) {
        mpb_log_warning(log,
                        "the vocabulary has %zu tokens, the model's embedding %d rows: it may be "
                        "another model's (%s)",
                        tokens, opened->config.vocab_size, opened->directory);
    }
}

mpb_status mpb_opened_model_name_labels(mpb_opened_model *opened)
{
    const mpb_strings *own =
        mpb_task_data_of(mpb_task_of_model(&opened->config)->task)->label_names;

    for (size_t j = opened->label_names.count; j < (size_t)opened->config.num_labels; j++) {
        char numbered[32];
        const char *name = own != NULL && j < own->count ? own->items[j] : numbered;

        snprintf(numbered, sizeof(numbered), "LABEL_%zu", j);
        MPB_TRY(mpb_strings_add(&opened->label_names, name, strlen(name)));
    }
    return MPB_OK;
}

static mpb_status check_asked(const mpb_run_model *asked, const mpb_opened_model *opened)
{
    const mpb_strings *names = &asked->label_names;
    int outputs = opened->config.num_labels;

    MPB_REQUIRE(asked->num_labels == 0 || asked->num_labels == outputs, MPB_ERR_CONFIG,
                "model.num_labels is %lld, the model has %d outputs (%s)",
                (long long)asked->num_labels, outputs, opened->directory);
    MPB_REQUIRE(names->count == 0 || names->count == (size_t)outputs, MPB_ERR_CONFIG,
                "model.label_names has %zu names, the model has %d outputs (%s)", names->count,
                outputs, opened->directory);
    for (size_t j = 0; j < names->count && opened->label_names.count > 0; j++) {
        int own = mpb_strings_find(&opened->label_names, names->items[j]);

        MPB_REQUIRE(own < 0 || (size_t)own == j, MPB_ERR_CONFIG,
                    "model.label_names has '%s' as name %zu, it is output %d of the model: leave "
                    "model.label_names out, or keep the model's order (%s)",
                    names->items[j], j, own, opened->directory);
    }
    return MPB_OK;
}

mpb_status mpb_opened_model_ask_labels(const mpb_log *log, const mpb_run_model *asked,
                                       mpb_opened_model *opened)
{
    MPB_TRY(check_asked(asked, opened));
    if (asked->label_names.count == 0) {
        return mpb_opened_model_name_labels(opened);
    }
    if (opened->label_names.count > 0 &&
        !mpb_strings_equal(&asked->label_names, &opened->label_names)) {
        mpb_log_info(log, "model.label_names replaces the names that the model has (%s)",
                     opened->directory);
    }
    return mpb_strings_copy(&opened->label_names, &asked->label_names);
}

mpb_status mpb_opened_model_as_encoder(int layer, mpb_opened_model *opened)
{
    const int layers = opened->config.num_hidden_layers;
    const int chosen = layer < 0 ? layers + 1 + layer : layer;

    MPB_REQUIRE(
        chosen >= 0 && chosen <= layers, MPB_ERR_CONFIG,
        "layer %d was asked for, 0 (the embeddings) to %d (the last layer), or -1 (the last "
        "one) to %d, was expected (%s)",
        layer, layers, -layers - 1, opened->directory);
    opened->config.head = MPB_HEAD_HIDDEN;
    opened->config.skipped_layers = layers - chosen;
    return MPB_OK;
}

static size_t count_head(const mpb_parameters *parameters)
{
    size_t count = 0;

    for (size_t i = 0; i < parameters->count; i++) {
        count +=
            parameters->items[i].is_base || mpb_parameter_is_added(&parameters->items[i]) ? 0 : 1;
    }
    return count;
}

mpb_status mpb_opened_model_read_weights(const mpb_opened_model *opened,
                                         const mpb_parameters *parameters, float *weights)
{
    const bool adapted = opened->adapter[0] != '\0';
    const size_t in_adapter = adapted ? count_head(parameters) : 0;
    const unsigned fresh = adapted ? MPB_FRESH_OUTPUT | MPB_FRESH_ADAPTERS : 0u;
    size_t num_initialised = 0;

    MPB_TRY(mpb_model_dir_read_weights(opened->weights, &opened->config, parameters, fresh, 0,
                                       weights, &num_initialised));
    MPB_REQUIRE(
        num_initialised <= in_adapter, MPB_ERR_DATA,
        "the model has no trained head: %zu of its tensors are missing; train it first (%s)",
        num_initialised, opened->weights);
    return adapted ? mpb_adapter_read_weights(opened->adapter, parameters, weights) : MPB_OK;
}

void mpb_opened_model_close(mpb_opened_model *opened)
{
    mpb_adapter_config_clear(&opened->adapted);
    mpb_strings_clear(&opened->label_names);
    mpb_tokenizer_destroy(&opened->tokenizer);
    *opened = (mpb_opened_model){0};
}
