#include "mpibert/train/model_data.h"

#include <stdio.h>

#include "mpibert/core/buffer.h"
#include "mpibert/data/shards.h"
#include "mpibert/train/corpus_setup.h"
#include "mpibert/train/table_check.h"

mpb_status mpb_dataset_number_labels(const mpb_strings *names, const char *where,
                                     mpb_dataset *dataset)
{
    const mpb_strings *own = &dataset->label_names;

    if (mpb_strings_equal(own, names)) {
        return MPB_OK;
    }
    for (size_t i = 0; i < own->count; i++) {
        MPB_REQUIRE(mpb_strings_find(names, own->items[i]) >= 0, MPB_ERR_DATA,
                    "label '%s' is not among the %zu labels of the model, '%s' ... '%s' (%s)",
                    own->items[i], names->count, names->items[0], names->items[names->count - 1],
                    where);
    }
    for (size_t i = 0; dataset->labels != NULL && i < dataset->num_sequences; i++) {
        dataset->labels[i] = mpb_strings_find(names, own->items[dataset->labels[i]]);
    }
    return mpb_strings_copy(&dataset->label_names, names);
}

/* The model's own names, or none where it has only LABEL_0 ...: then the data's order counts. */
static mpb_status check_labels(const mpb_opened_model *opened, const char *where,
                               mpb_dataset *dataset)
{
    size_t found = dataset->label_names.count;

    MPB_REQUIRE(dataset->labels != NULL, MPB_ERR_DATA, "the examples have no labels (%s)", where);
    if (opened->label_names.count > 0) {
        return mpb_dataset_number_labels(&opened->label_names, where, dataset);
    }
    MPB_REQUIRE(found <= (size_t)opened->config.num_labels, MPB_ERR_DATA,
                "the data has %zu labels, the model %d (%s)", found, opened->config.num_labels,
                where);
    return MPB_OK;
}

/* Options for data that the model is applied to: its labels, its task. */
static mpb_corpus_options options_of(const mpb_run_config *config, const mpb_opened_model *opened,
                                     const mpb_strings *paths, bool labelled)
{
    mpb_corpus_options options = mpb_corpus_whole(config, opened, paths);

    options.read.task = MPB_TASK_CLASSIFICATION;
    options.encode.task = MPB_TASK_CLASSIFICATION;
    options.read.need_labels = labelled;
    options.encode.labelled = labelled;
    options.read.label_names = labelled ? &opened->label_names : NULL;
    return options;
}

static mpb_status read_any(const mpb_log *log, const mpb_run_config *config,
                           const mpb_opened_model *opened, const char *path, bool labelled,
                           mpb_dataset *dataset)
{
    char *items[1] = {(char *)path};
    const mpb_strings paths = {.items = items, .count = 1};
    mpb_corpus_options options;
    mpb_data_format format;

    MPB_TRY(mpb_corpus_check_length(config, opened));
    MPB_TRY(mpb_data_format_find(path, config->data.format, &format));
    if (format == MPB_FORMAT_SHARDS) {
        return mpb_shards_read(path, opened->vocab_sha256, dataset);
    }
    options = options_of(config, opened, &paths, labelled);
    return mpb_corpus_read(log, &options, dataset);
}

/* Text or shards; labels are the caller's to number. */
static mpb_status read_path(const mpb_log *log, const mpb_run_config *config,
                            const mpb_opened_model *opened, const char *path, bool labelled,
                            mpb_dataset *dataset)
{
    MPB_TRY(read_any(log, config, opened, path, labelled, dataset));
    return mpb_tables_check(&opened->config, dataset, path);
}

mpb_status mpb_labelled_data_load(const mpb_log *log, const mpb_comm *comm,
                                  const mpb_run_config *config, const mpb_opened_model *opened,
                                  const char *path, mpb_dataset *dataset)
{
    mpb_status status = read_path(log, config, opened, path, true, dataset);

    if (status == MPB_OK) {
        status = check_labels(opened, path, dataset);
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
static mpb_status share_standard_input(const mpb_comm *comm, mpb_buffer *content)
{
    bool reads = mpb_comm_rank(comm) == 0;
    mpb_status status = reads ? read_stream(stdin, content) : MPB_OK;
    uint64_t size = content->size;

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
    const mpb_corpus_options options = options_of(config, opened, NULL, false);

    MPB_TRY(mpb_corpus_check_length(config, opened));
    MPB_TRY(mpb_corpus_parse(log, &options, content->size > 0 ? content->data : "", content->size,
                             "standard input", dataset));
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
    status = share_standard_input(comm, &content);
    if (status == MPB_OK) {
        status = mpb_comm_agree(comm, parse_input(log, config, opened, &content, dataset));
    }
    mpb_buffer_clear(&content);
    return status;
}
