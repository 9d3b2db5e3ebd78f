#include "token_window.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

/* Sequences in ascending order, and their tokens end to end. */
typedef struct block {
    size_t count;
    size_t capacity;
    uint32_t *numbers; /* owned, (count) */
    size_t *begins;    /* owned, (count): of each in `tokens` */
    size_t token_capacity;
    uint32_t *tokens; /* owned */
} block;

struct token_window {
    mpb_token_source *source; /* borrowed */
    block blocks[2];
    int used; /* which block is in use; the other is filled */
};

mpb_status token_window_create(mpb_token_source *source, token_window **window)
{
    token_window *made = calloc(1, sizeof(*made));

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory to read tokens");
    made->source = source;
    *window = made;
    return MPB_OK;
}

void token_window_destroy(token_window **window)
{
    if (*window == NULL) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        free((*window)->blocks[i].numbers);
        free((*window)->blocks[i].begins);
        free((*window)->blocks[i].tokens);
    }
    free(*window);
    *window = NULL;
}

static block *coming(token_window *window)
{
    return &window->blocks[1 - window->used];
}

/* realloc that leaves *array as it was on failure. */
static bool grow(void **array, size_t count, size_t size)
{
    void *larger = realloc(*array, count * size);

    if (larger == NULL) {
        return false;
    }
    *array = larger;
    return true;
}

mpb_status token_window_ask(token_window *window, uint32_t number)
{
    block *b = coming(window);

    if (b->count == b->capacity) {
        const size_t capacity = b->capacity == 0 ? 64 : 2 * b->capacity;
        void *numbers = b->numbers;
        void *begins = b->begins;
        const bool grown = grow(&numbers, capacity, sizeof(*b->numbers)) &&
                           grow(&begins, capacity, sizeof(*b->begins));

        b->numbers = numbers;
        b->begins = begins;
        MPB_REQUIRE(grown, MPB_ERR_SYSTEM, "no memory to read %zu sequences", capacity);
        b->capacity = capacity;
    }
    b->numbers[b->count++] = number;
    return MPB_OK;
}

static int ascending(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a;
    const uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static mpb_status read_block(const token_window *window, block *b)
{
    size_t num_tokens = 0;

    qsort(b->numbers, b->count, sizeof(*b->numbers), ascending);
    for (size_t i = 0; i < b->count; i++) {
        b->begins[i] = num_tokens;
        num_tokens += mpb_token_source_length(window->source, b->numbers[i]);
    }
    if (num_tokens > b->token_capacity) {
        void *tokens = b->tokens;

        MPB_REQUIRE(grow(&tokens, num_tokens, sizeof(*b->tokens)), MPB_ERR_SYSTEM,
                    "no memory to read %zu tokens", num_tokens);
        b->tokens = tokens;
        b->token_capacity = num_tokens;
    }
    return mpb_token_source_read(window->source, b->numbers, b->count, b->tokens);
}

mpb_status token_window_fetch(token_window *window)
{
    block *b = coming(window);
    const mpb_status status = b->count == 0 ? MPB_OK : read_block(window, b);

    if (status != MPB_OK) {
        b->count = 0;
    }
    return status;
}

void token_window_turn(token_window *window)
{
    window->blocks[window->used].count = 0;
    window->used = 1 - window->used;
}

const uint32_t *token_window_find(const token_window *window, uint32_t number)
{
    const block *b = &window->blocks[window->used];
    const uint32_t *found = bsearch(&number, b->numbers, b->count, sizeof(*b->numbers), ascending);

    assert(found != NULL);
    return b->tokens + b->begins[found - b->numbers];
}
