#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/io/sha256.h"
#include "parcel.h"
#include "scan.h"

/* Counts, wrong records and digests; the counts of ranges become the numbers of first records. */
static void merge_counts(mpb_corpus *corpus, const mpb_buffer *parcels, const char **digests)
{
    mpb_parcel parcel = mpb_parcel_open(parcels);
    size_t first_bad = SIZE_MAX;

    while (!mpb_parcel_ends(&parcel)) {
        const mpb_range_parcel found = mpb_range_parcel_next(&parcel);

        corpus->first[found.range + 1] = found.count;
        corpus->num_bad += found.num_bad;
        digests[found.range] = found.digest;
        if (found.num_bad > 0 && found.range < first_bad) {
            first_bad = found.range;
            snprintf(corpus->first_bad, sizeof(corpus->first_bad), "%s", found.first_bad);
        }
    }
    for (size_t i = 0; i < corpus->ranges.count; i++) {
        corpus->first[i + 1] += corpus->first[i];
    }
}

static mpb_status merge_digests(mpb_corpus *corpus, const char *const *digests)
{
    mpb_sha256 *hash = NULL;

    MPB_TRY(mpb_sha256_create(&hash));
    for (size_t i = 0; i < corpus->ranges.count; i++) {
        mpb_sha256_update(hash, digests[i], strlen(digests[i]));
    }
    mpb_sha256_finish(hash, corpus->source_sha256);
    mpb_sha256_destroy(&hash);
    return MPB_OK;
}

static mpb_status add_names(mpb_parcel names, uint64_t count, mpb_name_set *set)
{
    size_t position;

    for (uint64_t i = 0; i < count; i++) {
        MPB_TRY(mpb_name_set_add(set, mpb_parcel_text(&names), &position));
    }
    return MPB_OK;
}

static mpb_status add_all_names(const mpb_corpus *corpus, const mpb_buffer *parcels,
                                mpb_name_set *set)
{
    mpb_parcel parcel = mpb_parcel_open(parcels);
    size_t position;

    while (!mpb_parcel_ends(&parcel)) {
        const mpb_range_parcel found = mpb_range_parcel_next(&parcel);

        MPB_TRY(add_names(found.names, found.num_names, set));
    }
    for (size_t i = 0; i < corpus->num_inputs; i++) {
        const mpb_strings *classes = &corpus->inputs[i].folder.classes;

        for (size_t j = 0; j < classes->count; j++) {
            MPB_TRY(mpb_name_set_add(set, classes->items[j], &position));
        }
    }
    return MPB_OK;
}

mpb_status mpb_corpus_refuse_labels(const mpb_corpus *corpus)
{
    return MPB_FAIL(MPB_ERR_DATA,
                    "there are more than %d different labels: is data.label_column right? (%s)",
                    MPB_MAX_LABELS, corpus->inputs[0].name);
}

/* The given names, or those that were found, in label order. */
static mpb_status merge_names(mpb_corpus *corpus, const mpb_buffer *parcels)
{
    const mpb_strings *given = mpb_corpus_given_names(corpus);
    mpb_name_set set = {0};
    mpb_status status;

    if (given != NULL) {
        return mpb_strings_copy(&corpus->label_names, given);
    }
    status = add_all_names(corpus, parcels, &set);
    if (status == MPB_OK && set.names.count > MPB_MAX_LABELS) {
        status = mpb_corpus_refuse_labels(corpus);
    }
    if (status == MPB_OK) {
        mpb_label_names_sort(&set.names);
        status = mpb_strings_copy(&corpus->label_names, &set.names);
    }
    mpb_name_set_clear(&set);
    return status;
}

static void number_labels(mpb_corpus *corpus, const mpb_range_parcel *found, int32_t *numbers)
{
    mpb_parcel names = found->names;

    for (uint64_t i = 0; i < found->num_names; i++) {
        numbers[i] = mpb_label_find(&corpus->label_names, mpb_parcel_text(&names));
    }
    for (uint64_t i = 0; i < found->count; i++) {
        uint32_t position;

        memcpy(&position, found->labels + i * sizeof(position), sizeof(position));
        corpus->labels[corpus->first[found->range] + i] = numbers[position];
    }
}

/* The largest number of names in a range. Labels with two names each make it more than the number
 * of labels. */
static size_t most_names(const mpb_buffer *parcels)
{
    mpb_parcel parcel = mpb_parcel_open(parcels);
    size_t most = 0;

    while (!mpb_parcel_ends(&parcel)) {
        const mpb_range_parcel found = mpb_range_parcel_next(&parcel);

        most = found.num_names > most ? (size_t)found.num_names : most;
    }
    return most;
}

/* The label of every record, where the selection needs them. */
static mpb_status merge_labels(mpb_corpus *corpus, const mpb_buffer *parcels)
{
    mpb_parcel parcel = mpb_parcel_open(parcels);
    size_t total = (size_t)corpus->first[corpus->ranges.count];
    int32_t *numbers;

    if (!mpb_corpus_keeps_labels(corpus)) {
        return MPB_OK;
    }
    corpus->labels = malloc((total + 1) * sizeof(*corpus->labels));
    numbers = malloc((most_names(parcels) + 1) * sizeof(*numbers));
    while (corpus->labels != NULL && numbers != NULL && !mpb_parcel_ends(&parcel)) {
        const mpb_range_parcel found = mpb_range_parcel_next(&parcel);

        number_labels(corpus, &found, numbers);
    }
    free(numbers);
    MPB_REQUIRE(corpus->labels != NULL && numbers != NULL, MPB_ERR_SYSTEM,
                "no memory for the labels of %zu examples", total);
    return MPB_OK;
}

/* Surveys of the ranges, in their order: `of_ranges` (ranges.count) is scratch. */
static void merge_tags(mpb_corpus *corpus, const mpb_buffer *parcels, const char **of_ranges)
{
    mpb_parcel parcel = mpb_parcel_open(parcels);

    while (!mpb_parcel_ends(&parcel)) {
        const mpb_range_parcel found = mpb_range_parcel_next(&parcel);

        of_ranges[found.range] = found.tags_size == 0 ? NULL : found.tags;
    }
    for (size_t i = 0; i < corpus->ranges.count; i++) {
        mpb_tag_survey tags;

        if (of_ranges[i] != NULL) {
            memcpy(&tags, of_ranges[i], sizeof(tags));
            mpb_tag_survey_merge(&corpus->tags, &tags);
        }
    }
}

static mpb_status merge_all(mpb_corpus *corpus, const mpb_buffer *parcels, const char **digests)
{
    merge_counts(corpus, parcels, digests);
    MPB_REQUIRE(corpus->first[corpus->ranges.count] > 0, MPB_ERR_DATA,
                "there is no example, at least one was expected (%s)", corpus->inputs[0].name);
    MPB_TRY(merge_digests(corpus, digests));
    merge_tags(corpus, parcels, digests);
    MPB_TRY(merge_names(corpus, parcels));
    MPB_TRY(merge_labels(corpus, parcels));
    return mpb_corpus_find_repeated(corpus, parcels);
}

mpb_status mpb_corpus_merge(mpb_corpus *corpus, const mpb_buffer *parcels)
{
    size_t count = corpus->ranges.count;
    const char **digests = calloc(count, sizeof(*digests));
    mpb_status status;

    corpus->first = calloc(count + 1, sizeof(*corpus->first));
    if (digests == NULL || corpus->first == NULL) {
        status = MPB_FAIL(MPB_ERR_SYSTEM, "no memory for %zu ranges", count);
    } else {
        status = merge_all(corpus, parcels, digests);
    }
    free(digests);
    return status;
}
