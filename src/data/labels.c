#include "collector.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_DIGITS = 9 }; /* so that every such number fits an int */

/* Digits alone, without leading zeros: the text and the number then stand for each other. */
static bool is_whole_number(const char *text)
{
    size_t length = strspn(text, "0123456789");

    return length > 0 && length <= MAX_DIGITS && text[length] == '\0' &&
           (text[0] != '0' || length == 1);
}

int mpb_label_find(const mpb_strings *names, const char *label)
{
    static const char prefix[] = "LABEL_";
    int found = mpb_strings_find(names, label);
    long number;

    if (found >= 0 || !is_whole_number(label)) {
        return found;
    }
    number = strtol(label, NULL, 10);
    if ((size_t)number >= names->count ||
        strncmp(names->items[number], prefix, strlen(prefix)) != 0 ||
        strcmp(names->items[number] + strlen(prefix), label) != 0) {
        return -1;
    }
    return (int)number;
}

static int compare_numbers(const void *a, const void *b)
{
    long x = strtol(*(char *const *)a, NULL, 10);
    long y = strtol(*(char *const *)b, NULL, 10);

    return (x > y) - (x < y);
}

/* Adds the distinct texts of a sorted list. */
static mpb_status add_distinct(const mpb_strings *sorted, mpb_strings *names)
{
    for (size_t i = 0; i < sorted->count; i++) {
        const char *text = sorted->items[i];

        if (text[0] != '\0' && (i == 0 || strcmp(text, sorted->items[i - 1]) != 0)) {
            MPB_TRY(mpb_strings_add(names, text, strlen(text)));
        }
    }
    return MPB_OK;
}

static mpb_status add_all(const mpb_strings *from, mpb_strings *to)
{
    for (size_t i = 0; i < from->count; i++) {
        MPB_TRY(mpb_strings_add(to, from->items[i], strlen(from->items[i])));
    }
    return MPB_OK;
}

static void sort_by_value(mpb_strings *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (!is_whole_number(names->items[i])) {
            return;
        }
    }
    if (names->count > 1) {
        qsort(names->items, names->count, sizeof(*names->items), compare_numbers);
    }
}

mpb_status mpb_label_names(const mpb_strings *labels, const mpb_strings *classes,
                           mpb_strings *names)
{
    mpb_strings all = {0};
    mpb_strings made = {0};
    mpb_status status = add_all(labels, &all);

    if (status == MPB_OK) {
        status = add_all(classes, &all);
    }
    if (status == MPB_OK) {
        mpb_strings_sort(&all);
        status = add_distinct(&all, &made);
    }
    mpb_strings_clear(&all);
    if (status != MPB_OK) {
        mpb_strings_clear(&made);
        return status;
    }
    sort_by_value(&made);
    mpb_strings_clear(names);
    *names = made;
    return MPB_OK;
}
