#include "mpibert/session/corpus_setup.h"

#include <stdlib.h>
#include <string.h>

#include "mpibert/core/version.h"

mpb_status mpb_corpus_settle_length(const mpb_opened_model *opened, int usual,
                                    mpb_run_config *config)
{
    int positions = opened->config.max_position_embeddings;

    if (config->model.max_seq_length == 0) {
        config->model.max_seq_length = usual < positions ? usual : positions;
    }
    MPB_REQUIRE(config->model.max_seq_length <= positions, MPB_ERR_CONFIG,
                "model.max_seq_length is %lld, the model has %d positions: truncate to at most "
                "that, or cut longer documents into chunks (data.long_documents: chunk) (%s)",
                (long long)config->model.max_seq_length, positions, opened->directory);
    return MPB_OK;
}

/* What data.format says, otherwise what the first path tells. */
static mpb_data_format format_of(const mpb_run_config *config, const mpb_strings *paths)
{
    if (config->data.format == MPB_FORMAT_AUTO && paths != NULL && paths->count > 0) {
        return mpb_data_format_guess(paths->items[0]);
    }
    return config->data.format;
}

/* A path that tells nothing is complained of where it is opened. */
mpb_task mpb_corpus_task(const mpb_run_config *config, const mpb_strings *paths)
{
    return config->model.task == MPB_TASK_AUTO ? mpb_task_of_format(format_of(config, paths))
                                               : config->model.task;
}

static bool has_labels(mpb_task task)
{
    return mpb_task_data_of(task)->labels != MPB_LABELS_NONE;
}

static char delimiter_of(const mpb_run_data *data)
{
    static const char delimiters[] = {[MPB_RUN_DELIMITER_AUTO] = '\0',
                                      [MPB_RUN_COMMA] = ',',
                                      [MPB_RUN_SEMICOLON] = ';',
                                      [MPB_RUN_TAB] = '\t',
                                      [MPB_RUN_BAR] = '|'};

    return delimiters[data->delimiter];
}

static mpb_read_options read_options(const mpb_run_config *config, mpb_task task)
{
    const mpb_run_data *data = &config->data;

    return (mpb_read_options){
        .format = data->format,
        .encoding = data->encoding,
        .task = task,
        .header = data->header,
        .delimiter = delimiter_of(data),
        .text_column = data->text_column,
        .text_column_b = data->text_column_b,
        .label_column = data->label_column,
        .score_columns = &data->score_columns,
        .choices_column = data->choices_column,
        .id_column = data->id_column,
        .need_labels = has_labels(task),
        .skip_bad = data->on_error == MPB_RUN_ON_ERROR_SKIP,
        .label_names = &config->model.label_names,
        .tag_names = &config->model.label_names,
    };
}

static size_t stride_of(const mpb_run_config *config)
{
    return config->data.stride < 0 ? mpb_default_stride((size_t)config->model.max_seq_length)
                                   : (size_t)config->data.stride;
}

static mpb_encode_options encode_options(const mpb_run_config *config,
                                         const mpb_opened_model *opened, const mpb_strings *paths,
                                         mpb_task task)
{
    const mpb_run_data *data = &config->data;

    return (mpb_encode_options){
        .tokenizer = opened->tokenizer,
        .max_seq_length = (size_t)config->model.max_seq_length,
        .task = task,
        .labelled = has_labels(task),
        .chunk = data->long_documents == MPB_RUN_CHUNK,
        .stride = stride_of(config),
        .stride_is_step = data->stride_mode == MPB_RUN_STEP,
        .noise = {data->remove_headers, data->remove_footers, data->remove_quotes},
        .max_chars = (size_t)data->max_chars,
        .lines_are_sentences = format_of(config, paths) == MPB_FORMAT_TEXT,
        .line_by_line = data->line_by_line,
        .seed = (uint64_t)config->training.seed,
    };
}

mpb_tokens_home mpb_corpus_tokens_home(const mpb_run_config *config)
{
    switch (config->data.streaming) {
    case MPB_RUN_STREAMING_TRUE:
        return MPB_TOKENS_ON_DISK;
    case MPB_RUN_STREAMING_FALSE:
        return MPB_TOKENS_IN_MEMORY;
    case MPB_RUN_STREAMING_AUTO:
        break;
    }
    return MPB_TOKENS_AUTO;
}

mpb_corpus_options mpb_corpus_whole(const mpb_run_config *config, const mpb_opened_model *opened,
                                    const mpb_strings *paths)
{
    mpb_task task = mpb_corpus_task(config, paths);

    return (mpb_corpus_options){
        .paths = paths,
        .read = read_options(config, task),
        .encode = encode_options(config, opened, paths, task),
        .vocab_sha256 = opened->vocab_sha256,
        .tokenizer_name = config->model.name,
        .program = mpb_program(),
        .temporary = getenv("TMPDIR"),
        .max_unpacked = (uint64_t)config->data.max_unpacked,
        .compression = (int)config->data.compression,
        .home = mpb_corpus_tokens_home(config),
    };
}

mpb_corpus_options mpb_corpus_training(const mpb_run_config *config, const mpb_opened_model *opened)
{
    mpb_corpus_options options = mpb_corpus_whole(config, opened, &config->data.train);

    options.selection = (mpb_corpus_selection){
        .shuffle = config->data.shuffle,
        .shuffle_seed = (uint32_t)config->training.seed,
        .max_samples = (size_t)config->data.max_samples,
        .train_share = config->data.train_split,
        .val_share = config->data.val_split,
        .stratify = config->data.stratify,
        .split_seed = (uint32_t)config->training.seed,
    };
    return options;
}

mpb_status mpb_corpus_check_options(const mpb_corpus_options *options)
{
    const mpb_encode_options *e = &options->encode;
    const mpb_task_data *needs = mpb_task_data_of(e->task);
    bool changes_text = e->noise.headers || e->noise.footers || e->noise.quotes || e->max_chars > 0;

    MPB_REQUIRE(!needs->places || !changes_text, MPB_ERR_CONFIG,
                "data.remove_noise and data.max_chars change texts, but model.task %s needs the "
                "places of labels in them: leave them out (configuration)",
                needs->name);
    MPB_REQUIRE(needs->chunking != MPB_CHUNKS_NEVER || !e->chunk, MPB_ERR_CONFIG,
                "data.long_documents is chunk, but of model.task %s each choice is one sequence: "
                "leave it out (configuration)",
                needs->name);
    return MPB_OK;
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

/* Examples kept of one part; 0: all. */
static size_t kept_of(const mpb_run_data *data, mpb_corpus_split split)
{
    switch (split) {
    case MPB_SPLIT_TRAIN:
        return (size_t)data->max_train_samples;
    case MPB_SPLIT_VALIDATION:
        return (size_t)data->max_validation_samples;
    case MPB_SPLIT_TEST:
        return (size_t)data->max_test_samples;
    case MPB_SPLIT_ALL:
        break;
    }
    return 0;
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
    } else if (split == MPB_SPLIT_VALIDATION && data->validation.count > 0) {
        *options = mpb_corpus_whole(config, opened, &data->validation);
    } else {
        *options = mpb_corpus_training(config, opened);
        options->selection.part = part_of(data, split);
    }
    options->selection.max_kept = kept_of(data, split);
    return mpb_corpus_check_options(options);
}
