#include "mpibert/ckpt/model_dir.h"

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

static bool class_is(const char *folder, const char *class)
{
    mpb_buffer text = {0};
    bool found;

    read_text(folder, "tokenizer_config.json", &text);
    found = strstr(text.data, class) != NULL;
    mpb_buffer_clear(&text);
    return found;
}

/* transformers takes tokenizer.json as it is where there is neither config.json nor a class, and
 * else by the class that either configuration names. */
static void written_tokenizer_is_of_the_class_that_was_read(void)
{
    static const char vocabulary[] = "{\"model\": {\"vocab\": {\"a\": 0}}}";
    char source[MPB_PATH_SIZE];
    char target[MPB_PATH_SIZE];
    mpb_buffer text = {0};
    opened o;

    scratch_make(source);
    scratch_make(target);
    open_directory(BERT, &o);
    write_text(source, "tokenizer.json", vocabulary);
    write_text(source, "added_tokens.json", "{\"<X>\": 1}");
    CHECK_OK(write_opened(&o, target, source));
    CHECK(class_is(target, "\"PreTrainedTokenizerFast\""));
    read_text(target, "added_tokens.json", &text);
    CHECK_TEXT(text.data, "{\"<X>\": 1}");
    write_text(source, "config.json", "{\"tokenizer_class\": \"TokenizersBackend\"}");
    write_text(source, "tokenizer_config.json", "{\"do_lower_case\": false}");
    CHECK_OK(write_opened(&o, target, source));
    CHECK(class_is(target, "\"TokenizersBackend\"") && class_is(target, "\"do_lower_case\""));
    write_text(source, "tokenizer_config.json", "{\"tokenizer_class\": \"BertTokenizer\"}");
    CHECK_OK(write_opened(&o, target, source));
    CHECK(class_is(target, "\"BertTokenizer\""));
    write_text(source, "config.json", "{}");
    write_text(source, "tokenizer_config.json", "{}");
    CHECK_OK(write_opened(&o, target, source));
    CHECK(!class_is(target, "tokenizer_class"));
    mpb_buffer_clear(&text);
    close_directory(&o);
    scratch_remove(source);
    scratch_remove(target);
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
    CHECK_FAILS(write_opened(&o, target, source), MPB_ERR_DATA,
                "tokens 'b' and 'a' have the same id");
    write_text(source, "tokenizer.json", "{\"model\": {\"vocab\": {\"b\": -1}}}");
    CHECK_FAILS(write_opened(&o, target, source), MPB_ERR_DATA, "token 'b' has no id from 0");
    write_text(source, "tokenizer.json", "{\"model\": {\"vocab\": {\"b\": 2, \"a\": 0}}}");
    CHECK_OK(write_opened(&o, target, source));
    text.size = 0;
    read_text(target, "vocab.txt", &text);
    CHECK_TEXT(text.data, "a\n\nb\n");
    write_text(source, "tokenizer.json", "{\"model\": {\"vocab\": {\"b\": 1, \"a\\nb\": 0}}}");
    CHECK_FAILS(write_opened(&o, target, source), MPB_ERR_DATA, "'a?b', holds a line break");
    mpb_buffer_clear(&text);
    close_directory(&o);
    scratch_remove(source);
    scratch_remove(target);
}

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

static void without_classifier_bias(const char *name, char *out, size_t size)
{
    snprintf(out, size, "%s", strcmp(name, "classifier.bias") == 0 ? "" : name);
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

/* A weight that was trained means nothing under a bias that was not. */
static void half_a_classifier_starts_fresh_as_a_whole(void)
{
    char folder[MPB_PATH_SIZE];
    opened first;
    opened second;

    scratch_make(folder);
    open_directory(BERT, &first);
    copy_file(BERT, "config.json", folder);
    write_renamed(&first, without_classifier_bias, folder);
    open_directory(folder, &second);
    CHECK(second.fresh == 2);
    close_directory(&first);
    close_directory(&second);
    scratch_remove(folder);
}

int main(void)
{
    directory_that_was_written_reads_back_in_every_bit(BERT);
    directory_that_was_written_reads_back_in_every_bit(DISTILBERT);
    written_config_names_class_labels_and_problem();
    vocabulary_is_made_from_tokenizer_json_where_it_is_missing();
    written_tokenizer_is_of_the_class_that_was_read();
    other_names_lead_to_the_same_weights(BERT, without_prefix);
    other_names_lead_to_the_same_weights(BERT, with_gamma_and_beta);
    other_names_lead_to_the_same_weights(BERT, with_both_old_forms);
    other_names_lead_to_the_same_weights(DISTILBERT, without_prefix);
    other_names_lead_to_the_same_weights(DISTILBERT, with_both_old_forms);
    missing_head_starts_fresh_and_is_counted(BERT);
    missing_head_starts_fresh_and_is_counted(DISTILBERT);
    half_a_classifier_starts_fresh_as_a_whole();
    return 0;
}
