#include "mpibert/train/inputs.h"

#include <stdlib.h>

#include "mpibert/core/memory.h"
#include "mpibert/data/shards.h"
#include "mpibert/data/split.h"
#include "mpibert/train/corpus_setup.h"
#include "mpibert/train/model_data.h"

void mpb_run_inputs_clear(mpb_run_inputs *inputs)
{
    mpb_dataset_clear(&inputs->train);
    mpb_dataset_clear(&inputs->validation);
}

/* Text through the cache, or shards as they are. Collective. */
static mpb_status load(const mpb_log *log, const mpb_comm *comm, const mpb_run_config *config,
                       const mpb_corpus_options *options, mpb_dataset *dataset)
{
    const char *path = options->paths->items[0];
    mpb_data_format format;

    MPB_TRY(mpb_comm_agree(comm, mpb_data_format_find(path, options->read.format, &format)));
    if (format != MPB_FORMAT_SHARDS) {
        return mpb_corpus_load(comm, log, options, config->data.cache_directory, dataset);
    }
    MPB_REQUIRE(options->paths->count == 1, MPB_ERR_CONFIG,
                "%zu paths are given, shards come from one folder (%s)", options->paths->count,
                path);
    return mpb_comm_agree(comm, mpb_shards_read(path, options->vocab_sha256, dataset));
}

static mpb_status check_dataset(const mpb_run_config *config, const mpb_opened_model *opened,
                                const mpb_dataset *dataset, const char *where)
{
    MPB_REQUIRE(dataset->labels != NULL, MPB_ERR_DATA, "the examples have no labels (%s)", where);
    for (size_t i = 0; i < dataset->num_sequences; i++) {
        size_t length = (size_t)(dataset->offsets[i + 1] - dataset->offsets[i]);

        MPB_REQUIRE(length <= (size_t)config->model.max_seq_length, MPB_ERR_CONFIG,
                    "example %s has %zu tokens, model.max_seq_length is %lld: set it to the "
                    "shards' length, at most %d (%s)",
                    dataset->ids.items[i], length, (long long)config->model.max_seq_length,
                    opened->config.max_position_embeddings, where);
    }
    return MPB_OK;
}

static mpb_status check_training(const mpb_run_config *config, const mpb_opened_model *opened,
                                 const mpb_dataset *train, const char *where)
{
    size_t found = train->label_names.count;

    MPB_TRY(check_dataset(config, opened, train, where));
    MPB_TRY(mpb_dataset_check_classes(train, where));
    MPB_REQUIRE(config->model.num_labels == 0 || (size_t)config->model.num_labels == found,
                MPB_ERR_CONFIG, "model.num_labels is %lld, the data has %zu labels (%s)",
                (long long)config->model.num_labels, found, where);
    return MPB_OK;
}

/* Keeps the first `count` sequences; 0 keeps all. */
static size_t limited(size_t available, int64_t count)
{
    return count > 0 && (size_t)count < available ? (size_t)count : available;
}

static mpb_status keep_first(mpb_dataset *dataset, int64_t count)
{
    size_t kept = limited(dataset->num_sequences, count);
    mpb_dataset subset = {0};
    size_t *indices;
    mpb_status status;

    if (kept == dataset->num_sequences) {
        return MPB_OK;
    }
    MPB_TRY(mpb_memory_create(kept, sizeof(*indices), "a part of a data set", (void **)&indices));
    for (size_t i = 0; i < kept; i++) {
        indices[i] = i;
    }
    status = mpb_dataset_select(dataset, indices, kept, &subset);
    mpb_memory_destroy(indices);
    MPB_TRY(status);
    mpb_dataset_clear(dataset);
    *dataset = subset;
    return MPB_OK;
}

static mpb_status split_into(const mpb_run_config *config, const mpb_dataset *whole, size_t *train,
                             size_t *validation, mpb_run_inputs *inputs)
{
    const mpb_run_data *data = &config->data;
    size_t num_train = 0;
    size_t num_validation = 0;

    MPB_TRY(mpb_split_train_validation(
        whole->num_sequences, whole->labels, data->train_split, data->val_split, data->stratify,
        (uint32_t)config->training.seed, train, &num_train, validation, &num_validation));
    num_train = limited(num_train, data->max_train_samples);
    num_validation = limited(num_validation, data->max_validation_samples);
    MPB_TRY(mpb_dataset_select(whole, train, num_train, &inputs->train));
    return mpb_dataset_select(whole, validation, num_validation, &inputs->validation);
}

/* One data set becomes both: as scikit-learn's train_test_split would share it out. */
static mpb_status split(const mpb_run_config *config, mpb_dataset *whole, mpb_run_inputs *inputs)
{
    size_t *train = calloc(whole->num_sequences + 1, sizeof(*train));
    size_t *validation = calloc(whole->num_sequences + 1, sizeof(*validation));
    mpb_status status;

    if (train == NULL || validation == NULL) {
        status = MPB_FAIL(MPB_ERR_SYSTEM, "no memory to split %zu examples", whole->num_sequences);
    } else {
        status = split_into(config, whole, train, validation, inputs);
    }
    free(train);
    free(validation);
    return status;
}

/* data.train as a whole, in the order of selection, checked. */
static mpb_status load_training(const mpb_log *log, const mpb_comm *comm,
                                const mpb_run_config *config, const mpb_opened_model *opened,
                                mpb_dataset *train)
{
    const mpb_corpus_options options = mpb_corpus_training(config, opened);
    mpb_status status = mpb_corpus_check_length(config, opened);

    MPB_TRY(mpb_comm_agree(comm, status));
    MPB_TRY(load(log, comm, config, &options, train));
    status = check_training(config, opened, train, options.paths->items[0]);
    return mpb_comm_agree(comm, status);
}

static mpb_status load_validation(const mpb_log *log, const mpb_comm *comm,
                                  const mpb_run_config *config, const mpb_opened_model *opened,
                                  const mpb_strings *label_names, mpb_dataset *validation)
{
    mpb_corpus_options options = mpb_corpus_whole(config, opened, &config->data.validation);
    const char *where = options.paths->items[0];
    mpb_status status;

    options.read.label_names = label_names;
    MPB_TRY(load(log, comm, config, &options, validation));
    status = mpb_dataset_number_labels(label_names, where, validation);
    if (status == MPB_OK) {
        status = check_dataset(config, opened, validation, where);
    }
    if (status == MPB_OK) {
        status = keep_first(validation, config->data.max_validation_samples);
    }
    return mpb_comm_agree(comm, status);
}

static mpb_status share_out(const mpb_log *log, const mpb_comm *comm, const mpb_run_config *config,
                            const mpb_opened_model *opened, mpb_dataset *whole,
                            mpb_run_inputs *inputs)
{
    if (config->data.validation.count == 0 && config->training.eval_strategy != MPB_RUN_EVAL_NO) {
        return mpb_comm_agree(comm, split(config, whole, inputs));
    }
    inputs->train = *whole;
    *whole = (mpb_dataset){0};
    MPB_TRY(mpb_comm_agree(comm, keep_first(&inputs->train, config->data.max_train_samples)));
    if (config->training.eval_strategy == MPB_RUN_EVAL_NO) {
        return MPB_OK;
    }
    return load_validation(log, comm, config, opened, &inputs->train.label_names,
                           &inputs->validation);
}

mpb_status mpb_run_inputs_load(const mpb_log *log, const mpb_comm *comm,
                               const mpb_run_config *config, const mpb_opened_model *opened,
                               mpb_run_inputs *inputs)
{
    mpb_dataset whole = {0};
    mpb_status status = load_training(log, comm, config, opened, &whole);

    if (status == MPB_OK) {
        status = share_out(log, comm, config, opened, &whole, inputs);
    }
    mpb_dataset_clear(&whole);
    return status;
}
