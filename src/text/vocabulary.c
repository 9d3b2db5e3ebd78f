#include "vocabulary.h"

#include <stdlib.h>
#include <string.h>

/* Fibonacci hashing spreads FNV's weak high bits before they choose a slot. */
static uint64_t spread(uint64_t hash)
{
    return (hash ^ hash >> 32) * UINT64_C(0x9E3779B97F4A7C15);
}

static bool continues_word(const char *token, size_t length)
{
    return length > MPB_CONTINUATION_MARK && token[0] == '#' && token[1] == '#';
}

/* A token as the table knows it. */
typedef struct key {
    const char *text; /* borrowed */
    uint64_t hash;
    uint32_t shape;
} key;

static key key_of(const char *token, size_t length)
{
    bool continuation = continues_word(token, length);
    size_t skip = continuation ? MPB_CONTINUATION_MARK : 0;
    key made = {.text = token + skip,
                .hash = mpb_vocabulary_hash_start(continuation),
                .shape = (uint32_t)(length - skip) * 2 + continuation};

    for (size_t i = skip; i < length; i++) {
        made.hash = mpb_vocabulary_hash_byte(made.hash, token[i]);
    }
    return made;
}

/* The slot of the key, or the free slot where it belongs. */
static size_t locate(const mpb_vocabulary *vocabulary, const key *wanted)
{
    size_t mask = ((size_t)1 << vocabulary->bits) - 1;
    uint64_t mixed = spread(wanted->hash);
    size_t at = (size_t)(mixed >> (64 - vocabulary->bits));

    for (;; at = (at + 1) & mask) {
        const mpb_vocabulary_slot *slot = &vocabulary->slots[at];

        if (slot->id == MPB_NO_TOKEN ||
            (slot->tag == (uint32_t)mixed && slot->shape == wanted->shape &&
             memcmp(vocabulary->bytes + slot->offset, wanted->text, wanted->shape / 2) == 0)) {
            return at;
        }
    }
}

uint32_t mpb_vocabulary_find(const mpb_vocabulary *vocabulary, uint64_t hash, bool continuation,
                             const char *text, size_t length)
{
    key wanted = {text, hash, (uint32_t)length * 2 + continuation};

    return vocabulary->slots[locate(vocabulary, &wanted)].id;
}

uint32_t mpb_vocabulary_id(const mpb_vocabulary *vocabulary, const char *token, size_t length)
{
    key wanted = key_of(token, length);

    return vocabulary->slots[locate(vocabulary, &wanted)].id;
}

static mpb_status allocate(mpb_vocabulary *vocabulary, const mpb_strings *tokens)
{
    size_t bytes = 0;
    size_t num_slots;

    for (size_t i = 0; i < tokens->count; i++) {
        bytes += strlen(tokens->items[i]) + 1;
    }
    MPB_REQUIRE(bytes < INT32_MAX, MPB_ERR_DATA,
                "the vocabulary has %zu bytes, at most %d were expected", bytes, INT32_MAX);
    vocabulary->bits = 4;
    while ((size_t)1 << vocabulary->bits < 2 * tokens->count) {
        vocabulary->bits++;
    }
    num_slots = (size_t)1 << vocabulary->bits;
    vocabulary->bytes = malloc(bytes + 1);
    vocabulary->starts = malloc((tokens->count + 1) * sizeof(*vocabulary->starts));
    vocabulary->slots = malloc(num_slots * sizeof(*vocabulary->slots));
    MPB_REQUIRE(vocabulary->bytes != NULL && vocabulary->starts != NULL &&
                    vocabulary->slots != NULL,
                MPB_ERR_SYSTEM, "no memory for a vocabulary of %zu tokens", tokens->count);
    for (size_t i = 0; i < num_slots; i++) {
        vocabulary->slots[i].id = MPB_NO_TOKEN;
    }
    return MPB_OK;
}

static mpb_status insert(mpb_vocabulary *vocabulary, uint32_t id, size_t length, const char *where)
{
    const char *token = vocabulary->bytes + vocabulary->starts[id];
    key added = key_of(token, length);
    mpb_vocabulary_slot *slot = &vocabulary->slots[locate(vocabulary, &added)];
    size_t key_length = added.shape / 2;

    MPB_REQUIRE(slot->id == MPB_NO_TOKEN, MPB_ERR_DATA,
                "token '%s' has the ids %u and %u, each token was expected once (%s)", token,
                slot->id, id, where);
    *slot = (mpb_vocabulary_slot){.tag = (uint32_t)spread(added.hash),
                                  .id = id,
                                  .offset = (uint32_t)(added.text - vocabulary->bytes),
                                  .shape = added.shape};
    vocabulary->longest = key_length > vocabulary->longest ? key_length : vocabulary->longest;
    return MPB_OK;
}

mpb_status mpb_vocabulary_init(mpb_vocabulary *vocabulary, const mpb_strings *tokens,
                               const char *where)
{
    uint32_t end = 0;

    MPB_TRY(allocate(vocabulary, tokens));
    for (size_t i = 0; i < tokens->count; i++) {
        size_t length = strlen(tokens->items[i]);

        vocabulary->starts[i] = end;
        memcpy(vocabulary->bytes + end, tokens->items[i], length + 1);
        end += (uint32_t)length + 1;
        MPB_TRY(insert(vocabulary, (uint32_t)i, length, where));
        vocabulary->count++;
    }
    return MPB_OK;
}

void mpb_vocabulary_clear(mpb_vocabulary *vocabulary)
{
    free(vocabulary->bytes);
    free(vocabulary->starts);
    free(vocabulary->slots);
    *vocabulary = (mpb_vocabulary){0};
}
