#include "stratify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "random_state.h"

/* The classes that occur, in label order, and scratch for one split. */
typedef struct strata {
    size_t num_classes;
    size_t *counts;     /* owned, (num_classes): members of each class */
    size_t *in_train;   /* owned, (num_classes): members drawn to train on */
    size_t *in_val;     /* owned, (num_classes): members drawn to validate */
    size_t *left;       /* owned, (num_classes): members not drawn to train on */
    uint32_t *members;  /* owned, (count): examples class by class, each in input order */
    uint32_t *drawn;    /* owned, (count): a permutation of one class or of ties */
    uint32_t *ties;     /* owned, (num_classes) */
    double *remainders; /* owned, (num_classes) */
} strata;

static void clear(strata *s)
{
    free(s->counts);
    free(s->in_train);
    free(s->in_val);
    free(s->left);
    free(s->members);
    free(s->drawn);
    free(s->ties);
    free(s->remainders);
}

static mpb_status allocate(size_t count, size_t num_labels, strata *s)
{
    s->counts = calloc(num_labels, sizeof(*s->counts));
    s->in_train = calloc(num_labels, sizeof(*s->in_train));
    s->in_val = calloc(num_labels, sizeof(*s->in_val));
    s->left = calloc(num_labels, sizeof(*s->left));
    s->members = calloc(count, sizeof(*s->members));
    s->drawn = calloc(count, sizeof(*s->drawn));
    s->ties = calloc(num_labels, sizeof(*s->ties));
    s->remainders = calloc(num_labels, sizeof(*s->remainders));
    MPB_REQUIRE(s->counts != NULL && s->in_train != NULL && s->in_val != NULL && s->left != NULL &&
                    s->members != NULL && s->drawn != NULL && s->ties != NULL &&
                    s->remainders != NULL,
                MPB_ERR_SYSTEM, "no memory to split %zu examples by %zu labels", count, num_labels);
    return MPB_OK;
}

/* Sorts the examples by class without moving equal ones, and drops labels that do not occur. */
static mpb_status group(size_t count, const int32_t *labels, size_t num_labels, strata *s)
{
    size_t at = 0;

    for (size_t label = 0; label < num_labels; label++) {
        size_t begin = at;

        for (size_t i = 0; i < count; i++) {
            if ((size_t)labels[i] == label) {
                s->members[at++] = (uint32_t)i;
            }
        }
        MPB_REQUIRE(at - begin != 1, MPB_ERR_DATA,
                    "label number %zu has 1 example, at least 2 were expected to split by label "
                    "(data.stratify: false splits without)",
                    label);
        if (at > begin) {
            s->counts[s->num_classes++] = at - begin;
        }
    }
    return MPB_OK;
}

/* The largest remainder below `bound`; -1 where there is none. */
static double next_remainder(const strata *s, double bound)
{
    double best = -1.0;

    for (size_t i = 0; i < s->num_classes; i++) {
        if (s->remainders[i] < bound && s->remainders[i] > best) {
            best = s->remainders[i];
        }
    }
    return best;
}

/* Gives one more draw to `missing` classes: largest remainder first, ties by chance. */
static void add_missing(strata *s, mpb_random_state *state, size_t missing, size_t *draws)
{
    double value = next_remainder(s, 1.0);

    while (missing > 0 && value >= 0.0) {
        size_t num_ties = 0;
        size_t now;

        for (size_t i = 0; i < s->num_classes; i++) {
            if (s->remainders[i] == value) {
                s->ties[num_ties++] = (uint32_t)i;
            }
        }
        now = num_ties < missing ? num_ties : missing;
        mpb_random_state_permutation(state, num_ties, s->drawn);
        for (size_t i = 0; i < now; i++) {
            draws[s->ties[s->drawn[i]]]++;
        }
        missing -= now;
        value = next_remainder(s, value);
    }
}

/* draws = how many of `num_draws` fall to each class of `counts`: scikit-learn's approximation to
 * the mode of the multivariate hypergeometric distribution, rounding included. */
static void approximate_mode(strata *s, mpb_random_state *state, const size_t *counts,
                             size_t num_draws, size_t *draws)
{
    size_t total = 0;
    size_t given = 0;

    for (size_t i = 0; i < s->num_classes; i++) {
        total += counts[i];
    }
    for (size_t i = 0; i < s->num_classes; i++) {
        double expected = (double)counts[i] / (double)total * (double)num_draws;

        draws[i] = (size_t)floor(expected);
        s->remainders[i] = expected - floor(expected);
        given += draws[i];
    }
    if (given < num_draws) {
        add_missing(s, state, num_draws - given, draws);
    }
}

static void draw(strata *s, uint32_t seed, mpb_split *split)
{
    const uint32_t *members = s->members;
    size_t at_train = 0;
    size_t at_val = 0;
    mpb_random_state state;

    mpb_random_state_seed(&state, seed);
    approximate_mode(s, &state, s->counts, split->num_train, s->in_train);
    for (size_t i = 0; i < s->num_classes; i++) {
        s->left[i] = s->counts[i] - s->in_train[i];
    }
    approximate_mode(s, &state, s->left, split->num_validation, s->in_val);
    for (size_t i = 0; i < s->num_classes; i++) {
        mpb_random_state_permutation(&state, s->counts[i], s->drawn);
        for (size_t j = 0; j < s->in_train[i]; j++) {
            split->train[at_train++] = members[s->drawn[j]];
        }
        for (size_t j = 0; j < s->in_val[i]; j++) {
            split->validation[at_val++] = members[s->drawn[s->in_train[i] + j]];
        }
        members += s->counts[i];
    }
    mpb_random_state_shuffle(&state, split->num_train, split->train);
    mpb_random_state_shuffle(&state, split->num_validation, split->validation);
}

static mpb_status check_labels(size_t count, const int32_t *labels, size_t *num_labels)
{
    int32_t largest = 0;

    MPB_REQUIRE(labels != NULL, MPB_ERR_DATA,
                "examples without labels cannot be split by label (data.stratify)");
    for (size_t i = 0; i < count; i++) {
        MPB_REQUIRE(labels[i] >= 0, MPB_ERR_DATA,
                    "example %zu has no label, one was expected to split by label (data.stratify)",
                    i);
        largest = labels[i] > largest ? labels[i] : largest;
    }
    *num_labels = (size_t)largest + 1;
    return MPB_OK;
}

static mpb_status check_places(const strata *s, const mpb_split *split)
{
    size_t smaller =
        split->num_train < split->num_validation ? split->num_train : split->num_validation;

    MPB_REQUIRE(
        smaller >= s->num_classes, MPB_ERR_DATA,
        "a part of the split has %zu example%s, at least one for each of the %zu labels was "
        "expected (data.stratify)",
        smaller, smaller == 1 ? "" : "s", s->num_classes);
    return MPB_OK;
}

mpb_status mpb_stratified_split(const mpb_split_request *request, mpb_split *split)
{
    const size_t count = request->count;
    const int32_t *labels = request->labels;
    strata s = {0};
    size_t num_labels = 0;
    mpb_status status = check_labels(count, labels, &num_labels);

    if (status == MPB_OK) {
        status = allocate(count, num_labels, &s);
    }
    if (status == MPB_OK) {
        status = group(count, labels, num_labels, &s);
    }
    if (status == MPB_OK) {
        status = check_places(&s, split);
    }
    if (status == MPB_OK) {
        draw(&s, request->seed, split);
    }
    clear(&s);
    return status;
}
