#include "mpibert/task/masking.h"

#include <stdlib.h>
#include <string.h>

#include "mpibert/core/philox.h"

/* "mask": separates these draws from other uses of the seed. */
static const uint64_t PURPOSE = (uint64_t)0x6D61736B << 32;

static const double MASKED = 0.8; /* shares of the tokens to predict */
static const double REPLACED = 0.1;

enum { SPECIAL = 1, CONTINUES = 2 }; /* flags of a token */

struct mpb_masking {
    mpb_masking_options options;
    uint32_t mask;
    uint32_t vocab_size;
    unsigned char *flags; /* owned, (vocab_size) */
};

static unsigned char flags_of(const char *token)
{
    static const char *const special[] = {"[CLS]", "[SEP]", "[PAD]"};

    for (size_t i = 0; i < sizeof(special) / sizeof(*special); i++) {
        if (strcmp(token, special[i]) == 0) {
            return SPECIAL;
        }
    }
    return mpb_token_continues(token) ? CONTINUES : 0;
}

static mpb_status fill(const mpb_tokenizer *tokenizer, mpb_masking *masking)
{
    double probability = masking->options.probability;

    MPB_TRY(mpb_tokenizer_mask(tokenizer, &masking->mask));
    MPB_REQUIRE(probability >= 0.0 && probability <= 1.0, MPB_ERR_CONFIG,
                "the probability of masking is %g, 0 to 1 was expected", probability);
    masking->vocab_size = (uint32_t)mpb_tokenizer_vocab_size(tokenizer);
    masking->flags = calloc(masking->vocab_size, 1);
    MPB_REQUIRE(masking->flags != NULL, MPB_ERR_SYSTEM, "no memory for a vocabulary of %u tokens",
                masking->vocab_size);
    for (uint32_t id = 0; id < masking->vocab_size; id++) {
        masking->flags[id] = flags_of(mpb_tokenizer_token(tokenizer, id));
    }
    return MPB_OK;
}

mpb_status mpb_masking_create(const mpb_tokenizer *tokenizer, const mpb_masking_options *options,
                              mpb_masking **masking)
{
    mpb_masking *made = calloc(1, sizeof(*made));
    mpb_status status;

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for masking");
    made->options = *options;
    status = fill(tokenizer, made);
    if (status != MPB_OK) {
        mpb_masking_destroy(&made);
        return status;
    }
    *masking = made;
    return MPB_OK;
}

void mpb_masking_destroy(mpb_masking **masking)
{
    if (*masking != NULL) {
        free((*masking)->flags);
        free(*masking);
        *masking = NULL;
    }
}

/* A number in [0, 1) from 32 random bits. */
static double share_of(uint32_t word)
{
    return (double)word / 4294967296.0;
}

/* What stands in the place of a token to predict. */
static uint32_t replacement(const mpb_masking *masking, uint32_t id, const uint32_t words[4])
{
    double share = share_of(words[1]);

    if (share < MASKED) {
        return masking->mask;
    }
    if (share < MASKED + REPLACED) {
        return (uint32_t)((uint64_t)words[2] * masking->vocab_size >> 32);
    }
    return id;
}

/* A walk over the tokens of a sequence. */
typedef struct masking_walk {
    const mpb_masking *masking;
    mpb_philox_key key;
    uint64_t sequence;
    uint32_t words[4]; /* drawn for the token */
    bool in_word;      /* the token before it is one of a text */
    bool chosen;       /* it, or the word that it belongs to */
} masking_walk;

static masking_walk begin_walk(const mpb_masking *masking, uint64_t draw, uint64_t sequence)
{
    const uint64_t seed = draw == MPB_EVALUATION_DRAW ? 0 : masking->options.seed;

    return (masking_walk){
        .masking = masking, .key = mpb_philox_key_make(seed, PURPOSE + draw), .sequence = sequence};
}

/* Whether the token at `position`, the next one, is to be predicted. */
static bool choose(masking_walk *walk, size_t position, uint32_t token)
{
    const mpb_masking_options *options = &walk->masking->options;
    const uint32_t counter[4] = {(uint32_t)walk->sequence, (uint32_t)(walk->sequence >> 32),
                                 (uint32_t)position, 0};
    const unsigned char flags = token < walk->masking->vocab_size ? walk->masking->flags[token] : 0;

    mpb_philox_block(walk->key, counter, walk->words);
    if (!options->whole_words || (flags & CONTINUES) == 0 || !walk->in_word) {
        walk->chosen = (flags & SPECIAL) == 0 && share_of(walk->words[0]) < options->probability;
    }
    walk->in_word = (flags & SPECIAL) == 0;
    return walk->chosen;
}

size_t mpb_masking_apply(const mpb_masking *masking, uint64_t draw, uint64_t sequence, size_t count,
                         uint32_t *tokens, uint32_t *rows)
{
    masking_walk walk = begin_walk(masking, draw, sequence);
    size_t num_rows = 0;

    for (size_t i = 0; i < count; i++) {
        if (choose(&walk, i, tokens[i])) {
            tokens[i] = replacement(masking, tokens[i], walk.words);
            rows[num_rows++] = (uint32_t)i;
        }
    }
    return num_rows;
}

uint32_t mpb_masking_token(const mpb_masking *masking)
{
    return masking->mask;
}

size_t mpb_masking_count(const mpb_masking *masking, uint64_t draw, uint64_t sequence, size_t count,
                         const uint32_t *tokens)
{
    masking_walk walk = begin_walk(masking, draw, sequence);
    size_t num_rows = 0;

    for (size_t i = 0; i < count; i++) {
        num_rows += choose(&walk, i, tokens[i]);
    }
    return num_rows;
}
