#include "mpibert/train/model_data.h"

#include <stdio.h>

#include "mpibert/core/buffer.h"
#include "mpibert/data/shards.h"
#include "mpibert/io/standard_input.h"
#include "mpibert/train/corpus_setup.h"
#include "mpibert/train/data_labels.h"
#include "mpibert/train/screen.h"
#include "mpibert/train/table_check.h"

/* Options for data that the model is applied to: its labels, its task. */
static mpb_corpus_options options_of(const mpb_run_config *config, const mpb_opened_model *opened,
                                     const mpb_strings *paths, bool labelled)
{
    mpb_corpus_options options = mpb_corpus_whole(config, opened, paths);

    options.read.task = MPB_TASK_CLASSIFICATION;
    options.encode.task = MPB_TASK_CLASSIFICATION;
    options.read.need_labels = labelled;
    options.read.standard_members = config->data.columns_of_model;
    options.encode.labelled = labelled;
    options.read.label_names = NULL; /* the data's own, which need not be the model's */
    return options;
}

static mpb_status read_shards(const mpb_log *log, const mpb_run_config *config,
                              const mpb_opened_model *opened, const char *path,
                              mpb_dataset *dataset)
{
    mpb_shard_info info = {0};
    mpb_status status = MPB_OK;

    MPB_TRY(mpb_shards_describe(path, &info, NULL, NULL));
    if (info.options.size > 0) {
        status = mpb_run_config_compare_shards(log, config, info.options.data, path);
    }
    mpb_shard_info_clear(&info);
    MPB_TRY(status);
    return mpb_shards_read(path, opened->vocab_sha256, dataset);
}

static mpb_status read_any(const mpb_log *log, const mpb_run_config *config,
                           const mpb_opened_model *opened, const char *path, bool labelled,
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
        return read_shards(log, config, opened, path, dataset);
    }
    options = options_of(config, opened, &paths, labelled);
    options.progress = mpb_screen_corpus;
    options.progress_context = &progress;
    status = mpb_corpus_read(log, &options, dataset);
    mpb_progress_clear(&progress);
    return status;
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
}

/* Text or shards; labels are the caller's to number. */
static mpb_status read_path(const mpb_log *log, const mpb_run_config *config,
                            const mpb_opened_model *opened, const char *path, bool labelled,
                            mpb_dataset *dataset)
{
    MPB_TRY(read_any(log, config, opened, path, labelled, dataset));
    tell_cuts(log, config, dataset, path);
    return mpb_tables_check(&opened->config, dataset, path);
}

mpb_status mpb_labelled_data_load(const mpb_log *log, const mpb_comm *comm,
                                  const mpb_run_config *config, const mpb_opened_model *opened,
                                  const char *path, mpb_dataset *dataset)
{
    mpb_status status = read_path(log, config, opened, path, true, dataset);

    if (status == MPB_OK) {
        status =
            mpb_dataset_match_labels(log, &opened->label_names,
                                     config->data.on_error == MPB_RUN_ON_ERROR_SKIP, path, dataset);
    }
    return mpb_comm_agree(comm, status);
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
                              mpb_dataset *dataset)
{
    mpb_progress progress = mpb_screen_progress(log, config->logging.progress);
    mpb_corpus_options options = options_of(config, opened, NULL, false);
    mpb_status status;

    options.progress = mpb_screen_corpus;
    options.progress_context = &progress;
    status = mpb_corpus_parse(log, &options, content->size > 0 ? content->data : "", content->size,
                              "standard input", dataset);
    mpb_progress_clear(&progress);
    MPB_TRY(status);
    tell_cuts(log, config, dataset, "standard input");
    return mpb_tables_check(&opened->config, dataset, "standard input");
}

mpb_status mpb_unlabelled_data_load(const mpb_log *log, const mpb_comm *comm,
                                    const mpb_run_config *config, const mpb_opened_model *opened,
                                    const char *path, mpb_dataset *dataset)
{
    mpb_buffer content = {0};
    mpb_status status;

    if (path != NULL) {
        return mpb_comm_agree(comm, read_path(log, config, opened, path, false, dataset));
    }
    status = share_standard_input(log, comm, &content);
    if (status == MPB_OK) {
        status = mpb_comm_agree(comm, parse_input(log, config, opened, &content, dataset));
    }
    mpb_buffer_clear(&content);
    return status;
}
