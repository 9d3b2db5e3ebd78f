#pragma once

#include "characters.h"
#include "mpibert/text/tokenizer.h"
#include "vocabulary.h"

enum { MPB_NUM_SPECIALS = 5 };

/* A token that stands for itself wherever the text spells it. */
typedef struct mpb_special {
    const char *text; /* static */
    size_t length;
    uint32_t id; /* MPB_NO_TOKEN where the vocabulary lacks it */
} mpb_special;

struct mpb_tokenizer {
    mpb_vocabulary vocabulary;
    mpb_special specials[MPB_NUM_SPECIALS];
    uint32_t unknown;
    mpb_tokenizer_options options;
};
