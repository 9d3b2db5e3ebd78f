#include "mpibert/io/json.h"

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

bool mpb_json_is_object(const mpb_json *value)
{
    return value->type == JSON_OBJECT;
}

bool mpb_json_is_array(const mpb_json *value)
{
    return value->type == JSON_ARRAY;
}

bool mpb_json_is_string(const mpb_json *value)
{
    return value->type == JSON_STRING;
}

bool mpb_json_is_number(const mpb_json *value)
{
    return value->type == JSON_INTEGER || value->type == JSON_REAL;
}

bool mpb_json_is_integer(const mpb_json *value)
{
    return value->type == JSON_INTEGER;
}

bool mpb_json_is_boolean(const mpb_json *value)
{
    return value->type == JSON_TRUE || value->type == JSON_FALSE;
}

bool mpb_json_is_null(const mpb_json *value)
{
    return value->type == JSON_NULL;
}

const mpb_json *mpb_json_member(const mpb_json *object, const char *name)
{
    for (size_t i = 0; mpb_json_is_object(object) && i < object->count; i++) {
        if (strcmp(object->names[i], name) == 0) {
            return object->items[i];
        }
    }
    return NULL;
}

const mpb_json *mpb_json_item(const mpb_json *array, size_t index)
{
    return mpb_json_is_array(array) && index < array->count ? array->items[index] : NULL;
}

size_t mpb_json_count(const mpb_json *value)
{
    return value->count;
}

const mpb_json *mpb_json_member_at(const mpb_json *object, size_t index, const char **name)
{
    assert(mpb_json_is_object(object) && index < object->count);
    *name = object->names[index];
    return object->items[index];
}

const char *mpb_json_text(const mpb_json *value)
{
    assert(mpb_json_is_string(value));
    return json_string_value(value->scalar);
}

double mpb_json_number(const mpb_json *value)
{
    assert(mpb_json_is_number(value));
    return json_number_value(value->scalar);
}

int64_t mpb_json_integer(const mpb_json *value)
{
    assert(mpb_json_is_integer(value));
    return (int64_t)json_integer_value(value->scalar);
}

bool mpb_json_boolean(const mpb_json *value)
{
    assert(mpb_json_is_boolean(value));
    return value->type == JSON_TRUE;
}

static const char *real_name(double number)
{
    if (number != floor(number)) {
        return "a number with a fraction";
    }
    return fabs(number) >= 0x1p63 ? "a number beyond 64 bits"
                                  : "a number with a point or an exponent";
}

static const char *type_name(const mpb_json *value)
{
    switch (value->type) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
        return "an integer";
    case JSON_REAL:
        return real_name(mpb_json_number(value));
    case JSON_TRUE:
    case JSON_FALSE:
        return "a boolean";
    case JSON_NULL:
        return "null";
    }
    return "nothing";
}

static mpb_status get(const mpb_json *object, const char *name, const char *where,
                      bool (*fits)(const mpb_json *), const char *expected, const mpb_json **value)
{
    const mpb_json *found;

    MPB_REQUIRE(mpb_json_is_object(object), MPB_ERR_DATA,
                "%s was found, an object with member '%s' was expected (%s)", type_name(object),
                name, where);
    found = mpb_json_member(object, name);
    MPB_REQUIRE(found != NULL, MPB_ERR_DATA, "member '%s' is missing, %s was expected (%s)", name,
                expected, where);
    MPB_REQUIRE(fits(found), MPB_ERR_DATA, "member '%s' is %s, %s was expected (%s)", name,
                type_name(found), expected, where);
    *value = found;
    return MPB_OK;
}

mpb_status mpb_json_get_integer(const mpb_json *object, const char *name, const char *where,
                                int64_t *out)
{
    const mpb_json *value = NULL;

    MPB_TRY(get(object, name, where, mpb_json_is_integer, "an integer", &value));
    *out = mpb_json_integer(value);
    return MPB_OK;
}

mpb_status mpb_json_get_number(const mpb_json *object, const char *name, const char *where,
                               double *out)
{
    const mpb_json *value = NULL;

    MPB_TRY(get(object, name, where, mpb_json_is_number, "a number", &value));
    *out = mpb_json_number(value);
    return MPB_OK;
}

mpb_status mpb_json_get_text(const mpb_json *object, const char *name, const char *where,
                             const char **out)
{
    const mpb_json *value = NULL;

    MPB_TRY(get(object, name, where, mpb_json_is_string, "a string", &value));
    *out = mpb_json_text(value);
    return MPB_OK;
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
