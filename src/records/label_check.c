#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "mpibert/records/choices.h"
#include "mpibert/records/entity_tag.h"
#include "mpibert/records/label_names.h"

static mpb_status check_name(const mpb_record *record, const char *label, const mpb_strings *names)
{
    char where[MPB_PLACE_SIZE];
    char list[256];

    if (names == NULL || mpb_label_find(names, label) >= 0) {
        return MPB_OK;
    }
    mpb_strings_describe(names, list, sizeof(list));
    mpb_place_describe(&record->place, where);
    return MPB_FAIL(MPB_ERR_DATA, "label '%s' is not one of the model's: %s (%s)", label, list,
                    where);
}

/* "B-" alone. */
static mpb_status check_type(const mpb_record *record, size_t word)
{
    const char *type = mpb_tag_type(record->labels[word]);
    mpb_place place = record->place;
    char problem[64];

    if (type == NULL || *type != '\0') {
        return MPB_OK;
    }
    place.line = record->word_lines[word];
    snprintf(problem, sizeof(problem), "tag '%s' names no type of entity", record->labels[word]);
    return mpb_place_fail(&place, problem);
}

/* A text as a whole: neither a sentence of tagged words nor a question. */
static mpb_status check_plain(const mpb_record *record)
{
    char where[MPB_PLACE_SIZE];

    if (record->num_words == 0 && !record->is_question) {
        return MPB_OK;
    }
    mpb_place_describe(&record->place, where);
    return MPB_FAIL(MPB_ERR_DATA,
                    "the example is %s, a text with labels of its own was expected; such data is "
                    "of model.task %s (%s)",
                    record->is_question ? "a question with its context"
                                        : "a sentence of tagged words",
                    mpb_task_name(record->is_question ? MPB_TASK_QA : MPB_TASK_TOKEN), where);
}

static mpb_status check_no_label(const mpb_record *record, const mpb_read_options *options,
                                 const mpb_strings *names)
{
    (void)record;
    (void)options;
    (void)names;
    return MPB_OK;
}

static mpb_status check_names(const mpb_record *record, const mpb_strings *names)
{
    for (size_t i = 0; i < record->num_labels; i++) {
        MPB_TRY(check_name(record, record->labels[i], names));
    }
    return MPB_OK;
}

/* One label of a text as a whole; `several` says what to do where there are more. */
static mpb_status check_one(const mpb_record *record, const char *several)
{
    char where[MPB_PLACE_SIZE];

    MPB_TRY(check_plain(record));
    if (record->num_labels == 1) {
        return MPB_OK;
    }
    mpb_place_describe(&record->place, where);
    MPB_REQUIRE(record->num_labels > 0, MPB_ERR_DATA,
                "the example has no label, one was expected (%s)", where);
    return MPB_FAIL(MPB_ERR_DATA, "the example has %zu labels, %s (%s)", record->num_labels,
                    several, where);
}

static mpb_status check_class(const mpb_record *record, const mpb_read_options *options,
                              const mpb_strings *names)
{
    (void)options;
    MPB_TRY(check_one(record, "one was expected; several are model.task: multilabel"));
    return check_names(record, names);
}

static mpb_status check_any(const mpb_record *record, const mpb_read_options *options,
                            const mpb_strings *names)
{
    (void)options;
    MPB_TRY(check_plain(record));
    return check_names(record, names);
}

static mpb_status check_number(const mpb_record *record, const char *label)
{
    char where[MPB_PLACE_SIZE];
    char *end;
    const float score = strtof(label, &end);

    if (end != label && *end == '\0' && isfinite(score)) {
        return MPB_OK;
    }
    mpb_place_describe(&record->place, where);
    MPB_REQUIRE(*end != '\0' || end == label, MPB_ERR_DATA,
                "label '%s' is not a finite number, a score was expected (%s)", label, where);
    return MPB_FAIL(MPB_ERR_DATA, "label '%s' is not a number, a score was expected (%s)", label,
                    where);
}

/* A number in each column that has one. */
static mpb_status check_columns(const mpb_record *record, const mpb_read_options *options)
{
    char where[MPB_PLACE_SIZE];

    MPB_TRY(check_plain(record));
    if (record->num_labels == mpb_num_scores(options)) {
        return MPB_OK;
    }
    mpb_place_describe(&record->place, where);
    return MPB_FAIL(MPB_ERR_DATA,
                    "the example has %zu of the %zu scores that data.score_columns names (%s)",
                    record->num_labels, mpb_num_scores(options), where);
}

static mpb_status check_score(const mpb_record *record, const mpb_read_options *options,
                              const mpb_strings *names)
{
    (void)names;
    MPB_TRY(mpb_has_score_columns(options)
                ? check_columns(record, options)
                : check_one(record, "one score was expected; for several, name a column each in "
                                    "data.score_columns"));
    for (size_t i = 0; i < record->num_labels; i++) {
        MPB_TRY(check_number(record, record->labels[i]));
    }
    return MPB_OK;
}

static mpb_status check_tags(const mpb_record *record, const mpb_read_options *options,
                             const mpb_strings *names)
{
    char where[MPB_PLACE_SIZE];

    (void)options;
    if (record->num_words == 0 || record->num_labels != record->num_words) {
        mpb_place_describe(&record->place, where);
        return MPB_FAIL(MPB_ERR_DATA,
                        "the example has %zu words and %zu labels, one label a word was expected "
                        "(%s)",
                        record->num_words, record->num_labels, where);
    }
    for (size_t i = 0; i < record->num_labels; i++) {
        MPB_TRY(check_name(record, record->labels[i], names));
        MPB_TRY(check_type(record, i));
    }
    return MPB_OK;
}

static mpb_status check_question(const mpb_record *record, const mpb_read_options *options,
                                 const mpb_strings *names)
{
    char where[MPB_PLACE_SIZE];

    (void)options;
    (void)names;
    if (record->is_question) {
        return MPB_OK;
    }
    mpb_place_describe(&record->place, where);
    return MPB_FAIL(MPB_ERR_DATA,
                    "the example is not a question with its context, data.format squad was "
                    "expected (%s)",
                    where);
}

static mpb_status check_choice(const mpb_record *record, const mpb_read_options *options,
                               const mpb_strings *names)
{
    (void)options;
    (void)names;
    return mpb_choices_check(record, true);
}

mpb_status mpb_record_check(const mpb_record *record, const mpb_read_options *options,
                            const mpb_strings *names)
{
    static mpb_status (*const CHECKS[])(const mpb_record *record, const mpb_read_options *options,
                                        const mpb_strings *names) = {
        [MPB_LABELS_NONE] = check_no_label, [MPB_LABELS_CLASS] = check_class,
        [MPB_LABELS_NAMES] = check_any,     [MPB_LABELS_SCORE] = check_score,
        [MPB_LABELS_TAGS] = check_tags,     [MPB_LABELS_ANSWERS] = check_question,
        [MPB_LABELS_CHOICE] = check_choice,
    };
    const mpb_task_data *needs = mpb_task_data_of(options->task);

    if (options->need_labels) {
        MPB_TRY(CHECKS[needs->labels](record, options, names));
    } else if (needs->labels == MPB_LABELS_CHOICE) {
        MPB_TRY(mpb_choices_check(record, false));
    }
    return needs->lacks_second == NULL || record->text_b != NULL
               ? MPB_OK
               : mpb_place_fail(&record->place, needs->lacks_second);
}
