#include <stdlib.h>
#include <string.h>

#include "mpibert/data/corpus.h"
#include "mpibert/data/split.h"

static mpb_status new_order(size_t count, size_t **order)
{
    *order = malloc((count == 0 ? 1 : count) * sizeof(**order));
    MPB_REQUIRE(*order != NULL, MPB_ERR_SYSTEM, "no memory to order %zu examples", count);
    return MPB_OK;
}

/* The order before the split, cut to max_samples. */
static mpb_status first_order(const mpb_corpus_options *options, size_t total, size_t *order,
                              size_t *count)
{
    if (options->shuffle) {
        MPB_TRY(mpb_shuffled_order(total, options->shuffle_seed, order));
    } else {
        for (size_t i = 0; i < total; i++) {
            order[i] = i;
        }
    }
    *count =
        options->max_samples > 0 && options->max_samples < total ? options->max_samples : total;
    return MPB_OK;
}

/* Room for a split of `count` examples. */
typedef struct parts {
    int32_t *labels;
    size_t *train;
    size_t *validation;
    size_t num_train;
    size_t num_validation;
} parts;

static void clear(parts *p)
{
    free(p->labels);
    free(p->train);
    free(p->validation);
}

static mpb_status split(const mpb_corpus_options *o, const mpb_examples *examples,
                        const size_t *order, size_t count, parts *p)
{
    p->labels = malloc(count * sizeof(*p->labels));
    p->train = malloc(count * sizeof(*p->train));
    p->validation = malloc(count * sizeof(*p->validation));
    MPB_REQUIRE(p->labels != NULL && p->train != NULL && p->validation != NULL, MPB_ERR_SYSTEM,
                "no memory to split %zu examples", count);
    for (size_t i = 0; i < count; i++) {
        p->labels[i] = examples->items[order[i]].label;
    }
    return mpb_split_train_validation(count, p->labels, o->train_share, o->val_share, o->stratify,
                                      o->split_seed, p->train, &p->num_train, p->validation,
                                      &p->num_validation);
}

/* Replaces `order` by the part of it that the options name. */
static mpb_status keep_part(const mpb_corpus_options *options, const mpb_examples *examples,
                            size_t *order, size_t *count)
{
    parts p = {0};
    mpb_status status = split(options, examples, order, *count, &p);

    if (status == MPB_OK) {
        bool train = options->part == MPB_PART_TRAIN;
        size_t *chosen = train ? p.train : p.validation;
        size_t kept = train ? p.num_train : p.num_validation;

        for (size_t i = 0; i < kept; i++) {
            chosen[i] = order[chosen[i]];
        }
        memcpy(order, chosen, kept * sizeof(*order));
        *count = kept;
    }
    clear(&p);
    return status;
}

mpb_status mpb_corpus_select(const mpb_corpus_options *options, const mpb_examples *examples,
                             size_t **order, size_t *count)
{
    size_t *made = NULL;
    size_t kept = 0;
    mpb_status status;

    MPB_TRY(new_order(examples->count, &made));
    status = first_order(options, examples->count, made, &kept);
    if (status == MPB_OK && options->part != MPB_PART_ALL) {
        status = keep_part(options, examples, made, &kept);
    }
    if (status != MPB_OK) {
        free(made);
        return status;
    }
    *order = made;
    *count = kept;
    return MPB_OK;
}
