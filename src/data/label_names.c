#include "label_names.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/core/buffer.h"

enum { MAX_DIGITS = 9 }; /* so that every such number fits an int */

int mpb_label_number(const char *label)
{
    size_t digits = strspn(label, "0123456789");
    const char *rest = label + digits;

    if (digits == 0 || digits > MAX_DIGITS || (label[0] == '0' && digits > 1)) {
        return -1;
    }
    if (*rest == '.') {
        rest += 1 + strspn(rest + 1, "0");
    }
    return *rest == '\0' ? (int)strtol(label, NULL, 10) : -1;
}

static int find_number(const mpb_strings *names, int number)
{
    for (size_t i = 0; i < names->count; i++) {
        if (mpb_label_number(names->items[i]) == number) {
            return (int)i;
        }
    }
    return -1;
}

int mpb_label_find(const mpb_strings *names, const char *label)
{
    int number = mpb_label_number(label);
    int found = mpb_strings_find(names, label);
    char name[32];

    if (found >= 0 || number < 0) {
        return found;
    }
    found = find_number(names, number);
    if (found >= 0 || (size_t)number >= names->count) {
        return found;
    }
    snprintf(name, sizeof(name), "LABEL_%d", number);
    return strcmp(names->items[number], name) == 0 ? number : -1;
}

static int compare_numbers(const void *a, const void *b)
{
    int x = mpb_label_number(*(char *const *)a);
    int y = mpb_label_number(*(char *const *)b);

    return (x > y) - (x < y);
}

static bool all_whole_numbers(const mpb_strings *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (mpb_label_number(names->items[i]) < 0) {
            return false;
        }
    }
    return true;
}

void mpb_label_names_sort(mpb_strings *names)
{
    mpb_strings_sort(names);
    if (names->count > 1 && all_whole_numbers(names)) {
        qsort(names->items, names->count, sizeof(*names->items), compare_numbers);
    }
}

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
    return MPB_FAIL(MPB_ERR_DATA, "label '%s' is not a number, a score was expected (%s)",
                    record->labels[0], where);
}

/* How many labels the task wants. */
static bool count_fits(const mpb_record *record, mpb_task task)
{
    switch (task) {
    case MPB_TASK_CLASSIFICATION:
    case MPB_TASK_REGRESSION:
        return record->num_labels == 1;
    case MPB_TASK_TOKEN:
        return record->num_words > 0 && record->num_labels == record->num_words;
    case MPB_TASK_QA:
        return record->is_question;
    case MPB_TASK_MULTILABEL:
    case MPB_TASK_MLM:
    case MPB_TASK_PRETRAINING:
    case MPB_TASK_AUTO:
        break;
    }
    return true;
}

static mpb_status refuse_count(const mpb_record *record, mpb_task task)
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
    MPB_REQUIRE(record->num_labels > 0, MPB_ERR_DATA,
                "the example has no label, one was expected (%s)", where);
    return MPB_FAIL(MPB_ERR_DATA,
                    "the example has %zu labels, one was expected; several are "
                    "model.task: multilabel (%s)",
                    record->num_labels, where);
}

mpb_status mpb_labels_check(const mpb_record *record, const mpb_read_options *options,
                            const mpb_strings *names)
{
    if (!options->need_labels) {
        return MPB_OK;
    }
    if (!count_fits(record, options->task)) {
        return refuse_count(record, options->task);
    }
    if (options->task == MPB_TASK_REGRESSION) {
        return check_score(record);
    }
    for (size_t i = 0; i < record->num_labels; i++) {
        MPB_TRY(check_name(record, record->labels[i], names));
    }
    return MPB_OK;
}

/* The name without blanks, in small ASCII letters. */
static mpb_status append_folded(const char *name, mpb_buffer *out)
{
    for (const char *c = name; *c != '\0'; c++) {
        char small = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;

        if (*c != ' ' && *c != '\t') {
            MPB_TRY(mpb_buffer_append(out, &small, 1));
        }
    }
    return mpb_buffer_append_text(out, "");
}

static mpb_status find_alike(const mpb_strings *names, mpb_name_set *seen, mpb_buffer *folded,
                             const char **first, const char **second)
{
    for (size_t i = 0; i < names->count; i++) {
        size_t position;

        mpb_buffer_reset(folded);
        MPB_TRY(append_folded(names->items[i], folded));
        MPB_TRY(mpb_name_set_add(seen, folded->data, &position));
        if (position < i) {
            *first = names->items[position];
            *second = names->items[i];
            return MPB_OK;
        }
    }
    return MPB_OK;
}

mpb_status mpb_label_names_look_alike(const mpb_strings *names, const char **first,
                                      const char **second)
{
    mpb_name_set seen = {0};
    mpb_buffer folded = {0};
    mpb_status status;

    *first = NULL;
    *second = NULL;
    status = find_alike(names, &seen, &folded, first, second);
    mpb_name_set_clear(&seen);
    mpb_buffer_clear(&folded);
    return status;
}
