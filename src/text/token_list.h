#pragma once

#include "mpibert/text/tokenizer.h"

MPB_MUST_CHECK mpb_status mpb_token_list_grow(mpb_token_list *tokens);

/* Makes room for `extra` more tokens, at most 256. */
static inline mpb_status mpb_token_list_reserve(mpb_token_list *tokens, size_t extra)
{
    return tokens->capacity - tokens->count < extra ? mpb_token_list_grow(tokens) : MPB_OK;
}

static inline mpb_status mpb_token_list_add(mpb_token_list *tokens, uint32_t id, uint32_t start,
                                            uint32_t end)
{
    MPB_TRY(mpb_token_list_reserve(tokens, 1));
    tokens->ids[tokens->count] = id;
    tokens->char_start[tokens->count] = start;
    tokens->char_end[tokens->count] = end;
    tokens->count++;
    return MPB_OK;
}
