#include "mpibert/session/model_data.h"

#include <stdio.h>
#include <string.h>

#include "data_labels.h"
#include "mpibert/core/buffer.h"
#include "mpibert/io/standard_input.h"
#include "mpibert/session/corpus_setup.h"
#include "mpibert/session/same_view.h"
#include "mpibert/session/screen.h"
#include "mpibert/session/table_check.h"
#include "mpibert/shards/shards.h"
#include "mpibert/task/task.h"

enum { EMPTY_LENGTH = 2 }; /* tokens: [CLS] and [SEP] */

/* What the model is applied to the data for. */
typedef struct data_use {
    const mpb_task_table *task; /* the data's */
    bool labelled;
    bool keeps_texts;
    bool any_task; /* shards of any task will do whose sequences are of single texts or pairs */
} data_use;

static data_use use_of_model(const mpb_opened_model *opened, bool labelled)
{
    return (data_use){.task = mpb_task_of_model(&opened->config), .labelled = labelled};
}

/* Options for data that the model is applied to: its labels, its task. */
static mpb_corpus_options options_of(const mpb_run_config *config, const mpb_opened_model *opened,
                                     const mpb_strings *paths, const data_use *use)
{
    const mpb_task_table *task = use->task;
    mpb_corpus_options options = mpb_corpus_whole(config, opened, paths);

    options.read.task = task->task;
    options.encode.task = task->task;
    options.read.need_labels = use->labelled && !task->masks;
    options.read.standard_members = config->data.columns_of_model;
    options.encode.labelled = options.read.need_labels;
    options.encode.keeps_texts = use->keeps_texts;
    options.encode.fills_masks = !use->labelled && task->masks;
    /* Those of the data need not be the model's, unless the task names them. */
    options.read.label_names =
        mpb_task_data_of(task->task)->label_names == NULL ? NULL : &opened->label_names;
    options.read.tag_names = &opened->label_names;
    return options;
}

static mpb_status check_task(const mpb_shard_info *info, const data_use *use, const char *path)
{
    const char *task = mpb_task_name(use->task->task);

    if (use->any_task) {
        MPB_REQUIRE(mpb_task_data_of(mpb_task_named(info->task.data))->layout == MPB_LAYOUT_TEXT,
                    MPB_ERR_DATA,
                    "the shards were made for model.task %s and hold no texts one by one: give the "
                    "data itself (%s)",
                    info->task.data, path);
        return MPB_OK;
    }
    MPB_REQUIRE(strcmp(info->task.data, task) == 0, MPB_ERR_DATA,
                "the shards were made for model.task %s, the model is one of %s: preprocess the "
                "data again, or give the data itself (%s)",
                info->task.data, task, path);
    return MPB_OK;
}

/* Shards for training of masked words pack texts end to end, or pair them. */
static mpb_status read_shards(const mpb_log *log, const mpb_run_config *config,
                              const mpb_opened_model *opened, const char *path, const data_use *use,
                              mpb_dataset *dataset)
{
    mpb_shard_info info = {0};
    mpb_status status;

    MPB_REQUIRE(use->labelled || !use->task->masks, MPB_ERR_DATA,
                "shards of masked words are for training and evaluation: give the texts whose "
                "masks are to be filled in (%s)",
                path);
    MPB_TRY(mpb_shards_describe(path, &info, NULL, NULL));
    status = check_task(&info, use, path);
    if (status == MPB_OK && info.options.size > 0) {
        status = mpb_run_config_compare_shards(log, config, info.options.data, path);
    }
    mpb_shard_info_clear(&info);
    MPB_TRY(status);
    return mpb_shards_read(path, opened->vocab_sha256, mpb_corpus_tokens_home(config), dataset);
}

static mpb_status read_any(const mpb_log *log, const mpb_run_config *config,
                           const mpb_opened_model *opened, const char *path, const data_use *use,
                           mpb_dataset *dataset)
{
    mpb_progress progress = mpb_screen_progress(log, config->logging.progress);
    char *items[1] = {(char *)path};
    const mpb_strings paths = {.items = items, .count = 1};
    mpb_corpus_options options;
    mpb_data_format format;
    mpb_status status;

    MPB_TRY(mpb_data_format_find(path, config->data.format, &format));
    if (format == MPB_FORMAT_SHARDS) {
        return read_shards(log, config, opened, path, use, dataset);
    }
    options = options_of(config, opened, &paths, use);
    options.progress = mpb_screen_corpus;
    options.progress_context = &progress;
    status = mpb_corpus_read(log, &options, dataset);
    mpb_progress_clear(&progress);
    return status;
}

static const char *name_targets(const mpb_dataset_shape *shape)
{
    if (shape->answers) {
        return "answers";
    }
    return shape->token_labels ? "entities" : "masks";
}

/* What the model never sees. */
static void tell_cuts(const mpb_log *log, const mpb_run_config *config, const mpb_dataset *dataset,
                      const char *where)
{
    char cuts[MPB_CUTS_SIZE];

    if (dataset->truncation.truncated_texts > 0) {
        mpb_truncation_describe_cuts(&dataset->truncation, cuts);
        mpb_log_warning(log, "%s (model.max_seq_length %lld, %s)", cuts,
                        (long long)config->model.max_seq_length, where);
    }
    if (dataset->truncation.targets_cut > 0) {
        mpb_truncation_describe_targets(&dataset->truncation, name_targets(&dataset->shape), cuts);
        mpb_log_warning(log, "%s (model.max_seq_length %lld, %s)", cuts,
                        (long long)config->model.max_seq_length, where);
    }
}

/* A line without an empty one before it counts as a header, and goes. */
static void tell_emptied(const mpb_log *log, const mpb_run_config *config,
                         const mpb_dataset *dataset, const char *where)
{
    const mpb_run_data *data = &config->data;
    size_t emptied = 0;

    if (!data->remove_headers && !data->remove_footers && !data->remove_quotes) {
        return;
    }
    for (size_t i = 0; i < dataset->num_sequences; i++) {
        emptied += mpb_dataset_length(dataset, i) <= EMPTY_LENGTH;
    }
    if (emptied > 0) {
        mpb_log_warning(log,
                        "%zu of %zu texts are empty after data.remove_noise, which the model was "
                        "trained with; data.remove_noise=null takes them as they are (%s)",
                        emptied, dataset->num_sequences, where);
    }
}

/* Text or shards; labels are the caller's to number. */
static mpb_status read_path(const mpb_log *log, const mpb_run_config *config,
                            const mpb_opened_model *opened, const char *path, const data_use *use,
                            mpb_dataset *dataset)
{
    MPB_TRY(read_any(log, config, opened, path, use, dataset));
    tell_cuts(log, config, dataset, path);
    if (!use->labelled) {
        tell_emptied(log, config, dataset, path);
    }
    return mpb_tables_check(&opened->config, dataset, path);
}

/* Targets that are the model's, whose names `opened` has. */
static mpb_status check_targets(const mpb_log *log, const mpb_run_config *config,
                                const mpb_opened_model *opened, const char *path,
                                mpb_dataset *dataset)
{
    const mpb_task_table *task = mpb_task_of_model(&opened->config);

    MPB_TRY(task->check(dataset, false, path));
    if (task->num_outputs == NULL) {
        return MPB_OK;
    }
    MPB_TRY(mpb_dataset_match_labels(
        log, &opened->label_names, config->data.on_error == MPB_RUN_ON_ERROR_SKIP, path, dataset));
    MPB_REQUIRE(task->num_outputs(dataset) == (size_t)opened->config.num_labels, MPB_ERR_DATA,
                "the data has %zu scores an example, the model %d outputs (%s)",
                task->num_outputs(dataset), opened->config.num_labels, path);
    return MPB_OK;
}

mpb_status mpb_labelled_data_load(const mpb_log *log, const mpb_comm *comm,
                                  const mpb_run_config *config, const mpb_opened_model *opened,
                                  const char *path, mpb_dataset *dataset)
{
    const data_use use = use_of_model(opened, true);
    mpb_status status = read_path(log, config, opened, path, &use, dataset);

    if (status == MPB_OK) {
        status = check_targets(log, config, opened, path, dataset);
    }
    MPB_TRY(mpb_comm_agree(comm, status));
    return mpb_same_data(comm, dataset, path);
}

static mpb_status read_stream(FILE *stream, mpb_buffer *content)
{
    char part[1 << 16];
    size_t got;

    while ((got = fread(part, 1, sizeof(part), stream)) > 0) {
        MPB_TRY(mpb_buffer_append(content, part, got));
    }
    MPB_REQUIRE(!ferror(stream), MPB_ERR_DATA, "standard input could not be read");
    return MPB_OK;
}

/* mpirun gives standard input to rank 0 alone, which passes it on. */
static mpb_status share_standard_input(const mpb_log *log, const mpb_comm *comm,
                                       mpb_buffer *content)
{
    bool reads = mpb_comm_rank(comm) == 0;
    mpb_status status = MPB_OK;
    uint64_t size;

    if (reads) {
        mpb_standard_input_await(log);
        status = read_stream(stdin, content);
    }
    size = content->size;
    MPB_TRY(mpb_comm_await_all(comm));
    MPB_TRY(mpb_comm_agree(comm, status));
    MPB_TRY(mpb_comm_broadcast(comm, &size, sizeof(size)));
    status = reads ? MPB_OK : mpb_buffer_reserve(content, (size_t)size);
    MPB_TRY(mpb_comm_agree(comm, status));
    if (size > 0) {
        MPB_TRY(mpb_comm_broadcast(comm, content->data, (size_t)size));
    }
    content->size = (size_t)size;
    return MPB_OK;
}

static mpb_status parse_input(const mpb_log *log, const mpb_run_config *config,
                              const mpb_opened_model *opened, const mpb_buffer *content,
                              const data_use *use, mpb_dataset *dataset)
{
    mpb_progress progress = mpb_screen_progress(log, config->logging.progress);
    mpb_corpus_options options = options_of(config, opened, NULL, use);
    mpb_status status;

    options.progress = mpb_screen_corpus;
    options.progress_context = &progress;
    status = mpb_corpus_parse(log, &options, content->size > 0 ? content->data : "", content->size,
                              "standard input", dataset);
    mpb_progress_clear(&progress);
    MPB_TRY(status);
    tell_cuts(log, config, dataset, "standard input");
    tell_emptied(log, config, dataset, "standard input");
    return mpb_tables_check(&opened->config, dataset, "standard input");
}

static mpb_status load_unlabelled(const mpb_log *log, const mpb_comm *comm,
                                  const mpb_run_config *config, const mpb_opened_model *opened,
                                  const char *path, const data_use *use, mpb_dataset *dataset)
{
    mpb_buffer content = {0};
    mpb_status status;

    if (path != NULL) {
        MPB_TRY(mpb_comm_agree(comm, read_path(log, config, opened, path, use, dataset)));
        return mpb_same_data(comm, dataset, path);
    }
    status = share_standard_input(log, comm, &content);
    if (status == MPB_OK) {
        status = mpb_comm_agree(comm, parse_input(log, config, opened, &content, use, dataset));
    }
    mpb_buffer_clear(&content);
    return status;
}

mpb_status mpb_unlabelled_data_load(const mpb_log *log, const mpb_comm *comm,
                                    const mpb_run_config *config, const mpb_opened_model *opened,
                                    const char *path, mpb_dataset *dataset)
{
    const data_use use = use_of_model(opened, false);

    return load_unlabelled(log, comm, config, opened, path, &use, dataset);
}

static data_use use_of_texts(bool keeps_texts)
{
    return (data_use){.task = mpb_task_find(MPB_TASK_CLASSIFICATION),
                      .keeps_texts = keeps_texts,
                      .any_task = true};
}

mpb_status mpb_texts_load(const mpb_log *log, const mpb_comm *comm, const mpb_run_config *config,
                          const mpb_opened_model *opened, const char *path, bool keeps_texts,
                          mpb_dataset *dataset)
{
    const data_use use = use_of_texts(keeps_texts);

    return load_unlabelled(log, comm, config, opened, path, &use, dataset);
}

mpb_status mpb_text_parse(const mpb_log *log, const mpb_comm *comm, const mpb_run_config *config,
                          const mpb_opened_model *opened, const char *text, const char *where,
                          mpb_dataset *dataset)
{
    const data_use use = use_of_texts(false);
    mpb_corpus_options options = options_of(config, opened, NULL, &use);
    mpb_status status;

    options.read.format = MPB_FORMAT_TEXT;
    status = mpb_corpus_parse(log, &options, text, strlen(text), where, dataset);
    if (status == MPB_OK) {
        tell_cuts(log, config, dataset, where);
        status = mpb_tables_check(&opened->config, dataset, where);
    }
    return mpb_comm_agree(comm, status);
}
