#include "mpibert/train/corpus_setup.h"

#include <string.h>

#include "mpibert/core/version.h"

#include "mpibert/core/version.h"

mpb_status mpb_corpus_check_length(const mpb_run_config *config, const mpb_opened_model *opened)
{
    int positions = opened->config.max_position_embeddings;

    MPB_REQUIRE(config->model.max_seq_length <= positions, MPB_ERR_CONFIG,
                "model.max_seq_length is %lld, the model has %d positions: truncate to at most "
                "that, chunking of longer documents (data.long_documents: chunk) is not in this "
                "version (%s)",
                (long long)config->model.max_seq_length, positions, opened->directory);
    return MPB_OK;
}

static mpb_read_options read_options(const mpb_run_data *data)
{
    return (mpb_read_options){
        .format = data->format,
        .encoding = data->encoding,
        .text_column = data->text_column,
        .text_column_b = data->text_column_b,
        .label_column = data->label_column,
        .id_column = data->id_column,
        .need_labels = true,
        .remove_headers = data->remove_headers,
        .remove_footers = data->remove_footers,
        .remove_quotes = data->remove_quotes,
        .max_chars = (size_t)data->max_chars,
    };
}

mpb_corpus_options mpb_corpus_whole(const mpb_run_config *config, const mpb_opened_model *opened,
                                    const mpb_strings *paths)
{
    return (mpb_corpus_options){
        .paths = paths,
        .read = read_options(&config->data),
        .tokenizer = opened->tokenizer,
        .vocab_sha256 = opened->vocab_sha256,
        .tokenizer_name = config->model.name,
        .task = config->model.task,
        .program = mpb_program(),
        .max_seq_length = (size_t)config->model.max_seq_length,
        .part = MPB_PART_ALL,
    };
}

mpb_corpus_options mpb_corpus_training(const mpb_run_config *config, const mpb_opened_model *opened)
{
    mpb_corpus_options options = mpb_corpus_whole(config, opened, &config->data.train);

    options.shuffle = config->data.shuffle;
    options.shuffle_seed = (uint32_t)config->training.seed;
    options.max_samples = (size_t)config->data.max_samples;
    options.train_share = config->data.train_split;
    options.val_share = config->data.val_split;
    options.stratify = config->data.stratify;
    options.split_seed = (uint32_t)config->training.seed;
    return options;
}

bool mpb_corpus_split_parse(const char *word, mpb_corpus_split *split)
{
    static const char *const words[] = {[MPB_SPLIT_ALL] = "all",
                                        [MPB_SPLIT_TRAIN] = "train",
                                        [MPB_SPLIT_VALIDATION] = "validation",
                                        [MPB_SPLIT_TEST] = "test"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i], word) == 0) {
            *split = (mpb_corpus_split)i;
            return true;
        }
    }
    return false;
}

static mpb_corpus_part part_of(const mpb_run_data *data, mpb_corpus_split split)
{
    if (split == MPB_SPLIT_ALL || data->validation.count > 0 || data->val_split <= 0.0) {
        return MPB_PART_ALL;
    }
    return split == MPB_SPLIT_TRAIN ? MPB_PART_TRAIN : MPB_PART_VALIDATION;
}

static mpb_status check_split(const mpb_run_data *data, mpb_corpus_split split)
{
    MPB_REQUIRE(split != MPB_SPLIT_TEST || data->test.count > 0, MPB_ERR_CONFIG,
                "there is no test set: set data.test=PATH (configuration)");
    MPB_REQUIRE(split == MPB_SPLIT_TEST || data->train.count > 0, MPB_ERR_CONFIG,
                "there is no training set: set data.train=PATH (configuration)");
    MPB_REQUIRE(split != MPB_SPLIT_VALIDATION || data->validation.count > 0 ||
                    data->val_split > 0.0,
                MPB_ERR_CONFIG,
                "there is no validation set: data.validation is not given and data.val_split is 0 "
                "(configuration)");
    return MPB_OK;
}

mpb_status mpb_corpus_of_split(const mpb_run_config *config, const mpb_opened_model *opened,
                               mpb_corpus_split split, mpb_corpus_options *options)
{
    const mpb_run_data *data = &config->data;

    MPB_TRY(check_split(data, split));
    if (split == MPB_SPLIT_TEST) {
        *options = mpb_corpus_whole(config, opened, &data->test);
        options->max_samples = (size_t)data->max_test_samples;
    } else if (split == MPB_SPLIT_VALIDATION && data->validation.count > 0) {
        *options = mpb_corpus_whole(config, opened, &data->validation);
    } else {
        *options = mpb_corpus_training(config, opened);
        options->part = part_of(data, split);
    }
    return MPB_OK;
}
