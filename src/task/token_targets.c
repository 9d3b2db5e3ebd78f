#include "token_targets.h"

#include <string.h>

#include "label_counts.h"
#include "mpibert/core/memory.h"
#include "token_tags.h"
#include "token_words.h"

/* counts (label_names.count) += the words of each label in all sequences; returns how many. */
static size_t count_words(const mpb_dataset *data, size_t *counts)
{
    const uint64_t end = data->num_sequences == 0 ? 0 : data->offsets[data->num_sequences];
    size_t total = 0;

    for (uint64_t t = token_next(data, 0, end); t < end; t = token_next(data, t + 1, end)) {
        counts[data->token_labels[t]]++;
        total++;
    }
    return total;
}

static mpb_status check_counts(const mpb_strings *names, const size_t *counts, size_t total,
                               const char *where)
{
    for (size_t j = 0; j < names->count; j++) {
        MPB_REQUIRE(counts[j] != total, MPB_ERR_DATA,
                    total == 0
                        ? "there are no words with labels, some were expected%.0s (%s)"
                        : "all words have the tag '%s', two different ones at least were expected "
                          "(%s)",
                    names->items[j], where);
    }
    return MPB_OK;
}

mpb_status token_check(const mpb_dataset *data, bool training, const char *where)
{
    size_t *counts;
    mpb_status status;

    MPB_REQUIRE(data->token_labels != NULL && data->label_names.count > 0, MPB_ERR_DATA,
                "the words have no labels, one each was expected (%s)", where);
    if (!training) {
        return MPB_OK;
    }
    MPB_TRY(mpb_memory_create(data->label_names.count, sizeof(*counts), "the counts of labels",
                              (void **)&counts));
    status = check_counts(&data->label_names, counts, count_words(data, counts), where);
    mpb_memory_destroy(counts);
    return status;
}

/* counts (names) += entities of each type, or words of each tag. A word that several chunks have
 * counts in the first of them. */
static void count_named(const mpb_dataset *data, const mpb_documents *documents, size_t document,
                        const int *name_of, size_t *counts)
{
    const bool entities = token_tags_are_entities(&data->label_names);
    const uint64_t begin = data->offsets[mpb_document_first(documents, document)];
    const uint64_t end = data->offsets[mpb_document_first(documents, document + 1)];
    const char *before = NULL;
    uint32_t seen = 0; /* code points up to the last word's first */

    for (uint64_t t = token_next(data, begin, end); t < end; t = token_next(data, t + 1, end)) {
        const char *tag = data->label_names.items[data->token_labels[t]];

        if (before != NULL && data->char_start[t] <= seen) {
            continue;
        }
        if (name_of[data->token_labels[t]] >= 0 &&
            (!entities || before == NULL || !token_tag_goes_on(before, tag))) {
            counts[name_of[data->token_labels[t]]]++;
        }
        before = tag;
        seen = data->char_start[t];
    }
}

/* names = what labels name: types of entities, or the tags; name_of (labels) = which of them, -1
 * outside of entities. */
static mpb_status find_names(const mpb_strings *labels, mpb_strings *names, int *name_of)
{
    const bool entities = token_tags_are_entities(labels);

    for (size_t j = 0; j < labels->count; j++) {
        const char *name = entities ? token_tag_type(labels->items[j]) : labels->items[j];

        name_of[j] = name == NULL ? -1 : mpb_strings_find(names, name);
        if (name != NULL && name_of[j] < 0) {
            name_of[j] = (int)names->count;
            MPB_TRY(mpb_strings_add(names, name, strlen(name)));
        }
    }
    return MPB_OK;
}

static mpb_status summarise_names(const mpb_dataset *data, const mpb_documents *documents,
                                  int *name_of, size_t *counts, mpb_buffer *out)
{
    const char *noun = token_tags_are_entities(&data->label_names) ? "types of entities" : "tags";
    mpb_strings names = {0};
    mpb_status status = find_names(&data->label_names, &names, name_of);

    for (size_t d = 0; status == MPB_OK && d < documents->count; d++) {
        count_named(data, documents, d, name_of, counts);
    }
    if (status == MPB_OK) {
        status = label_counts_append(&names, counts, noun, out);
    }
    mpb_strings_clear(&names);
    return status;
}

mpb_status token_summarise(const mpb_dataset *data, const mpb_documents *documents, mpb_buffer *out)
{
    int *name_of = NULL;
    size_t *counts = NULL;
    mpb_status status = mpb_memory_create(data->label_names.count, sizeof(*name_of),
                                          "the names of labels", (void **)&name_of);

    if (status == MPB_OK) {
        status = mpb_memory_create(data->label_names.count, sizeof(*counts), "the counts of labels",
                                   (void **)&counts);
    }
    if (status == MPB_OK) {
        status = summarise_names(data, documents, name_of, counts, out);
    }
    mpb_memory_destroy(name_of);
    mpb_memory_destroy(counts);
    return status;
}

void token_balance(const mpb_dataset *data, size_t *counts, float *weights)
{
    count_words(data, counts);
    label_counts_balance(data->label_names.count, counts, weights);
}
