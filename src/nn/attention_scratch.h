#pragma once

/* Attention works on strips of query rows, whose scores stay in the second-level cache. */
enum { ATTENTION_STRIP = 128 };

static inline int attention_strip(int length)
{
    return length < ATTENTION_STRIP ? length : ATTENTION_STRIP;
}
