#include "mpibert/ckpt/model_dir.h"

#include "mpibert/io/safetensors.h"
#include "opened.h"

static bool same_config(const mpb_model_config *a, const mpb_model_config *b)
{
    return a->family == b->family && a->vocab_size == b->vocab_size &&
           a->hidden_size == b->hidden_size && a->num_hidden_layers == b->num_hidden_layers &&
           a->num_attention_heads == b->num_attention_heads &&
           a->intermediate_size == b->intermediate_size &&
           a->max_position_embeddings == b->max_position_embeddings &&
           a->type_vocab_size == b->type_vocab_size && a->layer_norm_eps == b->layer_norm_eps &&
           a->initializer_range == b->initializer_range && a->hidden_dropout == b->hidden_dropout &&
           a->attention_dropout == b->attention_dropout &&
           a->classifier_dropout == b->classifier_dropout && a->num_labels == b->num_labels;
}

static void directory_that_was_written_reads_back_in_every_bit(const char *directory)
{
    char folder[MPB_PATH_SIZE];
    opened first;
    opened second;

    scratch_make(folder);
    open_directory(directory, &first);
    CHECK(first.fresh == 0);
    CHECK_OK(write_opened(&first, folder, directory));
    open_directory(folder, &second);
    CHECK(same_config(&first.config, &second.config));
    CHECK(mpb_strings_equal(&first.names, &second.names));
    CHECK(second.fresh == 0);
    CHECK(memcmp(first.weights, second.weights, first.parameters.size * sizeof(float)) == 0);
    close_directory(&first);
    close_directory(&second);
    scratch_remove(folder);
}

/* Members that transformers needs to build the classifier again, by its own names. */
static void written_config_names_class_labels_and_problem(void)
{
    char folder[MPB_PATH_SIZE];
    mpb_buffer text = {0};
    opened o;

    scratch_make(folder);
    open_directory(BERT, &o);
    CHECK_OK(write_opened(&o, folder, BERT));
    read_text(folder, "config.json", &text);
    CHECK(strstr(text.data, "\"BertForSequenceClassification\"") != NULL);
    CHECK(strstr(text.data, "\"problem_type\": \"single_label_classification\"") != NULL);
    CHECK(strstr(text.data, "\"0\": \"north\"") != NULL);
    CHECK(strstr(text.data, "\"north\": 0") != NULL);
    CHECK(strstr(text.data, "\"attention_probs_dropout_prob\": 0.15,") != NULL);
    mpb_buffer_clear(&text);
    close_directory(&o);
    scratch_remove(folder);
}

static void vocabulary_is_made_from_tokenizer_json_where_it_is_missing(void)
{
    char source[MPB_PATH_SIZE];
    char target[MPB_PATH_SIZE];
    mpb_buffer text = {0};
    opened o;

    scratch_make(source);
    scratch_make(target);
    open_directory(BERT, &o);
    CHECK_FAILS(write_opened(&o, target, source), MPB_ERR_DATA, "no vocabulary was found");
    write_text(source, "tokenizer.json", "{\"model\": {\"vocab\": {\"b\": 1, \"a\": 0}}}");
    CHECK_OK(write_opened(&o, target, source));
    read_text(target, "vocab.txt", &text);
    CHECK_TEXT(text.data, "a\nb\n");
    write_text(source, "tokenizer.json", "{\"model\": {\"vocab\": {\"b\": 1, \"a\": 1}}}");
    CHECK_FAILS(write_opened(&o, target, source), MPB_ERR_DATA, "token 'a' has no id of its own");
    mpb_buffer_clear(&text);
    close_directory(&o);
    scratch_remove(source);
    scratch_remove(target);
}

/* How one name is written into a checkpoint of another kind; "" leaves the tensor out. */
typedef void rename_fn(const char *name, char *out, size_t size);

static void without_prefix(const char *name, char *out, size_t size)
{
    const char *dot = strchr(name, '.');
    const bool prefixed = strncmp(name, "bert.", 5) == 0 || strncmp(name, "distilbert.", 11) == 0;

    snprintf(out, size, "%s", prefixed ? dot + 1 : name);
}

static void with_gamma_and_beta(const char *name, char *out, size_t size)
{
    const char *norm = strstr(name, "LayerNorm.");

    snprintf(out, size, "%s", name);
    if (norm != NULL) {
        snprintf(out, size, "%.*s%s", (int)(norm - name) + 10, name,
                 strcmp(norm, "LayerNorm.weight") == 0 ? "gamma" : "beta");
    }
}

static void with_both_old_forms(const char *name, char *out, size_t size)
{
    char half[MPB_PARAMETER_NAME];

    with_gamma_and_beta(name, half, sizeof(half));
    without_prefix(half, out, size);
}

static void without_head(const char *name, char *out, size_t size)
{
    const bool head = strstr(name, "classifier") != NULL || strstr(name, "pooler") != NULL;

    snprintf(out, size, "%s", head ? "" : name);
}

static void without_one_layer_tensor(const char *name, char *out, size_t size)
{
    const bool gone = strstr(name, "layer.1.attention.self.value.bias") != NULL;

    snprintf(out, size, "%s", gone ? "" : name);
}

/* Writes the weights under other names, with a tensor more that no classifier has. */
static void write_renamed(const opened *o, rename_fn *rename, const char *folder)
{
    enum { ROOM = 64 };
    static char names[ROOM][MPB_PARAMETER_NAME];
    mpb_tensor_source sources[ROOM];
    char path[MPB_PATH_SIZE];
    size_t count = 0;

    CHECK(o->parameters.count < ROOM);
    for (size_t i = 0; i < o->parameters.count; i++) {
        const mpb_parameter *p = &o->parameters.items[i];

        rename(p->name, names[count], sizeof(names[count]));
        if (names[count][0] != '\0') {
            sources[count] = (mpb_tensor_source){.name = names[count],
                                                 .num_dims = p->num_dims,
                                                 .shape = {p->shape[0], p->shape[1]},
                                                 .data = o->weights + p->offset};
            count++;
        }
    }
    sources[count++] = (mpb_tensor_source){
        .name = "cls.predictions.bias", .num_dims = 1, .shape = {2}, .data = o->weights};
    CHECK_OK(mpb_path_join(folder, "model.safetensors", path, sizeof(path)));
    CHECK_OK(mpb_safetensors_write(path, sources, count));
}

static void other_names_lead_to_the_same_weights(const char *directory, rename_fn *rename)
{
    char folder[MPB_PATH_SIZE];
    opened first;
    opened second;

    scratch_make(folder);
    open_directory(directory, &first);
    copy_file(directory, "config.json", folder);
    write_renamed(&first, rename, folder);
    open_directory(folder, &second);
    CHECK(second.fresh == 0);
    CHECK(memcmp(first.weights, second.weights, first.parameters.size * sizeof(float)) == 0);
    close_directory(&first);
    close_directory(&second);
    scratch_remove(folder);
}

static void missing_head_starts_fresh_and_is_counted(const char *directory)
{
    char folder[MPB_PATH_SIZE];
    opened first;
    opened second;
    opened third;
    size_t bytes;

    scratch_make(folder);
    open_directory(directory, &first);
    copy_file(directory, "config.json", folder);
    write_renamed(&first, without_head, folder);
    open_directory(folder, &second);
    open_directory(folder, &third);
    bytes = first.parameters.size * sizeof(float);
    CHECK(second.fresh == 4);
    CHECK(memcmp(second.weights, third.weights, bytes) == 0);
    for (size_t i = 0; i < first.parameters.count; i++) {
        const mpb_parameter *p = &first.parameters.items[i];
        const bool same = memcmp(first.weights + p->offset, second.weights + p->offset,
                                 p->count * sizeof(float)) == 0;

        CHECK(same == !p->is_head);
    }
    close_directory(&first);
    close_directory(&second);
    close_directory(&third);
    scratch_remove(folder);
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
        mpb_model_dir_read_weights(BERT, &o.config, &o.parameters, false, 5, o.weights, &o.fresh),
        MPB_ERR_DATA,
        "tensor 'classifier.weight' has shape [3, 32], [5, 32] was expected "
        "(tests/golden/model/bert/model.safetensors)");
    CHECK(o.weights[0] == before && o.fresh == 0);
    CHECK_OK(
        mpb_model_dir_read_weights(BERT, &o.config, &o.parameters, true, 5, o.weights, &o.fresh));
    CHECK(o.fresh == 2 && o.weights[0] != before);
    close_directory(&o);
}

static void wrong_shape_in_the_encoder_is_never_accepted(void)
{
    opened o = {0};

    CHECK_OK(mpb_model_dir_read_config(BERT, &o.config, &o.names));
    o.config.vocab_size++;
    make_room(&o);
    CHECK_FAILS(
        mpb_model_dir_read_weights(BERT, &o.config, &o.parameters, true, 5, o.weights, &o.fresh),
        MPB_ERR_DATA,
        "tensor 'bert.embeddings.word_embeddings.weight' has shape [61, 32], [62, 32]");
    close_directory(&o);
}

static void missing_tensor_is_named(void)
{
    char folder[MPB_PATH_SIZE];
    opened o;

    scratch_make(folder);
    open_directory(BERT, &o);
    write_renamed(&o, without_one_layer_tensor, folder);
    CHECK_FAILS(
        mpb_model_dir_read_weights(folder, &o.config, &o.parameters, true, 5, o.weights, &o.fresh),
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
        CHECK_FAILS(mpb_model_dir_read_weights(folder, &o.config, &o.parameters, true, 5, o.weights,
                                               &o.fresh),
                    MPB_ERR_DATA, "model.safetensors");
    }
    mpb_buffer_clear(&whole);
    close_directory(&o);
    scratch_remove(folder);
}

int main(void)
{
    directory_that_was_written_reads_back_in_every_bit(BERT);
    directory_that_was_written_reads_back_in_every_bit(DISTILBERT);
    written_config_names_class_labels_and_problem();
    vocabulary_is_made_from_tokenizer_json_where_it_is_missing();
    other_names_lead_to_the_same_weights(BERT, without_prefix);
    other_names_lead_to_the_same_weights(BERT, with_gamma_and_beta);
    other_names_lead_to_the_same_weights(BERT, with_both_old_forms);
    other_names_lead_to_the_same_weights(DISTILBERT, without_prefix);
    other_names_lead_to_the_same_weights(DISTILBERT, with_both_old_forms);
    missing_head_starts_fresh_and_is_counted(BERT);
    missing_head_starts_fresh_and_is_counted(DISTILBERT);
    classifier_of_another_size_is_refused_unless_it_starts_fresh();
    wrong_shape_in_the_encoder_is_never_accepted();
    missing_tensor_is_named();
    truncated_weights_are_refused_at_any_length();
    return 0;
}
