#include "mpibert/data/label_match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DIGITS = 9 }; /* so that every such number fits an int */

/* The whole number that a label writes, also as 1.0; -1 for anything else, leading zeros too. */
static int whole_number(const char *label)
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

/* By rules 1 and 2. */
static int find_output(const mpb_strings *names, const char *label)
{
    int number = whole_number(label);
    int found = mpb_strings_find(names, label);
    char name[32];

    if (found >= 0 || number < 0) {
        return found;
    }
    snprintf(name, sizeof(name), "%d", number);
    found = mpb_strings_find(names, name);
    if (found >= 0 || (size_t)number >= names->count) {
        return found;
    }
    snprintf(name, sizeof(name), "LABEL_%d", number);
    return strcmp(names->items[number], name) == 0 ? number : -1;
}

static bool any_is_number(const mpb_strings *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (whole_number(names->items[i]) >= 0) {
            return true;
        }
    }
    return false;
}

/* Whether rule 3 holds, given that no label is a name. */
static bool are_numbers_of_outputs(const mpb_strings *labels, const mpb_strings *names)
{
    for (size_t i = 0; i < labels->count; i++) {
        int number = whole_number(labels->items[i]);

        if (number < 0 || (size_t)number >= names->count) {
            return false;
        }
    }
    return labels->count > 0 && !any_is_number(names);
}

bool mpb_labels_match(const mpb_strings *labels, const mpb_strings *names, int *outputs)
{
    bool named = false;

    for (size_t i = 0; i < labels->count; i++) {
        outputs[i] = find_output(names, labels->items[i]);
        named = named || outputs[i] >= 0;
    }
    if (named || !are_numbers_of_outputs(labels, names)) {
        return false;
    }
    for (size_t i = 0; i < labels->count; i++) {
        outputs[i] = whole_number(labels->items[i]);
    }
    return true;
}
