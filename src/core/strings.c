#include "mpibert/core/strings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static mpb_status grow(mpb_strings *strings)
{
    size_t capacity = strings->capacity == 0 ? 8 : 2 * strings->capacity;
    char **items = realloc(strings->items, capacity * sizeof(*items));

    MPB_REQUIRE(items != NULL, MPB_ERR_SYSTEM, "no memory for a list of %zu strings", capacity);
    strings->items = items;
    strings->capacity = capacity;
    return MPB_OK;
}

mpb_status mpb_strings_add(mpb_strings *strings, const char *text, size_t length)
{
    char *copy;

    if (strings->count == strings->capacity) {
        MPB_TRY(grow(strings));
    }
    copy = malloc(length + 1);
    MPB_REQUIRE(copy != NULL, MPB_ERR_SYSTEM, "no memory for a string of %zu bytes", length);
    memcpy(copy, text, length);
    copy[length] = '\0';
    strings->items[strings->count++] = copy;
    return MPB_OK;
}

mpb_status mpb_strings_append(mpb_strings *to, const mpb_strings *from)
{
    for (size_t i = 0; i < from->count; i++) {
        MPB_TRY(mpb_strings_add(to, from->items[i], strlen(from->items[i])));
    }
    return MPB_OK;
}

mpb_status mpb_strings_copy(mpb_strings *to, const mpb_strings *from)
{
    mpb_strings made = {0};

    for (size_t i = 0; i < from->count; i++) {
        mpb_status status = mpb_strings_add(&made, from->items[i], strlen(from->items[i]));

        if (status != MPB_OK) {
            mpb_strings_clear(&made);
            return status;
        }
    }
    mpb_strings_clear(to);
    *to = made;
    return MPB_OK;
}

int mpb_strings_find(const mpb_strings *strings, const char *text)
{
    for (size_t i = 0; i < strings->count; i++) {
        if (strcmp(strings->items[i], text) == 0) {
            return (int)i;
        }
    }
    return -1;
}

bool mpb_strings_equal(const mpb_strings *a, const mpb_strings *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (strcmp(a->items[i], b->items[i]) != 0) {
            return false;
        }
    }
    return true;
}

void mpb_strings_describe(const mpb_strings *strings, char *text, size_t size)
{
    static const char more[] = "...";
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < strings->count; i++) {
        const char *comma = i == 0 ? "" : ", ";
        bool last = i + 1 == strings->count;
        size_t length = strlen(comma) + strlen(strings->items[i]);

        if (used + length + (last ? 0 : strlen(", ") + strlen(more)) >= size) {
            snprintf(text + used, size - used, "%s%s", used == 0 ? "" : comma, more);
            return;
        }
        snprintf(text + used, size - used, "%s%s", comma, strings->items[i]);
        used += length;
    }
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void mpb_strings_sort(mpb_strings *strings)
{
    if (strings->count > 1) {
        qsort(strings->items, strings->count, sizeof(*strings->items), compare);
    }
}

void mpb_strings_clear(mpb_strings *strings)
{
    for (size_t i = 0; i < strings->count; i++) {
        free(strings->items[i]);
    }
    free(strings->items);
    *strings = (mpb_strings){0};
}
