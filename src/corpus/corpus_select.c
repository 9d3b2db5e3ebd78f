#include <stdlib.h>
#include <string.h>

#include "corpus_internal.h"
#include "mpibert/shards/split.h"

/* The selection while it is worked out. */
typedef struct choice {
    uint32_t *order; /* owned, (count): records in the order before the split */
    size_t count;
    int32_t *labels; /* owned, (count), in that order; NULL where nothing is stratified */
    mpb_split split; /* owned: positions in `order` */
} choice;

static void clear(choice *c)
{
    free(c->order);
    free(c->labels);
    free(c->split.train);
    free(c->split.validation);
}

static mpb_status new_array(size_t count, size_t size, void **array)
{
    *array = malloc((count + 1) * size);
    MPB_REQUIRE(*array != NULL, MPB_ERR_SYSTEM, "no memory to select from %zu examples", count);
    return MPB_OK;
}

/* `most` 0: all. */
static size_t cut(size_t count, size_t most)
{
    return most > 0 && most < count ? most : count;
}

/* All records in their order before the split, cut to max_samples. */
static mpb_status first_order(const mpb_corpus_selection *selection, size_t total, choice *c)
{
    MPB_TRY(new_array(total, sizeof(*c->order), (void **)&c->order));
    if (selection->shuffle) {
        MPB_TRY(mpb_shuffled_order(total, selection->shuffle_seed, c->order));
    } else {
        for (size_t i = 0; i < total; i++) {
            c->order[i] = (uint32_t)i;
        }
    }
    c->count = cut(total, selection->max_samples);
    return MPB_OK;
}

/* The labels of the records in their order, where the split is by label. */
static mpb_status take_labels(const mpb_corpus *corpus, choice *c)
{
    if (corpus->labels == NULL) {
        return MPB_OK;
    }
    MPB_TRY(new_array(c->count, sizeof(*c->labels), (void **)&c->labels));
    for (size_t i = 0; i < c->count; i++) {
        c->labels[i] = corpus->labels[c->order[i]];
    }
    return mpb_split_check_labels(c->count, c->labels, &corpus->label_names);
}

/* Replaces the order by the part of it that the options name. */
static mpb_status keep_part(const mpb_corpus *corpus, choice *c)
{
    const mpb_corpus_selection *s = &corpus->options->selection;
    bool train = s->part == MPB_PART_TRAIN;
    mpb_split_request request = {.count = c->count,
                                 .train_share = s->train_share,
                                 .val_share = s->val_share,
                                 .seed = s->split_seed};
    uint32_t *chosen;

    MPB_TRY(new_array(c->count, sizeof(*c->split.train), (void **)&c->split.train));
    MPB_TRY(new_array(c->count, sizeof(*c->split.validation), (void **)&c->split.validation));
    MPB_TRY(take_labels(corpus, c));
    request.labels = c->labels;
    request.stratify = c->labels != NULL;
    MPB_TRY(mpb_split_train_validation(&request, &c->split));
    c->count = train ? c->split.num_train : c->split.num_validation;
    chosen = train ? c->split.train : c->split.validation;
    for (size_t i = 0; i < c->count; i++) {
        chosen[i] = c->order[chosen[i]];
    }
    memcpy(c->order, chosen, c->count * sizeof(*c->order));
    return MPB_OK;
}

static mpb_status choose(const mpb_corpus *corpus, size_t total, choice *c)
{
    const mpb_corpus_selection *selection = &corpus->options->selection;

    MPB_TRY(first_order(selection, total, c));
    if (selection->part != MPB_PART_ALL) {
        MPB_TRY(keep_part(corpus, c));
    }
    c->count = cut(c->count, selection->max_kept);
    return MPB_OK;
}

static mpb_status mark(mpb_corpus *corpus, size_t total, const choice *c)
{
    size_t bytes = total / 8 + 1;

    MPB_TRY(new_array(bytes, 1, (void **)&corpus->left_out));
    memset(corpus->left_out, 0xFF, bytes);
    for (size_t i = 0; i < c->count; i++) {
        corpus->left_out[c->order[i] / 8] &= (unsigned char)~(1u << c->order[i] % 8);
    }
    corpus->num_selected = c->count;
    return MPB_OK;
}

mpb_status mpb_corpus_select(mpb_corpus *corpus)
{
    const mpb_corpus_selection *selection = &corpus->options->selection;
    size_t total = (size_t)corpus->first[corpus->ranges.count];
    bool all = selection->part == MPB_PART_ALL &&
               cut(cut(total, selection->max_samples), selection->max_kept) == total;
    choice c = {0};
    mpb_status status;

    corpus->num_selected = total;
    if (all) {
        return MPB_OK;
    }
    status = choose(corpus, total, &c);
    if (status == MPB_OK) {
        status = mark(corpus, total, &c);
    }
    clear(&c);
    return status;
}

bool mpb_corpus_is_selected(const mpb_corpus *corpus, uint64_t record)
{
    return corpus->left_out == NULL || (corpus->left_out[record / 8] >> record % 8 & 1) == 0;
}

uint64_t mpb_corpus_range_count(const mpb_corpus *corpus, size_t range)
{
    uint64_t count = 0;

    for (uint64_t i = corpus->first[range]; i < corpus->first[range + 1]; i++) {
        count += mpb_corpus_is_selected(corpus, i);
    }
    return count;
}
