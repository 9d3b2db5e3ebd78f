#include "token_scores.h"

#include <math.h>

#include "label_report.h"
#include "mpibert/core/memory.h"
#include "mpibert/eval/metrics_entities.h"
#include "token_tags.h"
#include "token_words.h"

/* The labels of all words, document by document. */
typedef struct word_labels {
    size_t *offsets; /* owned, (documents + 1): document d is words [offsets[d], offsets[d + 1]) */
    int32_t *gold;   /* owned, (offsets[documents]) */
    int32_t *predicted; /* owned, likewise */
    double loss;        /* sum */
} word_labels;

static void clear_words(word_labels *words)
{
    mpb_memory_destroy(words->offsets);
    mpb_memory_destroy(words->gold);
    mpb_memory_destroy(words->predicted);
}

static mpb_status make_room(const mpb_task_results *results, word_labels *words)
{
    const mpb_dataset *data = results->data;
    const char *what = "the labels of words";
    size_t most = 0; /* before chunks are merged */

    for (size_t i = 0; i < data->num_sequences; i++) {
        most += token_count(data, i);
    }
    MPB_TRY(mpb_memory_create(results->documents->count + 1, sizeof(*words->offsets), what,
                              (void **)&words->offsets));
    MPB_TRY(mpb_memory_create(most, sizeof(*words->gold), what, (void **)&words->gold));
    return mpb_memory_create(most, sizeof(*words->predicted), what, (void **)&words->predicted);
}

static mpb_status collect(const mpb_task_results *results, word_labels *words)
{
    size_t count = 0;

    MPB_TRY(make_room(results, words));
    for (size_t d = 0; d < results->documents->count; d++) {
        token_walk walk = token_walk_begin(results, d);
        token_word word;

        for (; token_walk_next(&walk, &word); count++) {
            words->gold[count] = word.gold;
            words->predicted[count] = word.guess->label;
            words->loss += (double)word.guess->loss;
        }
        words->offsets[d + 1] = count;
    }
    return MPB_OK;
}

/* --- tags of entities */

/* IOBES where a tag says an end. The labels of IOB1 and IOB2 look alike: IOB1 where more entities
 * begin with I than with B. */
static mpb_entity_scheme scheme_of(const mpb_strings *tags, size_t documents,
                                   const word_labels *words)
{
    size_t begins[2] = {0, 0}; /* with B, with I */

    for (size_t j = 0; j < tags->count; j++) {
        if (*tags->items[j] == 'E' || *tags->items[j] == 'S') {
            return MPB_ENTITIES_IOBES;
        }
    }
    for (size_t d = 0; d < documents; d++) {
        const char *before = "O";

        for (size_t i = words->offsets[d]; i < words->offsets[d + 1]; i++) {
            const char *tag = tags->items[words->gold[i]];

            if (token_tag_type(tag) != NULL && !token_tag_goes_on(before, tag)) {
                begins[*tag == 'I']++;
            }
            before = tag;
        }
    }
    return begins[1] > begins[0] ? MPB_ENTITIES_IOB1 : MPB_ENTITIES_IOB2;
}

static mpb_status compute_in_scheme(mpb_entity_scheme scheme, const mpb_strings *tags,
                                    size_t documents, const word_labels *words, mpb_strings *types,
                                    mpb_entity_metrics *metrics)
{
    mpb_entity_labels labels = {0};
    mpb_status status;

    MPB_TRY(mpb_entity_labels_read(scheme, tags, &labels));
    status = mpb_entity_metrics_compute(&labels, documents, words->offsets, words->gold,
                                        words->predicted, metrics);
    if (status == MPB_OK && types != NULL) {
        status = mpb_strings_copy(types, &labels.types);
    }
    mpb_entity_labels_clear(&labels);
    return status;
}

static mpb_status score_tags(const mpb_strings *tags, size_t documents, const word_labels *words,
                             token_scores *scores)
{
    static const char *const schemes[] = {
        [MPB_ENTITIES_IOB1] = "IOB1", [MPB_ENTITIES_IOB2] = "IOB2", [MPB_ENTITIES_IOBES] = "IOBES"};
    const mpb_entity_scheme scheme = scheme_of(tags, documents, words);
    mpb_entity_metrics metrics = {0};
    mpb_entity_metrics strict = {0};

    MPB_TRY(
        compute_in_scheme(MPB_ENTITIES_DEFAULT, tags, documents, words, &scores->names, &metrics));
    scores->per_name = metrics.per_type;
    scores->accuracy = metrics.accuracy;
    scores->averages = metrics.averages;
    MPB_TRY(compute_in_scheme(scheme, tags, documents, words, NULL, &strict));
    scores->scheme = schemes[scheme];
    scores->strict = strict.averages.micro;
    mpb_entity_metrics_clear(&strict);
    return MPB_OK;
}

static mpb_status score_entities(const mpb_task_results *results, const word_labels *words,
                                 token_scores *scores)
{
    mpb_strings tags = {0};
    mpb_status status = token_tags_as_iobes(results->label_names, &tags);

    if (status == MPB_OK) {
        status = score_tags(&tags, results->documents->count, words, scores);
    }
    mpb_strings_clear(&tags);
    return status;
}

/* --- other tags */

static mpb_status score_words(const mpb_task_results *results, const word_labels *words,
                              token_scores *scores)
{
    const size_t num_words = words->offsets[results->documents->count];

    MPB_TRY(mpb_strings_copy(&scores->names, results->label_names));
    MPB_TRY(mpb_memory_create(scores->names.count, sizeof(*scores->per_name),
                              "the counts of labels", (void **)&scores->per_name));
    for (size_t i = 0; i < num_words; i++) {
        scores->per_name[words->gold[i]].gold++;
        scores->per_name[words->predicted[i]].predicted++;
        scores->per_name[words->gold[i]].hits += words->gold[i] == words->predicted[i];
    }
    scores->averages = mpb_scores_average(scores->names.count, scores->per_name);
    scores->accuracy = scores->averages.micro.f1;
    scores->strict = (mpb_scores){(double)NAN, (double)NAN, (double)NAN};
    return MPB_OK;
}

/* shares (num_labels) of some labels. */
static mpb_status find_shares(size_t num_words, const int32_t *labels, size_t num_labels,
                              double **shares)
{
    double *made;

    MPB_TRY(mpb_memory_create(num_labels, sizeof(*made), "the shares of labels", (void **)&made));
    for (size_t i = 0; i < num_words; i++) {
        made[labels[i]] += 1.0;
    }
    for (size_t j = 0; j < num_labels; j++) {
        made[j] /= (double)num_words;
    }
    *shares = made;
    return MPB_OK;
}

/* What a model that tells no word from another would score. Of tags that are mostly the same, as O is,
 * that is far less than of a guess among them all. */
static mpb_status judge_guesses(const word_labels *words, size_t num_labels, token_scores *scores)
{
    double *shares;

    MPB_TRY(find_shares(scores->num_words, words->predicted, num_labels, &shares));
    for (size_t j = 0; j < num_labels; j++) {
        scores->sameness = fmax(scores->sameness, shares[j]);
    }
    mpb_memory_destroy(shares);
    MPB_TRY(find_shares(scores->num_words, words->gold, num_labels, &shares));
    for (size_t j = 0; j < num_labels; j++) {
        scores->guess_loss -= shares[j] > 0.0 ? shares[j] * log(shares[j]) : 0.0;
    }
    mpb_memory_destroy(shares);
    return MPB_OK;
}

static mpb_status score(const mpb_task_results *results, const word_labels *words,
                        token_scores *scores)
{
    scores->num_words = words->offsets[results->documents->count];
    if (scores->num_words > 0) {
        scores->loss = words->loss / (double)scores->num_words;
        MPB_TRY(judge_guesses(words, results->label_names->count, scores));
    }
    return token_tags_are_entities(results->label_names) ? score_entities(results, words, scores)
                                                         : score_words(results, words, scores);
}

mpb_status token_scores_compute(const mpb_task_results *results, token_scores *scores)
{
    word_labels words = {0};
    token_scores made = {0};
    mpb_status status = collect(results, &words);

    if (status == MPB_OK) {
        status = score(results, &words, &made);
    }
    clear_words(&words);
    if (status != MPB_OK) {
        token_scores_clear(&made);
        return status;
    }
    *scores = made;
    return MPB_OK;
}

mpb_status token_scores_describe(const token_scores *scores, mpb_json *object)
{
    const label_average listed[] = {{"micro", scores->averages.micro},
                                    {"macro", scores->averages.macro},
                                    {"weighted", scores->averages.weighted},
                                    {"strict", scores->strict}};
    const size_t count = sizeof(listed) / sizeof(*listed);

    if (scores->scheme == NULL) {
        return label_report_add(&scores->names, scores->per_name, count - 1, listed, object);
    }
    MPB_TRY(mpb_json_set(object, "scheme", mpb_json_new_text(scores->scheme)));
    return label_report_add(&scores->names, scores->per_name, count, listed, object);
}

void token_scores_clear(token_scores *scores)
{
    mpb_memory_destroy(scores->per_name);
    mpb_strings_clear(&scores->names);
    *scores = (token_scores){0};
}
