#include "input_shares.h"

#include <stdlib.h>

#include "mpibert/session/run_task.h"
#include "mpibert/shards/documents.h"
#include "mpibert/shards/split.h"

/* Of `available` documents the first `count`; 0 keeps all. */
static size_t limited(size_t available, int64_t count)
{
    return count > 0 && (size_t)count < available ? (size_t)count : available;
}

/* The documents of a data set in an order, and the two parts of a split. */
typedef struct shares {
    mpb_documents documents;
    uint32_t *order; /* owned, (documents.count); NULL: as they are */
    int32_t *labels; /* owned, (documents.count), in that order; NULL: none */
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

/* The order before the split, as if the input had been shuffled as a whole. */
static mpb_status order_documents(const mpb_run_config *config, const mpb_dataset *dataset,
                                  shares *s)
{
    MPB_TRY(mpb_documents_find(dataset, &s->documents));
    if (config->data.shuffle) {
        MPB_TRY(mpb_documents_shuffle(dataset, &s->documents, (uint32_t)config->training.seed,
                                      &s->order));
    }
    s->documents.count = limited(s->documents.count, config->data.max_samples);
    return MPB_OK;
}

static size_t document_at(const shares *s, size_t place)
{
    return s->order != NULL ? s->order[place] : place;
}

/* Positions in the order become documents. */
static void resolve(const shares *s, uint32_t *part, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        part[i] = (uint32_t)document_at(s, part[i]);
    }
}

static mpb_status allocate_split(shares *s)
{
    const size_t count = s->documents.count;

    s->labels = calloc(count + 1, sizeof(*s->labels));
    s->split.train = calloc(count + 1, sizeof(*s->split.train));
    s->split.validation = calloc(count + 1, sizeof(*s->split.validation));
    MPB_REQUIRE(s->labels != NULL && s->split.train != NULL && s->split.validation != NULL,
                MPB_ERR_SYSTEM, "no memory to split %zu examples", count);
    for (size_t i = 0; s->documents.labels != NULL && i < count; i++) {
        s->labels[i] = s->documents.labels[document_at(s, i)];
    }
    return MPB_OK;
}

static mpb_status split_shares(const mpb_run_config *config, const mpb_dataset *whole, shares *s,
                               mpb_run_inputs *inputs)
{
    const mpb_run_data *data = &config->data;
    mpb_split_request request = {.train_share = data->train_split,
                                 .val_share = data->val_split,
                                 .stratify = mpb_run_stratifies(config, whole),
                                 .seed = (uint32_t)config->training.seed};

    MPB_TRY(order_documents(config, whole, s));
    MPB_TRY(allocate_split(s));
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

mpb_status input_shares_split(const mpb_run_config *config, const mpb_dataset *whole,
                              mpb_run_inputs *inputs)
{
    shares s = {0};
    mpb_status status = split_shares(config, whole, &s, inputs);

    clear_shares(&s);
    return status;
}

/* As they are. */
static mpb_status make_order(shares *s)
{
    const size_t count = s->documents.count;

    s->order = calloc(count + 1, sizeof(*s->order));
    MPB_REQUIRE(s->order != NULL, MPB_ERR_SYSTEM, "no memory for the order of %zu examples", count);
    for (size_t i = 0; i < count; i++) {
        s->order[i] = (uint32_t)i;
    }
    return MPB_OK;
}

/* `dataset` becomes its first `count` documents in the order of `s`. */
static mpb_status keep_documents(shares *s, size_t count, mpb_dataset *dataset)
{
    mpb_dataset subset = {0};

    if (s->order == NULL && mpb_document_first(&s->documents, count) == dataset->num_sequences) {
        return MPB_OK;
    }
    if (s->order == NULL) {
        MPB_TRY(make_order(s));
    }
    MPB_TRY(mpb_documents_select(dataset, &s->documents, s->order, count, &subset));
    mpb_dataset_clear(dataset);
    *dataset = subset;
    return MPB_OK;
}

mpb_status input_shares_train(const mpb_run_config *config, mpb_dataset *whole,
                              mpb_run_inputs *inputs)
{
    shares s = {0};
    mpb_status status = order_documents(config, whole, &s);

    if (status == MPB_OK) {
        status =
            keep_documents(&s, limited(s.documents.count, config->data.max_train_samples), whole);
    }
    clear_shares(&s);
    MPB_TRY(status);
    inputs->train = *whole;
    *whole = (mpb_dataset){0};
    return MPB_OK;
}

mpb_status input_shares_first(mpb_dataset *dataset, int64_t count)
{
    shares s = {0};
    mpb_status status = mpb_documents_find(dataset, &s.documents);

    if (status == MPB_OK) {
        status = keep_documents(&s, limited(s.documents.count, count), dataset);
    }
    clear_shares(&s);
    return status;
}
