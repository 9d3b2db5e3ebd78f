#include "deal.h"

#include <stdlib.h>

#include "mpibert/core/memory.h"

static int longest_first(const void *a, const void *b)
{
    const sized_sequence *x = a;
    const sized_sequence *y = b;

    if (x->length != y->length) {
        return x->length > y->length ? -1 : 1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

mpb_status evaluation_deal_create(const mpb_dataset *dataset, size_t batch_size, int ranks,
                                  evaluation_deal *deal)
{
    void *order;

    MPB_TRY(mpb_memory_create(dataset->num_sequences, sizeof(*deal->order),
                              "the order of evaluation", &order));
    *deal = (evaluation_deal){.order = order,
                              .num_sequences = dataset->num_sequences,
                              .batch_size = batch_size,
                              .ranks = (size_t)ranks};
    for (size_t i = 0; i < deal->num_sequences; i++) {
        deal->order[i] = (sized_sequence){mpb_dataset_length(dataset, i), i};
    }
    qsort(deal->order, deal->num_sequences, sizeof(*deal->order), longest_first);
    return MPB_OK;
}

void evaluation_deal_destroy(evaluation_deal *deal)
{
    mpb_memory_destroy(deal->order);
    *deal = (evaluation_deal){0};
}

size_t evaluation_deal_first(const evaluation_deal *deal, int rank)
{
    return deal->batch_size * (size_t)rank;
}

size_t evaluation_deal_next(const evaluation_deal *deal, size_t first)
{
    return first + deal->batch_size * deal->ranks;
}

size_t evaluation_deal_sequences(const evaluation_deal *deal, size_t first)
{
    const size_t left = first < deal->num_sequences ? deal->num_sequences - first : 0;

    return left < deal->batch_size ? left : deal->batch_size;
}

size_t evaluation_deal_tokens(const evaluation_deal *deal, size_t first)
{
    const size_t count = evaluation_deal_sequences(deal, first);
    size_t tokens = 0;

    for (size_t i = 0; i < count; i++) {
        tokens += deal->order[first + i].length;
    }
    return tokens;
}
