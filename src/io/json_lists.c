#include "mpibert/io/json.h"

mpb_status mpb_json_set_strings(mpb_json *object, const char *name, const mpb_strings *strings)
{
    mpb_json *list = mpb_json_new_array();

    MPB_TRY(mpb_json_set(object, name, list));
    for (size_t i = 0; i < strings->count; i++) {
        MPB_TRY(mpb_json_append(list, mpb_json_new_text(strings->items[i])));
    }
    return MPB_OK;
}

mpb_status mpb_json_set_numbers(mpb_json *object, const char *name, const double *numbers,
                                size_t count)
{
    mpb_json *list = mpb_json_new_array();

    MPB_TRY(mpb_json_set(object, name, list));
    for (size_t i = 0; i < count; i++) {
        MPB_TRY(mpb_json_append(list, mpb_json_new_number(numbers[i])));
    }
    return MPB_OK;
}

mpb_status mpb_json_set_floats(mpb_json *object, const char *name, const float *numbers,
                               size_t count)
{
    mpb_json *list = mpb_json_new_array();

    MPB_TRY(mpb_json_set(object, name, list));
    for (size_t i = 0; i < count; i++) {
        MPB_TRY(mpb_json_append(list, mpb_json_new_number((double)numbers[i])));
    }
    return MPB_OK;
}
