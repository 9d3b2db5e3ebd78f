#include "mpibert/ckpt/model_dir.h"

#include "opened.h"

static void without_one_layer_tensor(const char *name, char *out, size_t size)
{
    const bool gone = strstr(name, "layer.1.attention.self.value.bias") != NULL;

    snprintf(out, size, "%s", gone ? "" : name);
}

/* Three labels in the file, five in the run. */
static void classifier_of_another_size_is_refused_unless_it_starts_fresh(void)
{
    opened o = {0};
    float before;

    CHECK_OK(mpb_model_dir_read_config(BERT, &o.config, &o.names));
    o.config.num_labels = 5;
    make_room(&o);
    o.weights[0] = before = -77.0f;
    CHECK_FAILS(
        mpb_model_dir_read_weights(BERT, &o.config, &o.parameters, 0, 5, o.weights, &o.fresh),
        MPB_ERR_DATA,
        "tensor 'classifier.weight' has shape [3, 32], [5, 32] was expected "
        "(tests/golden/model/bert/model.safetensors)");
    CHECK(o.weights[0] == before && o.fresh == 0);
    CHECK_OK(mpb_model_dir_read_weights(BERT, &o.config, &o.parameters, MPB_FRESH_OUTPUT, 5,
                                        o.weights, &o.fresh));
    CHECK(o.fresh == 2 && o.weights[0] != before);
    close_directory(&o);
}

static void weights_that_are_not_finite_are_refused_by_name(void)
{
    char folder[MPB_PATH_SIZE];
    opened o = {0};

    open_directory(BERT, &o);
    scratch_make(folder);
    o.weights[o.parameters.items[2].offset + 5] = NAN;
    CHECK_OK(write_opened(&o, folder, BERT));
    CHECK_FAILS(
        mpb_model_dir_read_weights(folder, &o.config, &o.parameters, 0, 5, o.weights, &o.fresh),
        MPB_ERR_DATA, "value 5 of tensor 'bert.embeddings.");
    scratch_remove(folder);
    close_directory(&o);
}

static void wrong_shape_in_the_encoder_is_never_accepted(void)
{
    opened o = {0};

    CHECK_OK(mpb_model_dir_read_config(BERT, &o.config, &o.names));
    o.config.vocab_size++;
    make_room(&o);
    CHECK_FAILS(mpb_model_dir_read_weights(BERT, &o.config, &o.parameters, MPB_FRESH_OUTPUT, 5,
                                           o.weights, &o.fresh),
                MPB_ERR_DATA,
                "tensor 'bert.embeddings.word_embeddings.weight' has shape [61, 32], [62, 32]");
    close_directory(&o);
}

static void layers_beyond_the_configuration_are_refused(void)
{
    opened o = {0};

    CHECK_OK(mpb_model_dir_read_config(DISTILBERT, &o.config, &o.names));
    o.config.num_hidden_layers = 1;
    make_room(&o);
    CHECK_FAILS(mpb_model_dir_read_weights(DISTILBERT, &o.config, &o.parameters, MPB_FRESH_OUTPUT,
                                           5, o.weights, &o.fresh),
                MPB_ERR_DATA, "the weights have 2 layers, the model's configuration 1 (tests/");
    close_directory(&o);
    CHECK_OK(mpb_model_dir_read_config(BERT, &o.config, &o.names));
    o.config.num_hidden_layers = 1;
    make_room(&o);
    CHECK_FAILS(mpb_model_dir_read_weights(BERT, &o.config, &o.parameters, MPB_FRESH_OUTPUT, 5,
                                           o.weights, &o.fresh),
                MPB_ERR_DATA, "the weights have 2 layers, the model's configuration 1 (tests/");
    close_directory(&o);
}

static void missing_tensor_is_named(void)
{
    char folder[MPB_PATH_SIZE];
    opened o;

    scratch_make(folder);
    open_directory(BERT, &o);
    write_renamed(&o, without_one_layer_tensor, folder);
    CHECK_FAILS(mpb_model_dir_read_weights(folder, &o.config, &o.parameters, MPB_FRESH_OUTPUT, 5,
                                           o.weights, &o.fresh),
                MPB_ERR_DATA,
                "tensor 'bert.encoder.layer.1.attention.self.value.bias' is missing, shape [32] "
                "was expected");
    close_directory(&o);
    scratch_remove(folder);
}

/* Whatever is left of the file after a full disk or a broken download. */
static void truncated_weights_are_refused_at_any_length(void)
{
    char folder[MPB_PATH_SIZE];
    char path[MPB_PATH_SIZE];
    mpb_buffer whole = {0};
    opened o;

    scratch_make(folder);
    open_directory(BERT, &o);
    read_text(BERT, "model.safetensors", &whole);
    CHECK_OK(mpb_path_join(folder, "model.safetensors", path, sizeof(path)));
    for (size_t kept = 0; kept < whole.size; kept += kept < 64 ? 7 : 9973) {
        CHECK_OK(mpb_file_replace(path, whole.data, kept));
        CHECK_FAILS(mpb_model_dir_read_weights(folder, &o.config, &o.parameters, MPB_FRESH_OUTPUT,
                                               5, o.weights, &o.fresh),
                    MPB_ERR_DATA, "model.safetensors");
    }
    mpb_buffer_clear(&whole);
    close_directory(&o);
    scratch_remove(folder);
}

int main(void)
{
    classifier_of_another_size_is_refused_unless_it_starts_fresh();
    weights_that_are_not_finite_are_refused_by_name();
    wrong_shape_in_the_encoder_is_never_accepted();
    layers_beyond_the_configuration_are_refused();
    missing_tensor_is_named();
    truncated_weights_are_refused_at_any_length();
    return 0;
}
