#include "mpibert/records/label_names.h"

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
