#include "mpibert/ckpt/model_dir.h"

#include "opened.h"

static void the_references_config_is_understood(void)
{
    mpb_model_config config;
    mpb_strings names = {0};

    CHECK_OK(mpb_model_dir_read_config(BERT, &config, &names));
    CHECK(config.family == MPB_BERT && config.hidden_size == 32 && config.num_hidden_layers == 2);
    CHECK(config.intermediate_size == 48 && config.type_vocab_size == 2);
    CHECK(config.attention_dropout == 0.15f && config.classifier_dropout == 0.2f);
    CHECK(config.num_labels == 3 && names.count == 3);
    CHECK_TEXT(names.items[2], "s\xC3\xBC"
                               "d");
    CHECK_OK(mpb_model_dir_read_config(DISTILBERT, &config, &names));
    CHECK(config.family == MPB_DISTILBERT && config.intermediate_size == 40);
    CHECK(config.num_labels == 4 && names.count == 0 && config.type_vocab_size == 0);
    CHECK(config.classifier_dropout == 0.2f && config.layer_norm_eps == 1e-12f);
    mpb_strings_clear(&names);
}

static void check_refused(const char *config, const char *message)
{
    char folder[MPB_PATH_SIZE];
    mpb_model_config read = {.vocab_size = -1};
    mpb_strings names = {0};

    scratch_make(folder);
    write_text(folder, "config.json", config);
    CHECK_FAILS(mpb_model_dir_read_config(folder, &read, &names), MPB_ERR_DATA, message);
    CHECK(strstr(mpb_status_last(), "config.json") != NULL);
    CHECK(read.vocab_size == -1 && names.count == 0);
    scratch_remove(folder);
}

#define SIZES                                                                                      \
    "\"vocab_size\": 9, \"hidden_size\": 8, \"num_hidden_layers\": 1, \"num_attention_heads\": "   \
    "2, "                                                                                          \
    "\"intermediate_size\": 8, \"max_position_embeddings\": 9"

static void configs_of_other_models_are_refused(void)
{
    check_refused("{}", "model_type is missing and the members are another model's: to a BERT's or "
                        "DistilBERT's, add \"model_type\": \"bert\" or \"distilbert\"");
    check_refused("{\"architectures\": [\"RobertaForMaskedLM\"], \"type_vocab_size\": 1, " SIZES
                  "}",
                  "model_type is missing and architectures names RobertaForMaskedLM: to a BERT's");
    check_refused("[]", "a JSON object was expected");
    check_refused("{\"model_type\": \"roberta\"}",
                  "model_type is 'roberta', 'bert' or 'distilbert' was expected");
    check_refused("{\"model_type\": \"bert\", \"hidden_act\": \"relu\", " SIZES "}",
                  "hidden_act is 'relu', only 'gelu' is supported");
    check_refused("{\"model_type\": \"bert\", \"position_embedding_type\": \"relative_key\", " SIZES
                  "}",
                  "position_embedding_type is 'relative_key'");
    check_refused("{\"model_type\": \"bert\", \"is_decoder\": true, " SIZES "}", "is_decoder");
    check_refused("{\"model_type\": \"bert\", \"hidden_size\": 8}", "vocab_size");
    check_refused("{\"model_type\": \"bert\", \"type_vocab_size\": -1, " SIZES "}",
                  "type_vocab_size is -1");
    check_refused("{\"model_type\": \"bert\", \"hidden_dropout_prob\": 1.5, " SIZES "}",
                  "hidden dropout is 1.5");
    check_refused("{\"model_type\": \"bert\", \"id2label\": {\"0\": \"a\", \"2\": \"b\"}, " SIZES
                  "}",
                  "id2label has a member '2', each number from 0 to 1 once was expected");
    check_refused("{\"model_type\": \"bert\", \"id2label\": {\"1\": \"a\", \"01\": \"b\"}, " SIZES
                  "}",
                  "id2label has a member '01'");
    check_refused("{\"model_type\": \"bert\", \"id2label\": {\"-1\": \"a\", \"0\": \"b\"}, " SIZES
                  "}",
                  "id2label has a member '-1'");
    check_refused("{\"model_type\": \"bert\", \"id2label\": {\"0\": null}, " SIZES "}",
                  "member '0' of id2label is neither text nor number");
    check_refused("{\"model_type\": \"bert\", \"id2label\": [1], " SIZES "}", "id2label");
    check_refused("{\"model_type\": \"bert\", \"id2label\": {}, " SIZES "}", "num_labels is 0");
    check_refused("{\"model_type\": \"bert\", \"problem_type\": \"ranking\", " SIZES "}",
                  "problem_type is 'ranking', 'single_label_classification', "
                  "'multi_label_classification' or 'regression' was expected");
    check_refused("{\"model_type\": \"bert\", \"problem_type\": 1, " SIZES "}", "problem_type");
    check_refused(
        "{\"model_type\": \"bert\", \"num_labels\": 3, \"id2label\": {\"0\": \"a\"}, " SIZES "}",
        "num_labels is 3, id2label names 1 labels");
    check_refused("{\"model_type\": ", "config.json");
}

static void check_accepted(const char *config, mpb_family family, mpb_strings *names)
{
    char folder[MPB_PATH_SIZE];
    mpb_model_config read = {.num_labels = -1};

    scratch_make(folder);
    write_text(folder, "config.json", config);
    CHECK_OK(mpb_model_dir_read_config(folder, &read, names));
    CHECK(read.family == family && (names->count == 0 || (int)names->count == read.num_labels));
    scratch_remove(folder);
}

/* AutoConfig of transformers 5.23 reads these maps as they are; what they map to stands in for the
 * id in predictions. */
static void labels_stand_in_the_order_of_their_ids_and_may_be_numbers(void)
{
    mpb_strings names = {0};

    check_accepted(
        "{\"model_type\": \"bert\", \"id2label\": {\"0\": \"a\", \"10\": \"k\", \"1\": \"b\", "
        "\"2\": \"c\", \"3\": \"d\", \"4\": \"e\", \"5\": \"f\", \"6\": \"g\", \"7\": \"h\", "
        "\"8\": \"i\", \"9\": \"j\"}, \"label2id\": {\"a\": \"0\"}, " SIZES "}",
        MPB_BERT, &names);
    CHECK_TEXT(names.items[2], "c");
    CHECK_TEXT(names.items[10], "k");
    check_accepted(
        "{\"model_type\": \"bert\", \"id2label\": {\"0\": 7, \"1\": -1.5, \"2\": true}, " SIZES "}",
        MPB_BERT, &names);
    CHECK(names.count == 3);
    CHECK_TEXT(names.items[0], "7");
    CHECK_TEXT(names.items[1], "-1.5");
    CHECK_TEXT(names.items[2], "true");
    mpb_strings_clear(&names);
}

static void old_config_is_known_by_its_architecture_or_its_members(void)
{
    mpb_strings names = {0};

    check_accepted("{\"architectures\": [\"BertForMaskedLM\"], " SIZES "}", MPB_BERT, &names);
    check_accepted("{\"type_vocab_size\": 2, " SIZES "}", MPB_BERT, &names);
    check_accepted("{\"architectures\": [\"DistilBertModel\"], \"vocab_size\": 9, \"dim\": 8, "
                   "\"n_layers\": 1, \"n_heads\": 2, \"hidden_dim\": 8, "
                   "\"max_position_embeddings\": 9}",
                   MPB_DISTILBERT, &names);
    check_accepted("{\"vocab_size\": 9, \"dim\": 8, \"n_layers\": 1, \"n_heads\": 2, "
                   "\"hidden_dim\": 8, \"max_position_embeddings\": 9}",
                   MPB_DISTILBERT, &names);
    CHECK(names.count == 0);
}

static void the_problem_type_is_kept(void)
{
    char folder[MPB_PATH_SIZE];
    mpb_model_config config;
    mpb_strings names = {0};

    scratch_make(folder);
    write_text(folder, "config.json",
               "{\"model_type\": \"bert\", \"problem_type\": \"regression\", " SIZES "}");
    CHECK_OK(mpb_model_dir_read_config(folder, &config, &names));
    CHECK(config.problem == MPB_REGRESSION);
    write_text(folder, "config.json",
               "{\"model_type\": \"bert\", \"problem_type\": null, " SIZES "}");
    CHECK_OK(mpb_model_dir_read_config(folder, &config, &names));
    CHECK(config.problem == MPB_SINGLE_LABEL);
    write_text(folder, "config.json",
               "{\"model_type\": \"bert\", \"problem_type\": \"multi_label_classification\", " SIZES
               "}");
    CHECK_OK(mpb_model_dir_read_config(folder, &config, &names));
    CHECK(config.problem == MPB_MULTI_LABEL);
    scratch_remove(folder);
}

static void silent_config_gets_the_references_defaults(void)
{
    char folder[MPB_PATH_SIZE];
    mpb_model_config config;
    mpb_strings names = {0};

    scratch_make(folder);
    write_text(folder, "config.json",
               "{\"model_type\": \"bert\", \"classifier_dropout\": null, " SIZES "}");
    CHECK_OK(mpb_model_dir_read_config(folder, &config, &names));
    CHECK(config.num_labels == 2 && config.type_vocab_size == 2);
    CHECK(config.layer_norm_eps == 1e-12f && config.initializer_range == 0.02f);
    CHECK(config.hidden_dropout == 0.1f && config.classifier_dropout == 0.1f);
    scratch_remove(folder);
}

static void registry_knows_four_models_by_each_name(void)
{
    const mpb_architecture *base = mpb_architecture_find("base_en");

    CHECK(base != NULL && mpb_architecture_find("google-bert/bert-base-uncased") == base);
    CHECK(mpb_architecture_find("bert-large-uncased")->config.num_hidden_layers == 24);
    CHECK(mpb_architecture_find("distil_en")->config.family == MPB_DISTILBERT);
    CHECK(mpb_architecture_find("multilingual")->config.vocab_size == 119547);
    CHECK(mpb_architecture_find("base") == NULL);
    CHECK(mpb_architecture_find("google-bert/base_en") == NULL);
}

static void model_is_found_as_a_directory_or_the_way_out_is_named(void)
{
    char path[MPB_PATH_SIZE];

    CHECK_OK(mpb_model_dir_find(BERT, NULL, path, sizeof(path)));
    CHECK_TEXT(path, BERT);
    CHECK_FAILS(mpb_model_dir_find("no/such-model", NULL, path, sizeof(path)), MPB_ERR_DATA,
                "mpibert fetch no/such-model");
    CHECK_FAILS(mpb_model_dir_find("/no/such/model", NULL, path, sizeof(path)), MPB_ERR_DATA,
                "model '/no/such/model' was not found, a model directory was expected "
                "(/no/such/model)");
    CHECK_FAILS(mpb_model_dir_find("runs/no/such", NULL, path, sizeof(path)), MPB_ERR_DATA,
                "not found, a model directory was expected (runs/no/such)");
    CHECK_FAILS(mpb_model_dir_find("", NULL, path, sizeof(path)), MPB_ERR_DATA, "was not found");
    CHECK_TEXT(path, BERT);
}

/* As huggingface_hub lays out its cache: a snapshot links to blobs. */
static void model_is_found_in_the_hub_cache_by_each_of_its_names(void)
{
    static const char commit[] = "0123456789abcdef0123456789abcdef01234567";
    char folder[MPB_PATH_SIZE], base[MPB_PATH_SIZE], refs[MPB_PATH_SIZE];
    char path[MPB_PATH_SIZE], want[MPB_PATH_SIZE];

    scratch_make(folder);
    CHECK_OK(mpb_path_join(folder, "models--google-bert--bert-base-uncased", base, sizeof(base)));
    CHECK_OK(mpb_path_join(base, "refs", refs, sizeof(refs)));
    CHECK_OK(mpb_path_join(base, "snapshots", path, sizeof(path)));
    CHECK_OK(mpb_path_join(path, commit, want, sizeof(want)));
    CHECK_OK(mpb_directory_create(want));
    CHECK_FAILS(mpb_model_dir_find("base_en", folder, path, sizeof(path)), MPB_ERR_DATA,
                "bert-base-uncased/refs/main, ");
    CHECK_OK(mpb_directory_create(refs));
    write_text(refs, "main", commit);
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"base_en", "bert-base-uncased",
                                            "google-bert/bert-base-uncased"};

        CHECK_OK(mpb_model_dir_find(names[i], folder, path, sizeof(path)));
        CHECK_TEXT(path, want);
    }
    CHECK_FAILS(mpb_model_dir_find("some/model", folder, path, sizeof(path)), MPB_ERR_DATA,
                "/models--some--model)");
    write_text(refs, "main", "../../../..");
    CHECK_FAILS(mpb_model_dir_find("base_en", folder, path, sizeof(path)), MPB_ERR_DATA,
                "the name of a commit was expected (");
    scratch_remove(folder);
}

int main(void)
{
    the_references_config_is_understood();
    configs_of_other_models_are_refused();
    labels_stand_in_the_order_of_their_ids_and_may_be_numbers();
    old_config_is_known_by_its_architecture_or_its_members();
    the_problem_type_is_kept();
    silent_config_gets_the_references_defaults();
    registry_knows_four_models_by_each_name();
    model_is_found_as_a_directory_or_the_way_out_is_named();
    model_is_found_in_the_hub_cache_by_each_of_its_names();
    return 0;
}
