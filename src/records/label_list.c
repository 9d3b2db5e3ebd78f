#include "label_list.h"

#include <stdlib.h>
#include <string.h>

#include "encoding.h"

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

static size_t count_digits(const char *text, size_t size, size_t at)
{
    size_t i = at;

    while (i < size && text[i] >= '0' && text[i] <= '9') {
        i++;
    }
    return i - at;
}

/* The length of a whole number without its fraction; 0 where the text is none. */
static size_t whole_length(const char *text, size_t size)
{
    size_t sign = size > 0 && text[0] == '-';
    size_t digits = count_digits(text, size, sign);
    size_t point = sign + digits;
    size_t last = size;

    if (digits == 0 || (text[sign] == '0' && (digits > 1 || sign > 0))) {
        return 0;
    }
    while (last > point + 1 && text[last - 1] == '0') {
        last--;
    }
    return point == size || (last < size && last == point + 1 && text[point] == '.') ? point : 0;
}

bool mpb_is_whole_number(const char *text, size_t size)
{
    return whole_length(text, size) > 0;
}

mpb_status mpb_label_list_add(mpb_label_list *list, const char *text, size_t size)
{
    size_t whole = whole_length(text, size);

    size = whole > 0 ? whole : size;
    if (list->count == list->capacity) {
        MPB_TRY(grow(list));
    }
    list->begins[list->count] = list->bytes.size;
    MPB_TRY(mpb_buffer_append(&list->bytes, text, size));
    MPB_TRY(mpb_buffer_append(&list->bytes, "", 1));
    list->count++;
    return MPB_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

const char *mpb_label_trim(const char *text, size_t *size)
{
    while (*size > 0 && is_blank(*text)) {
        text++;
        (*size)--;
    }
    while (*size > 0 && is_blank(text[*size - 1])) {
        (*size)--;
    }
    return text;
}

mpb_status mpb_label_list_split(mpb_label_list *list, const char *text, size_t size,
                                const mpb_place *place)
{
    const char *end = text + size;

    while (text < end && list->count <= MPB_MAX_RECORD_LABELS) {
        const char *comma = memchr(text, ',', (size_t)(end - text));
        const char *stop = comma == NULL ? end : comma;
        size_t length = (size_t)(stop - text);
        const char *label = mpb_label_trim(text, &length);

        if (length > 0) {
            MPB_TRY(mpb_name_check(label, length, place));
            MPB_TRY(mpb_label_list_add(list, label, length));
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
