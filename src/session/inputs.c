#include "mpibert/session/inputs.h"

#include <string.h>

#include "data_labels.h"
#include "input_shares.h"
#include "mpibert/io/file.h"
#include "mpibert/session/corpus_setup.h"
#include "mpibert/session/cut_texts.h"
#include "mpibert/session/run_task.h"
#include "mpibert/session/same_view.h"
#include "mpibert/session/screen.h"
#include "mpibert/session/table_check.h"
#include "mpibert/shards/shards.h"

void mpb_run_inputs_clear(mpb_run_inputs *inputs)
{
    mpb_dataset_clear(&inputs->train);
    mpb_dataset_clear(&inputs->validation);
    mpb_strings_clear(&inputs->made);
}

static mpb_status read_shards(const mpb_run_config *config, const mpb_corpus_options *options,
                              mpb_dataset *dataset)
{
    const char *task = mpb_task_name(config->model.task);
    const char *path = options->paths->items[0];
    mpb_shard_info info = {0};
    mpb_status status = MPB_OK;

    MPB_TRY(mpb_shards_describe(path, &info, NULL, NULL));
    if (strcmp(info.task.data, task) != 0) {
        status =
            MPB_FAIL(MPB_ERR_CONFIG,
                     "model.task is %s, the shards were made for %s: preprocess the data again "
                     "(%s)",
                     task, info.task.data, path);
    }
    mpb_shard_info_clear(&info);
    MPB_TRY(status);
    return mpb_shards_read(path, options->vocab_sha256, options->home, dataset);
}

/* Through the cache, if there is one, with a line that shows how far it is. Collective. */
static mpb_status load_text(const mpb_log *log, const mpb_comm *comm, const mpb_run_config *config,
                            const mpb_corpus_options *asked, mpb_dataset *dataset)
{
    mpb_progress progress = mpb_screen_progress(log, config->logging.progress);
    mpb_corpus_options options = *asked;
    mpb_status status;

    options.progress = mpb_screen_corpus;
    options.progress_context = &progress;
    MPB_TRY(mpb_comm_agree(comm, mpb_corpus_check_options(&options)));
    status = config->data.cache_directory == NULL
                 ? mpb_comm_agree(comm, mpb_corpus_read(log, &options, dataset))
                 : mpb_corpus_load(comm, log, &options, config->data.cache_directory, dataset);
    mpb_progress_clear(&progress);
    return status;
}

/* Text, or shards as they are. Collective. */
static mpb_status load(const mpb_log *log, const mpb_comm *comm, const mpb_run_config *config,
                       const mpb_corpus_options *options, mpb_dataset *dataset)
{
    const char *path = options->paths->items[0];
    mpb_data_format format = options->read.format;
    bool on_disk;
    mpb_status status;

    status = mpb_file_is_directory(path) ? mpb_data_format_find(path, format, &format) : MPB_OK;
    MPB_TRY(mpb_comm_agree(comm, status));
    MPB_TRY(mpb_comm_compare(comm, &format, sizeof(format), "the kind of data", path));
    if (format != MPB_FORMAT_SHARDS) {
        MPB_TRY(load_text(log, comm, config, options, dataset));
    } else {
        MPB_REQUIRE(options->paths->count == 1, MPB_ERR_CONFIG,
                    "%zu paths are given, shards come from one folder (%s)", options->paths->count,
                    path);
        MPB_TRY(mpb_comm_agree(comm, read_shards(config, options, dataset)));
    }
    on_disk = dataset->source != NULL;
    return mpb_comm_compare(comm, &on_disk, sizeof(on_disk), "whether tokens stay on disk", path);
}

static mpb_status check_dataset(const mpb_run_config *config, const mpb_opened_model *opened,
                                const mpb_dataset *dataset, const char *where)
{
    MPB_TRY(mpb_run_task(config)->check(dataset, false, where));
    for (size_t i = 0; i < dataset->num_sequences; i++) {
        const size_t length = mpb_dataset_length(dataset, i);
        char id[MPB_DATASET_ID];

        MPB_REQUIRE(length <= (size_t)config->model.max_seq_length, MPB_ERR_CONFIG,
                    "example %s has %zu tokens, model.max_seq_length is %lld: set it to the "
                    "shards' length, at most %d (%s)",
                    mpb_dataset_id(dataset, i, id), length, (long long)config->model.max_seq_length,
                    opened->config.max_position_embeddings, where);
    }
    return mpb_tables_check(&opened->config, dataset, where);
}

/* Shards may have been made with another order of the labels than the one asked for. */
static mpb_status order_labels(const mpb_run_config *config, const char *where, mpb_dataset *train)
{
    const mpb_strings *names = &config->model.label_names;

    return names->count == 0 ? MPB_OK : mpb_dataset_number_labels(names, where, train);
}

/* Those that are in shards have no names of their own. */
static mpb_status check_scores(const mpb_run_config *config, const mpb_dataset *train,
                               const char *where)
{
    const size_t asked = config->data.score_columns.count;

    MPB_REQUIRE(asked == 0 || asked == train->shape.value_width, MPB_ERR_CONFIG,
                "data.score_columns has %zu names, the data %zu scores a text (%s)", asked,
                train->shape.value_width, where);
    return MPB_OK;
}

static mpb_status check_training(const mpb_run_config *config, const mpb_opened_model *opened,
                                 mpb_dataset *train, const char *where)
{
    const mpb_task_table *task = mpb_run_task(config);
    const int64_t asked = config->model.num_labels;

    MPB_TRY(check_dataset(config, opened, train, where));
    MPB_TRY(order_labels(config, where, train));
    MPB_TRY(check_scores(config, train, where));
    MPB_TRY(task->check(train, true, where));
    MPB_REQUIRE(task->num_outputs == NULL || asked == 0 ||
                    (size_t)asked == task->num_outputs(train),
                MPB_ERR_CONFIG, "model.num_labels is %lld, the data has %zu labels (%s)",
                (long long)asked, task->num_outputs(train), where);
    return MPB_OK;
}

/* data.train as a whole, in the order of selection, checked. */
static mpb_status load_training(const mpb_log *log, const mpb_comm *comm,
                                const mpb_run_config *config, const mpb_opened_model *opened,
                                mpb_strings *made, mpb_dataset *train)
{
    mpb_corpus_options options = mpb_corpus_training(config, opened);
    mpb_status status;

    options.made = made;
    MPB_TRY(load(log, comm, config, &options, train));
    status = check_training(config, opened, train, options.paths->items[0]);
    return mpb_comm_agree(comm, status);
}

/* Names of labels decide; scores have none. */
static mpb_status check_outputs(const mpb_run_config *config, const mpb_dataset *train,
                                const mpb_dataset *validation, const char *where)
{
    const mpb_task_table *task = mpb_run_task(config);

    MPB_REQUIRE(
        task->num_outputs == NULL || task->num_outputs(validation) == task->num_outputs(train),
        MPB_ERR_DATA, "the validation data has %zu scores an example, the training data %zu (%s)",
        task->num_outputs(validation), task->num_outputs(train), where);
    return MPB_OK;
}

static mpb_status load_validation(const mpb_log *log, const mpb_comm *comm,
                                  const mpb_run_config *config, const mpb_opened_model *opened,
                                  mpb_run_inputs *inputs)
{
    const mpb_strings *label_names = &inputs->train.label_names;
    mpb_dataset *validation = &inputs->validation;
    mpb_corpus_options options = mpb_corpus_whole(config, opened, &config->data.validation);
    const char *where = options.paths->items[0];
    mpb_status status;

    options.read.label_names = label_names;
    options.made = &inputs->made;
    MPB_TRY(load(log, comm, config, &options, validation));
    status = check_dataset(config, opened, validation, where);
    if (status == MPB_OK) {
        status = mpb_dataset_number_labels(label_names, where, validation);
    }
    if (status == MPB_OK) {
        status = check_outputs(config, &inputs->train, validation, where);
    }
    inputs->validation_cut = mpb_cut_texts_of(validation);
    if (status == MPB_OK) {
        status = input_shares_first(validation, config->data.max_validation_samples);
    }
    MPB_TRY(mpb_comm_agree(comm, status));
    return mpb_same_data(comm, validation, where);
}

static mpb_status share_out(const mpb_log *log, const mpb_comm *comm, const mpb_run_config *config,
                            const mpb_opened_model *opened, mpb_dataset *whole,
                            mpb_run_inputs *inputs)
{
    inputs->truncation = whole->truncation;
    inputs->train_cut = mpb_cut_texts_of(whole);
    inputs->validation_cut = inputs->train_cut;
    if (config->data.validation.count == 0 && config->training.eval_strategy != MPB_RUN_EVAL_NO) {
        return mpb_comm_agree(comm, input_shares_split(config, whole, inputs));
    }
    MPB_TRY(mpb_comm_agree(comm, input_shares_train(config, whole, inputs)));
    if (config->training.eval_strategy == MPB_RUN_EVAL_NO) {
        return MPB_OK;
    }
    return load_validation(log, comm, config, opened, inputs);
}

static bool have_same_names(const mpb_strings *a, const mpb_strings *b)
{
    bool same = a->count == b->count;

    for (size_t i = 0; i < a->count && same; i++) {
        same = mpb_strings_find(b, a->items[i]) >= 0;
    }
    return same;
}

static void warn_of_other_labels(const mpb_log *log, const mpb_opened_model *opened,
                                 const mpb_strings *names)
{
    char own[128];
    char found[128];

    mpb_strings_describe(&opened->label_names, own, sizeof(own));
    mpb_strings_describe(names, found, sizeof(found));
    mpb_log_warning(log,
                    "the model was trained for the labels %s, the data has %s: the data's count, "
                    "model.label_names=[...] keeps the model's (%s)",
                    own, found, opened->directory);
}

/* A head that was trained has fixed outputs: where the data has the model's labels, they are
 * numbered in the model's order. `config` may ask for other labels, not for another order. */
static mpb_status keep_outputs(const mpb_log *log, const mpb_run_config *config,
                               const mpb_opened_model *opened, mpb_run_inputs *inputs)
{
    const mpb_strings *names = &opened->label_names;
    const mpb_strings *found = &inputs->train.label_names;
    bool ordered = config->model.label_names.count > 0;

    if (mpb_run_task(config)->num_outputs == NULL || config->model.initialize == MPB_RUN_RANDOM ||
        names->count == 0 || mpb_strings_equal(names, found)) {
        return MPB_OK;
    }
    if (!have_same_names(names, found)) {
        warn_of_other_labels(log, opened, found);
        return MPB_OK;
    }
    MPB_REQUIRE(!ordered, MPB_ERR_CONFIG,
                "model.label_names has the model's labels in another order than its outputs: leave "
                "it out, or begin with '%s' (%s)",
                names->items[0], opened->directory);
    MPB_TRY(mpb_dataset_number_labels(names, "data.train", &inputs->train));
    return inputs->validation.num_sequences == 0
               ? MPB_OK
               : mpb_dataset_number_labels(names, "data.validation", &inputs->validation);
}

mpb_status mpb_run_inputs_load(const mpb_log *log, const mpb_comm *comm,
                               const mpb_run_config *config, const mpb_opened_model *opened,
                               mpb_run_inputs *inputs)
{
    mpb_dataset whole = {0};
    mpb_status status = load_training(log, comm, config, opened, &inputs->made, &whole);

    if (status == MPB_OK) {
        status = share_out(log, comm, config, opened, &whole, inputs);
    }
    if (status == MPB_OK) {
        status = mpb_comm_agree(comm, keep_outputs(log, config, opened, inputs));
    }
    mpb_dataset_clear(&whole);
    return status;
}
