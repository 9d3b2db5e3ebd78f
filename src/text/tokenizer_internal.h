#pragma once

#include "added_tokens.h"
#include "characters.h"
#include "mpibert/text/tokenizer.h"
#include "vocabulary.h"

struct mpb_tokenizer {
    mpb_vocabulary vocabulary;
    mpb_added_token *added; /* owned, (num_added): BERT's own among them; borrow `added_texts` */
    size_t num_added;
    mpb_strings added_texts;  /* (num_added) */
    mpb_strings normal_texts; /* normalised, of those that are looked for in normalised text */
    mpb_spellings literal;    /* the added tokens that a text spells as they are */
    mpb_spellings normalized; /* the others */
    unsigned char *special;   /* owned, (vocabulary.count): whether a token is special */
    uint32_t unknown;
    mpb_tokenizer_options options;
};
