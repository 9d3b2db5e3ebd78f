#include "choice_list.h"

#include "json_place.h"

void mpb_choice_list_reset(mpb_choice_list *list)
{
    mpb_buffer_reset(&list->bytes);
    list->count = 0;
}

/* The bytes behind the last choice are the next one. */
static mpb_status close_choice(mpb_choice_list *list, const mpb_place *place)
{
    if (list->count == MPB_MAX_CHOICES) {
        return mpb_place_fail(place, "the question has more than 64 choices");
    }
    list->ends[list->count++] = list->bytes.size;
    return MPB_OK;
}

mpb_status mpb_choice_list_add(mpb_choice_list *list, const char *text, size_t size,
                               const mpb_place *place)
{
    MPB_TRY(mpb_buffer_append(&list->bytes, text, size));
    return close_choice(list, place);
}

mpb_status mpb_choice_list_add_json(mpb_choice_list *list, const mpb_value *array, const char *name,
                                    const mpb_place *place)
{
    mpb_value_items items = mpb_value_open(array);
    char where[MPB_PLACE_SIZE];

    mpb_place_describe(place, where);
    MPB_REQUIRE(array->kind == MPB_VALUE_ARRAY, MPB_ERR_DATA,
                "member '%s' is %s, a list of choices was expected (%s)", name,
                mpb_value_describe(array), where);
    while (mpb_value_next(&items)) {
        MPB_REQUIRE(items.value.kind == MPB_VALUE_TEXT, MPB_ERR_DATA,
                    "choice %zu of member '%s' is %s, a string was expected (%s)", list->count,
                    name, mpb_value_describe(&items.value), where);
        MPB_TRY(mpb_place_decode(&items.value, place, &list->bytes));
        MPB_TRY(close_choice(list, place));
    }
    return MPB_OK;
}

void mpb_choice_list_fill(mpb_choice_list *list, mpb_record *record)
{
    size_t begin = 0;

    for (size_t i = 0; i < list->count; i++) {
        list->items[i] = (mpb_text){list->bytes.data + begin, list->ends[i] - begin};
        begin = list->ends[i];
    }
    record->choices = list->items;
    record->num_choices = list->count;
}

void mpb_choice_list_clear(mpb_choice_list *list)
{
    mpb_buffer_clear(&list->bytes);
    list->count = 0;
}
