#include "normal_text.h"

#include <stdlib.h>

#include "mpibert/core/utf8.h"

enum { CHARACTER_BYTES = 4, LEAST_ROOM = 256 };

static mpb_status grow(mpb_normal_text *normal)
{
    const size_t capacity = normal->capacity == 0 ? LEAST_ROOM : 2 * normal->capacity;
    char *text = realloc(normal->text, capacity);
    uint32_t *source;

    MPB_REQUIRE(text != NULL, MPB_ERR_SYSTEM, "no memory for a text of %zu bytes", capacity);
    normal->text = text;
    source = realloc(normal->source, capacity * sizeof(*source));
    MPB_REQUIRE(source != NULL, MPB_ERR_SYSTEM, "no memory for a text of %zu bytes", capacity);
    normal->source = source;
    normal->capacity = capacity;
    return MPB_OK;
}

mpb_status mpb_normal_text_push(mpb_normal_text *normal, uint32_t code, uint32_t source)
{
    size_t length;

    if (normal->capacity - normal->size < CHARACTER_BYTES) {
        MPB_TRY(grow(normal));
    }
    length = mpb_utf8_encode(code, normal->text + normal->size);
    for (size_t i = 0; i < length; i++) {
        normal->source[normal->size++] = source;
    }
    return MPB_OK;
}

void mpb_normal_text_clear(mpb_normal_text *normal)
{
    free(normal->text);
    free(normal->source);
    *normal = (mpb_normal_text){0};
}
