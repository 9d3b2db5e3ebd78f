#pragma once

#include "mpibert/text/tokenizer.h"

MPB_MUST_CHECK mpb_status mpb_token_list_grow(mpb_token_list *tokens);

static inline mpb_status mpb_token_list_add(mpb_token_list *tokens, uint32_t id, uint32_t start,
                                            uint32_t end)
{
    if (tokens->count == tokens->capacity) {
        MPB_TRY(mpb_token_list_grow(tokens));
    }
    tokens->ids[tokens->count] = id;
    tokens->char_start[tokens->count] = start;
    tokens->char_end[tokens->count] = end;
    tokens->count++;
    return MPB_OK;
}
