#include "mpibert/session/inputs.h"

#include <stdlib.h>
#include <string.h>

#include "data_labels.h"
#include "mpibert/io/file.h"
#include "mpibert/session/corpus_setup.h"
#include "mpibert/session/cut_texts.h"
#include "mpibert/session/run_task.h"
#include "mpibert/session/same_view.h"
#include "mpibert/session/screen.h"
#include "mpibert/session/table_check.h"
#include "mpibert/shards/documents.h"
#include "mpibert/shards/shards.h"
#include "mpibert/shards/split.h"

void mpb_run_inputs_clear(mpb_run_inputs *inputs)
{
    mpb_dataset_clear(&inputs->train);
    mpb_dataset_clear(&inputs->validation);
    mpb_strings_clear(&inputs->made);
}

static mpb_status read_shards(const mpb_run_config *config, const char *path,
                              const char *vocab_sha256, mpb_dataset *dataset)
{
    const char *task = mpb_task_name(config->model.task);
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
    return mpb_shards_read(path, vocab_sha256, dataset);
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
    mpb_status status;

    status = mpb_file_is_directory(path) ? mpb_data_format_find(path, format, &format) : MPB_OK;
    MPB_TRY(mpb_comm_agree(comm, status));
    MPB_TRY(mpb_comm_compare(comm, &format, sizeof(format), "the kind of data", path));
    if (format != MPB_FORMAT_SHARDS) {
        return load_text(log, comm, config, options, dataset);
    }
    MPB_REQUIRE(options->paths->count == 1, MPB_ERR_CONFIG,
                "%zu paths are given, shards come from one folder (%s)", options->paths->count,
                path);
    return mpb_comm_agree(comm, read_shards(config, path, options->vocab_sha256, dataset));
}

static mpb_status check_dataset(const mpb_run_config *config, const mpb_opened_model *opened,
                                const mpb_dataset *dataset, const char *where)
{
    MPB_TRY(mpb_run_task(config)->check(dataset, false, where));
    for (size_t i = 0; i < dataset->num_sequences; i++) {
        size_t length = (size_t)(dataset->offsets[i + 1] - dataset->offsets[i]);

        MPB_REQUIRE(length <= (size_t)config->model.max_seq_length, MPB_ERR_CONFIG,
                    "example %s has %zu tokens, model.max_seq_length is %lld: set it to the "
                    "shards' length, at most %d (%s)",
                    dataset->ids.items[i], length, (long long)config->model.max_seq_length,
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

/* Of `available` documents the first `count`; 0 keeps all. */
static size_t limited(size_t available, int64_t count)
{
    return count > 0 && (size_t)count < available ? (size_t)count : available;
}

/* The documents of a data set in an order, and the two parts of a split. */
typedef struct shares {
    mpb_documents documents;
    size_t *order;   /* owned, (documents.count) */
    int32_t *labels; /* owned, (documents.count), in that order */
    mpb_split split; /* owned: positions in `order` */
} shares;

static void clear_shares(shares *s)
{
    mpb_documents_clear(&s->documents);
    free(s->order);
    free(s->labels);
    free(s->split.train);
    free(s->split.validation);
}

static mpb_status make_shares(const mpb_dataset *dataset, shares *s)
{
    size_t count;

    MPB_TRY(mpb_documents_find(dataset, &s->documents));
    count = s->documents.count + 1;
    s->order = calloc(count, sizeof(*s->order));
    s->labels = calloc(count, sizeof(*s->labels));
    s->split.train = calloc(count, sizeof(*s->split.train));
    s->split.validation = calloc(count, sizeof(*s->split.validation));
    MPB_REQUIRE(s->order != NULL && s->labels != NULL && s->split.train != NULL &&
                    s->split.validation != NULL,
                MPB_ERR_SYSTEM, "no memory to split %zu examples", s->documents.count);
    for (size_t i = 0; i < s->documents.count; i++) {
        s->order[i] = i;
    }
    return MPB_OK;
}

/* The order before the split, as if the input had been shuffled as a whole. */
static mpb_status order_documents(const mpb_run_config *config, const mpb_dataset *dataset,
                                  shares *s)
{
    if (config->data.shuffle) {
        MPB_TRY(mpb_documents_shuffle(&s->documents, dataset->num_documents,
                                      (uint32_t)config->training.seed, s->order));
    }
    s->documents.count = limited(s->documents.count, config->data.max_samples);
    for (size_t i = 0; s->documents.labels != NULL && i < s->documents.count; i++) {
        s->labels[i] = s->documents.labels[s->order[i]];
    }
    return MPB_OK;
}

/* Positions in the order become documents. */
static void resolve(const shares *s, size_t *part, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        part[i] = s->order[part[i]];
    }
}

static mpb_status split_shares(const mpb_run_config *config, const mpb_dataset *whole, shares *s,
                               mpb_run_inputs *inputs)
{
    const mpb_run_data *data = &config->data;
    mpb_split_request request = {.train_share = data->train_split,
                                 .val_share = data->val_split,
                                 .stratify = mpb_run_stratifies(config, whole),
                                 .seed = (uint32_t)config->training.seed};

    MPB_TRY(make_shares(whole, s));
    MPB_TRY(order_documents(config, whole, s));
    request.count = s->documents.count;
    request.labels = s->labels;
    if (request.stratify) {
        MPB_TRY(mpb_split_check_labels(s->documents.count, s->labels, &whole->label_names));
    }
    MPB_TRY(mpb_split_train_validation(&request, &s->split));
    resolve(s, s->split.train, s->split.num_train);
    resolve(s, s->split.validation, s->split.num_validation);
    MPB_TRY(mpb_documents_select(whole, &s->documents, s->split.train,
                                 limited(s->split.num_train, data->max_train_samples),
                                 &inputs->train));
    return mpb_documents_select(whole, &s->documents, s->split.validation,
                                limited(s->split.num_validation, data->max_validation_samples),
                                &inputs->validation);
}

/* One data set becomes both: as scikit-learn's train_test_split would share it out. */
static mpb_status split(const mpb_run_config *config, const mpb_dataset *whole,
                        mpb_run_inputs *inputs)
{
    shares s = {0};
    mpb_status status = split_shares(config, whole, &s, inputs);

    clear_shares(&s);
    return status;
}

static mpb_status take_training(const mpb_run_config *config, const mpb_dataset *whole,
                                mpb_run_inputs *inputs)
{
    shares s = {0};
    mpb_status status = make_shares(whole, &s);

    if (status == MPB_OK) {
        status = order_documents(config, whole, &s);
    }
    if (status == MPB_OK) {
        status = mpb_documents_select(whole, &s.documents, s.order,
                                      limited(s.documents.count, config->data.max_train_samples),
                                      &inputs->train);
    }
    clear_shares(&s);
    return status;
}

static mpb_status keep_first(mpb_dataset *dataset, int64_t count)
{
    mpb_dataset subset = {0};
    shares s = {0};
    mpb_status status = make_shares(dataset, &s);

    if (status == MPB_OK) {
        status = mpb_documents_select(dataset, &s.documents, s.order,
                                      limited(s.documents.count, count), &subset);
    }
    clear_shares(&s);
    MPB_TRY(status);
    mpb_dataset_clear(dataset);
    *dataset = subset;
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
        status = keep_first(validation, config->data.max_validation_samples);
    }
    MPB_TRY(mpb_comm_agree(comm, status));
    return mpb_same_data(comm, validation, where);
}

static mpb_status share_out(const mpb_log *log, const mpb_comm *comm, const mpb_run_config *config,
                            const mpb_opened_model *opened, const mpb_dataset *whole,
                            mpb_run_inputs *inputs)
{
    inputs->truncation = whole->truncation;
    inputs->train_cut = mpb_cut_texts_of(whole);
    inputs->validation_cut = inputs->train_cut;
    if (config->data.validation.count == 0 && config->training.eval_strategy != MPB_RUN_EVAL_NO) {
        return mpb_comm_agree(comm, split(config, whole, inputs));
    }
    MPB_TRY(mpb_comm_agree(comm, take_training(config, whole, inputs)));
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
