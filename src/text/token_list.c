#include "token_list.h"

#include <stdlib.h>
#include <string.h>

static mpb_status enlarge(uint32_t **values, size_t capacity)
{
    uint32_t *larger = realloc(*values, capacity * sizeof(**values));

    MPB_REQUIRE(larger != NULL, MPB_ERR_SYSTEM, "no memory for %zu tokens", capacity);
    *values = larger;
    return MPB_OK;
}

mpb_status mpb_token_list_grow(mpb_token_list *tokens)
{
    size_t capacity = tokens->capacity == 0 ? 256 : 2 * tokens->capacity;

    MPB_TRY(enlarge(&tokens->ids, capacity));
    MPB_TRY(enlarge(&tokens->char_start, capacity));
    MPB_TRY(enlarge(&tokens->char_end, capacity));
    tokens->capacity = capacity;
    return MPB_OK;
}

mpb_status mpb_token_list_append(mpb_token_list *tokens, uint32_t id, uint32_t start, uint32_t end)
{
    return mpb_token_list_add(tokens, id, start, end);
}

void mpb_token_list_clear(mpb_token_list *tokens)
{
    free(tokens->ids);
    free(tokens->char_start);
    free(tokens->char_end);
    *tokens = (mpb_token_list){0};
}

/* The shorter segment stays whole if the longer one can give way alone; otherwise both get half of
 * the room, and the longer one (b if they are equal) the odd token. */
void mpb_truncate_longest_first(size_t count_a, size_t count_b, bool has_b, size_t max_length,
                                size_t *keep_a, size_t *keep_b)
{
    size_t specials = has_b ? 3 : 2;
    size_t room = max_length > specials ? max_length - specials : 0;
    size_t shorter = count_a < count_b ? count_a : count_b;
    size_t half = room / 2;
    size_t small;
    size_t large;

    if (!has_b) {
        *keep_a = count_a < room ? count_a : room;
        return;
    }
    if (count_a <= room && count_b <= room - count_a) {
        *keep_a = count_a;
        *keep_b = count_b;
        return;
    }
    small = shorter < half ? shorter : half;
    large = room - small;
    *keep_a = count_a > count_b ? large : small;
    *keep_b = count_a > count_b ? small : large;
}
