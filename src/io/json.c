#include "mpibert/io/json.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "json_internal.h"

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
