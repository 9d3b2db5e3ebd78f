#include "label_list.h"

#include <stdlib.h>
#include <string.h>

void mpb_label_list_reset(mpb_label_list *list)
{
    mpb_buffer_reset(&list->bytes);
    list->count = 0;
}

static mpb_status grow(mpb_label_list *list)
{
    size_t capacity = list->capacity == 0 ? 16 : 2 * list->capacity;
    size_t *begins = realloc(list->begins, capacity * sizeof(*begins));
    const char **items;

    MPB_REQUIRE(begins != NULL, MPB_ERR_SYSTEM, "no memory for %zu labels", capacity);
    list->begins = begins;
    items = realloc(list->items, capacity * sizeof(*items));
    MPB_REQUIRE(items != NULL, MPB_ERR_SYSTEM, "no memory for %zu labels", capacity);
    list->items = items;
    list->capacity = capacity;
    return MPB_OK;
}

mpb_status mpb_label_list_add(mpb_label_list *list, const char *text, size_t size)
{
    if (list->count == list->capacity) {
        MPB_TRY(grow(list));
    }
    list->begins[list->count] = list->bytes.size;
    MPB_TRY(mpb_buffer_append(&list->bytes, text, size));
    MPB_TRY(mpb_buffer_append(&list->bytes, "", 1));
    list->count++;
    return MPB_OK;
}

mpb_status mpb_label_list_split(mpb_label_list *list, const char *text, size_t size)
{
    const char *end = text + size;

    while (text < end) {
        const char *comma = memchr(text, ',', (size_t)(end - text));
        const char *stop = comma == NULL ? end : comma;
        const char *last = stop;

        while (text < last && *text == ' ') {
            text++;
        }
        while (last > text && last[-1] == ' ') {
            last--;
        }
        if (last > text) {
            MPB_TRY(mpb_label_list_add(list, text, (size_t)(last - text)));
        }
        text = stop + 1;
    }
    return MPB_OK;
}

const char *const *mpb_label_list_finish(mpb_label_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        list->items[i] = list->bytes.data + list->begins[i];
    }
    return list->items;
}

void mpb_label_list_clear(mpb_label_list *list)
{
    mpb_buffer_clear(&list->bytes);
    free(list->begins);
    free(list->items);
    *list = (mpb_label_list){0};
}
