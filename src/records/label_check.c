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

static mpb_status check_score(const mpb_record *record)
{
    char where[MPB_PLACE_SIZE];
    char *end;
    float score = strtof(record->labels[0], &end);

    if (end != record->labels[0] && *end == '\0' && isfinite(score)) {
        return MPB_OK;
    }
    mpb_place_describe(&record->place, where);
    MPB_REQUIRE(*end != '\0' || end == record->labels[0], MPB_ERR_DATA,
                "label '%s' is not a finite number, a score was expected (%s)", record->labels[0],
                where);
    return MPB_FAIL(MPB_ERR_DATA, "label '%s' is not a number, a score was expected (%s)",
                    record->labels[0], where);
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
static bool is_plain(const mpb_record *record)
{
    return record->num_words == 0 && !record->is_question;
}

/* Whether the record has what the task learns from, and as many labels as it wants. */
static bool fits(const mpb_record *record, mpb_task task)
{
    switch (task) {
    case MPB_TASK_CLASSIFICATION:
    case MPB_TASK_REGRESSION:
        return is_plain(record) && record->num_labels == 1;
    case MPB_TASK_MULTILABEL:
        return is_plain(record);
    case MPB_TASK_TOKEN:
        return record->num_words > 0 && record->num_labels == record->num_words;
    case MPB_TASK_QA:
        return record->is_question;
    case MPB_TASK_CHOICE: /* see mpb_choices_check */
    case MPB_TASK_MLM:
    case MPB_TASK_PRETRAINING:
    case MPB_TASK_AUTO:
        break;
    }
    return true;
}

/* What is no text as a whole, where one was expected. */
static mpb_status refuse_kind(const mpb_record *record, const char *where)
{
    return MPB_FAIL(MPB_ERR_DATA,
                    "the example is %s, a text with labels of its own was expected; such data is "
                    "of model.task %s (%s)",
                    record->is_question ? "a question with its context"
                                        : "a sentence of tagged words",
                    mpb_task_name(record->is_question ? MPB_TASK_QA : MPB_TASK_TOKEN), where);
}

static mpb_status refuse(const mpb_record *record, mpb_task task)
{
    char where[MPB_PLACE_SIZE];

    mpb_place_describe(&record->place, where);
    MPB_REQUIRE(task != MPB_TASK_QA, MPB_ERR_DATA,
                "the example is not a question with its context, data.format squad was expected "
                "(%s)",
                where);
    MPB_REQUIRE(task != MPB_TASK_TOKEN, MPB_ERR_DATA,
                "the example has %zu words and %zu labels, one label a word was expected (%s)",
                record->num_words, record->num_labels, where);
    if (!is_plain(record)) {
        return refuse_kind(record, where);
    }
    MPB_REQUIRE(record->num_labels > 0, MPB_ERR_DATA,
                "the example has no label, one was expected (%s)", where);
    MPB_REQUIRE(task != MPB_TASK_REGRESSION, MPB_ERR_DATA,
                "the example has %zu labels, one score was expected (%s)", record->num_labels,
                where);
    return MPB_FAIL(MPB_ERR_DATA,
                    "the example has %zu labels, one was expected; several are "
                    "model.task: multilabel (%s)",
                    record->num_labels, where);
}

mpb_status mpb_labels_check(const mpb_record *record, const mpb_read_options *options,
                            const mpb_strings *names)
{
    if (options->task == MPB_TASK_CHOICE) {
        return mpb_choices_check(record, options->need_labels);
    }
    if (!options->need_labels) {
        return MPB_OK;
    }
    if (!fits(record, options->task)) {
        return refuse(record, options->task);
    }
    if (options->task == MPB_TASK_REGRESSION) {
        return check_score(record);
    }
    for (size_t i = 0; i < record->num_labels; i++) {
        MPB_TRY(check_name(record, record->labels[i], names));
        MPB_TRY(options->task == MPB_TASK_TOKEN ? check_type(record, i) : MPB_OK);
    }
    return MPB_OK;
}
