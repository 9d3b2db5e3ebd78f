#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json_internal.h"
#include "mpibert/core/utf8.h"

mpb_json *mpb_json_new_container(json_type type)
{
    mpb_json *made = calloc(1, sizeof(*made));

    if (made != NULL) {
        made->type = type;
    }
    return made;
}

mpb_json *mpb_json_new_scalar(json_t *scalar)
{
    mpb_json *made = scalar == NULL ? NULL : mpb_json_new_container(json_typeof(scalar));

    if (made == NULL) {
        json_decref(scalar);
        return NULL;
    }
    made->scalar = scalar;
    return made;
}

void mpb_json_destroy(mpb_json **root)
{
    mpb_json *value = *root;

    if (value == NULL) {
        return;
    }
    for (size_t i = 0; i < value->count; i++) {
        mpb_json_destroy(&value->items[i]);
        if (value->names != NULL) {
            free(value->names[i]);
        }
    }
    free(value->items);
    free(value->names);
    json_decref(value->scalar);
    free(value);
    *root = NULL;
}

mpb_json *mpb_json_new_object(void)
{
    return mpb_json_new_container(JSON_OBJECT);
}

mpb_json *mpb_json_new_array(void)
{
    return mpb_json_new_container(JSON_ARRAY);
}

mpb_json *mpb_json_new_text(const char *text)
{
    return mpb_json_new_scalar(json_string(text));
}

mpb_json *mpb_json_new_text_of(const char *bytes, size_t size)
{
    return mpb_json_new_scalar(json_stringn(bytes, size));
}

mpb_json *mpb_json_new_number(double number)
{
    return mpb_json_new_scalar(isfinite(number) ? json_real(number) : json_null());
}

mpb_json *mpb_json_new_integer(int64_t integer)
{
    return mpb_json_new_scalar(json_integer(integer));
}

mpb_json *mpb_json_new_boolean(bool truth)
{
    return mpb_json_new_scalar(json_boolean(truth));
}

mpb_json *mpb_json_new_null(void)
{
    return mpb_json_new_scalar(json_null());
}

static mpb_status grow(mpb_json *parent)
{
    size_t capacity = parent->capacity == 0 ? 4 : 2 * parent->capacity;
    mpb_json **items = realloc(parent->items, capacity * sizeof(*items));

    MPB_REQUIRE(items != NULL, MPB_ERR_SYSTEM, "no memory for a JSON value of %zu items", capacity);
    parent->items = items;
    if (mpb_json_is_object(parent)) {
        char **names = realloc(parent->names, capacity * sizeof(*names));

        MPB_REQUIRE(names != NULL, MPB_ERR_SYSTEM, "no memory for a JSON value of %zu members",
                    capacity);
        parent->names = names;
    }
    parent->capacity = capacity;
    return MPB_OK;
}

static mpb_status place(mpb_json *parent, const char *name, mpb_json *child)
{
    MPB_REQUIRE(child != NULL, MPB_ERR_SYSTEM,
                "no memory for a JSON value, or its text is no UTF-8 (member '%s')",
                name == NULL ? "" : name);
    if (parent->count == parent->capacity) {
        MPB_TRY(grow(parent));
    }
    if (name != NULL) {
        char *copy = strdup(name);

        MPB_REQUIRE(copy != NULL, MPB_ERR_SYSTEM, "no memory for a JSON member");
        parent->names[parent->count] = copy;
    }
    parent->items[parent->count++] = child;
    return MPB_OK;
}

mpb_status mpb_json_push(mpb_json *parent, const char *name, mpb_json *child)
{
    mpb_status status = place(parent, name, child);

    if (status != MPB_OK) {
        mpb_json_destroy(&child);
    }
    return status;
}

mpb_status mpb_json_set(mpb_json *object, const char *name, mpb_json *child)
{
    size_t bad;

    assert(mpb_json_is_object(object));
    if (!mpb_utf8_valid(name, strlen(name), &bad)) {
        mpb_json_destroy(&child);
        return MPB_FAIL(MPB_ERR_DATA, "the name of a JSON member is no UTF-8 (byte %zu of it)",
                        bad);
    }
    for (size_t i = 0; child != NULL && i < object->count; i++) {
        if (strcmp(object->names[i], name) == 0) {
            mpb_json_destroy(&object->items[i]);
            object->items[i] = child;
            return MPB_OK;
        }
    }
    return mpb_json_push(object, name, child);
}

mpb_status mpb_json_append(mpb_json *array, mpb_json *child)
{
    assert(mpb_json_is_array(array));
    return mpb_json_push(array, NULL, child);
}
