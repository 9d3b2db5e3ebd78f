#include "mpibert/shards/split.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "random_state.h"
#include "stratify.h"

/* Shares that leave less than this to neither side add up to 1. */
static const double SHARE_ROUNDING = 1e-9;

static mpb_status check_count(size_t count)
{
    MPB_REQUIRE(count == 0 || count - 1 <= UINT32_MAX, MPB_ERR_DATA,
                "%zu examples cannot be shuffled, at most 2^32 were expected", count);
    return MPB_OK;
}

mpb_status mpb_shuffled_order(size_t count, uint32_t seed, uint32_t *order)
{
    mpb_random_state state;

    MPB_TRY(check_count(count));
    mpb_random_state_seed(&state, seed);
    mpb_random_state_permutation(&state, count, order);
    return MPB_OK;
}

/* The numbers of examples as train_test_split rounds them: the validation part up, the training
 * part down, or all the rest where the shares add up to 1. */
static mpb_status part_sizes(const mpb_split_request *request, mpb_split *split)
{
    size_t count = request->count;
    double total = request->train_share + request->val_share;
    size_t validation;
    size_t train;

    MPB_REQUIRE(request->train_share > 0.0 && request->val_share > 0.0 &&
                    total <= 1.0 + SHARE_ROUNDING,
                MPB_ERR_CONFIG,
                "data.train_split %g and data.val_split %g cannot be, positive shares with a sum "
                "of at most 1 were expected",
                request->train_share, request->val_share);
    validation = (size_t)ceil(request->val_share * (double)count);
    MPB_REQUIRE(validation < count, MPB_ERR_DATA,
                "%zu examples are too few for a validation share of %g: none is left to train on",
                count, request->val_share);
    train = total < 1.0 - SHARE_ROUNDING ? (size_t)floor(request->train_share * (double)count)
                                         : count - validation;
    MPB_REQUIRE(train > 0, MPB_ERR_DATA,
                "%zu examples are too few for a training share of %g: it is empty", count,
                request->train_share);
    MPB_REQUIRE(train + validation <= count, MPB_ERR_DATA,
                "%zu examples are too few for %zu to train on and %zu to validate", count, train,
                validation);
    split->num_train = train;
    split->num_validation = validation;
    return MPB_OK;
}

/* scikit-learn's ShuffleSplit: one permutation, validation first. */
static mpb_status split_plain(const mpb_split_request *request, mpb_split *split)
{
    uint32_t *order = malloc(request->count * sizeof(*order));
    mpb_random_state state;

    MPB_REQUIRE(order != NULL, MPB_ERR_SYSTEM, "no memory to split %zu examples", request->count);
    mpb_random_state_seed(&state, request->seed);
    mpb_random_state_permutation(&state, request->count, order);
    memcpy(split->validation, order, split->num_validation * sizeof(*order));
    memcpy(split->train, order + split->num_validation, split->num_train * sizeof(*order));
    free(order);
    return MPB_OK;
}

mpb_status mpb_split_check_labels(size_t count, const int32_t *labels, const mpb_strings *names)
{
    size_t *members = calloc(names->count + 1, sizeof(*members));
    size_t lone = names->count;

    MPB_REQUIRE(members != NULL, MPB_ERR_SYSTEM, "no memory to count %zu labels", names->count);
    for (size_t i = 0; i < count; i++) {
        if (labels[i] >= 0 && (size_t)labels[i] < names->count) {
            members[labels[i]]++;
        }
    }
    for (size_t label = 0; label < names->count && lone == names->count; label++) {
        lone = members[label] == 1 ? label : lone;
    }
    free(members);
    MPB_REQUIRE(lone == names->count, MPB_ERR_DATA,
                "label '%.200s' has 1 example, at least 2 were expected to split by label "
                "(data.stratify: false splits without)",
                names->items[lone]);
    return MPB_OK;
}

mpb_status mpb_split_train_validation(const mpb_split_request *request, mpb_split *split)
{
    mpb_split made = *split;

    MPB_REQUIRE(request->count > 0, MPB_ERR_DATA, "there are no examples to split");
    MPB_TRY(check_count(request->count));
    MPB_TRY(part_sizes(request, &made));
    MPB_TRY(request->stratify ? mpb_stratified_split(request, &made) : split_plain(request, &made));
    *split = made;
    return MPB_OK;
}
