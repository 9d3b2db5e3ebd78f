#include "mpibert/text/tokenizer.h"

#include <stdlib.h>
#include <string.h>

#include "text_encoder.h"

enum { NUM_SPECIALS = 5 };

static const char unknown_text[] = "[UNK]";
static const char *const special_texts[NUM_SPECIALS] = {unknown_text, "[CLS]", "[SEP]", "[PAD]",
                                                        "[MASK]"};

static mpb_status check_options(const mpb_tokenizer_options *options, const char *where)
{
    int max = options->max_word_characters;

    MPB_REQUIRE(max >= 1 && max <= MPB_WORD_MAX, MPB_ERR_DATA,
                "words of at most %d characters, 1 to %d were expected (%s)", max, MPB_WORD_MAX,
                where);
    return MPB_OK;
}

/* Borrows the text that is passed. */
static mpb_status add(mpb_tokenizer *tokenizer, mpb_added_token token)
{
    MPB_TRY(mpb_strings_add(&tokenizer->added_texts, token.text, strlen(token.text)));
    token.text = tokenizer->added_texts.items[tokenizer->num_added];
    tokenizer->added[tokenizer->num_added++] = token;
    return MPB_OK;
}

/* [MASK] alone may be missing: a vocabulary without it serves everything but masked language
 * modelling. */
static mpb_status add_specials(mpb_tokenizer *tokenizer, const char *where)
{
    for (size_t i = 0; i < NUM_SPECIALS; i++) {
        const char *text = special_texts[i];
        const uint32_t id = mpb_trie_find(&tokenizer->vocabulary.trie, text);
        const int added = mpb_strings_find(&tokenizer->added_texts, text);

        MPB_REQUIRE(id != MPB_NO_TOKEN || strcmp(text, "[MASK]") == 0, MPB_ERR_DATA,
                    "the vocabulary of %zu tokens has no %s, which BERT needs (%s)",
                    tokenizer->vocabulary.count, text, where);
        if (added >= 0) {
            tokenizer->added[added].special = true;
        } else if (id != MPB_NO_TOKEN) {
            MPB_TRY(add(tokenizer, (mpb_added_token){.text = text, .id = id, .special = true}));
        }
    }
    tokenizer->unknown = mpb_trie_find(&tokenizer->vocabulary.trie, unknown_text);
    return MPB_OK;
}

static mpb_status mark_specials(mpb_tokenizer *tokenizer)
{
    tokenizer->special = calloc(tokenizer->vocabulary.count + 1, 1);
    MPB_REQUIRE(tokenizer->special != NULL, MPB_ERR_SYSTEM, "no memory for %zu added tokens",
                tokenizer->num_added);
    for (size_t i = 0; i < tokenizer->num_added; i++) {
        tokenizer->special[tokenizer->added[i].id] = tokenizer->added[i].special;
    }
    return MPB_OK;
}

static mpb_status take_added(mpb_tokenizer *tokenizer, const mpb_added_token *added,
                             size_t num_added, const char *where)
{
    tokenizer->added = calloc(num_added + NUM_SPECIALS, sizeof(*tokenizer->added));
    MPB_REQUIRE(tokenizer->added != NULL, MPB_ERR_SYSTEM, "no memory for %zu added tokens",
                num_added);
    for (size_t i = 0; i < num_added; i++) {
        MPB_TRY(add(tokenizer, added[i]));
    }
    MPB_TRY(add_specials(tokenizer, where));
    return mark_specials(tokenizer);
}

/* Spelled as the normaliser would leave it of a text. */
static mpb_status add_normalized(mpb_text_encoder *encoder, const mpb_added_token *token,
                                 const char *where, mpb_tokenizer *tokenizer)
{
    mpb_strings *texts = &tokenizer->normal_texts;

    MPB_TRY(mpb_text_encoder_normalise(encoder, token->text, strlen(token->text)));
    MPB_REQUIRE(encoder->normal.size > 0, MPB_ERR_DATA,
                "normalisation leaves nothing of added token %u (%s)", token->id, where);
    MPB_TRY(mpb_strings_add(texts, encoder->normal.text, encoder->normal.size));
    mpb_spellings_add(&tokenizer->normalized, texts->items[texts->count - 1], encoder->normal.size,
                      token);
    return MPB_OK;
}

static mpb_status add_all_normalized(const char *where, mpb_tokenizer *tokenizer)
{
    mpb_text_encoder *encoder = NULL;
    mpb_status status = mpb_text_encoder_create(tokenizer, &encoder);

    for (size_t i = 0; status == MPB_OK && i < tokenizer->num_added; i++) {
        if (tokenizer->added[i].normalized) {
            status = add_normalized(encoder, &tokenizer->added[i], where, tokenizer);
        }
    }
    mpb_text_encoder_destroy(&encoder);
    return status;
}

static mpb_status spell_added(const char *where, mpb_tokenizer *tokenizer)
{
    bool normalized = false;

    MPB_TRY(mpb_spellings_init(&tokenizer->literal, tokenizer->num_added));
    MPB_TRY(mpb_spellings_init(&tokenizer->normalized, tokenizer->num_added));
    for (size_t i = 0; i < tokenizer->num_added; i++) {
        const mpb_added_token *token = &tokenizer->added[i];

        normalized = normalized || token->normalized;
        if (!token->normalized) {
            mpb_spellings_add(&tokenizer->literal, token->text, strlen(token->text), token);
        }
    }
    mpb_spellings_sort(&tokenizer->literal);
    if (normalized) {
        MPB_TRY(add_all_normalized(where, tokenizer));
        mpb_spellings_sort(&tokenizer->normalized);
    }
    return MPB_OK;
}

static size_t count_ids(const mpb_strings *vocabulary, const mpb_added_token *added,
                        size_t num_added)
{
    size_t count = vocabulary->count;

    while (count > 0 && vocabulary->items[count - 1][0] == '\0') {
        count--;
    }
    for (size_t i = 0; i < num_added; i++) {
        count = added[i].id >= count ? (size_t)added[i].id + 1 : count;
    }
    return count;
}

/* names[id] = the token of each id, "" where there is none. */
static void name_ids(const mpb_strings *vocabulary, const mpb_added_token *added, size_t num_added,
                     char **names, size_t count)
{
    static char none[] = "";

    for (size_t id = 0; id < count; id++) {
        names[id] = id < vocabulary->count ? vocabulary->items[id] : none;
    }
    for (size_t i = 0; i < num_added; i++) {
        names[added[i].id] = (char *)added[i].text;
    }
}

static mpb_status take_vocabulary(const mpb_strings *vocabulary, const mpb_added_token *added,
                                  size_t num_added, mpb_vocabulary *made)
{
    const size_t count = count_ids(vocabulary, added, num_added);
    char **names = calloc(count + 1, sizeof(*names));
    mpb_status status;

    MPB_REQUIRE(names != NULL, MPB_ERR_SYSTEM, "no memory for a vocabulary of %zu tokens", count);
    name_ids(vocabulary, added, num_added, names, count);
    status = mpb_vocabulary_init(made, &(mpb_strings){.items = names, .count = count},
                                 vocabulary->count < count ? vocabulary->count : count);
    free(names);
    return status;
}

static mpb_status fill(mpb_tokenizer *tokenizer, const mpb_strings *vocabulary,
                       const mpb_added_token *added, size_t num_added,
                       const mpb_tokenizer_options *options, const char *where)
{
    MPB_TRY(check_options(options, where));
    tokenizer->options = *options;
    MPB_TRY(take_vocabulary(vocabulary, added, num_added, &tokenizer->vocabulary));
    MPB_TRY(take_added(tokenizer, added, num_added, where));
    return spell_added(where, tokenizer);
}

mpb_status mpb_tokenizer_create_added(const mpb_strings *vocabulary, const mpb_added_token *added,
                                      size_t num_added, const mpb_tokenizer_options *options,
                                      const char *where, mpb_tokenizer **tokenizer)
{
    mpb_tokenizer *made = calloc(1, sizeof(*made));
    mpb_status status;

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for a tokenizer");
    status = fill(made, vocabulary, added, num_added, options, where);
    if (status != MPB_OK) {
        mpb_tokenizer_destroy(&made);
        return status;
    }
    *tokenizer = made;
    return MPB_OK;
}

mpb_status mpb_tokenizer_create(const mpb_strings *vocabulary, const mpb_tokenizer_options *options,
                                const char *where, mpb_tokenizer **tokenizer)
{
    return mpb_tokenizer_create_added(vocabulary, NULL, 0, options, where, tokenizer);
}

void mpb_tokenizer_destroy(mpb_tokenizer **tokenizer)
{
    if (*tokenizer != NULL) {
        mpb_vocabulary_clear(&(*tokenizer)->vocabulary);
        mpb_spellings_clear(&(*tokenizer)->literal);
        mpb_spellings_clear(&(*tokenizer)->normalized);
        mpb_strings_clear(&(*tokenizer)->added_texts);
        mpb_strings_clear(&(*tokenizer)->normal_texts);
        free((*tokenizer)->added);
        free((*tokenizer)->special);
        free(*tokenizer);
        *tokenizer = NULL;
    }
}

size_t mpb_tokenizer_vocab_size(const mpb_tokenizer *tokenizer)
{
    return tokenizer->vocabulary.count;
}

const char *mpb_tokenizer_token(const mpb_tokenizer *tokenizer, uint32_t id)
{
    return id < tokenizer->vocabulary.count
               ? tokenizer->vocabulary.bytes + tokenizer->vocabulary.starts[id]
               : NULL;
}

bool mpb_token_continues(const char *token)
{
    return token[0] == '#' && token[1] == '#' && token[2] != '\0';
}

int64_t mpb_tokenizer_id(const mpb_tokenizer *tokenizer, const char *token)
{
    uint32_t id = mpb_trie_find(&tokenizer->vocabulary.trie, token);
    int added = id == MPB_NO_TOKEN ? mpb_strings_find(&tokenizer->added_texts, token) : -1;

    if (added >= 0) {
        return tokenizer->added[added].id;
    }
    return id == MPB_NO_TOKEN ? -1 : (int64_t)id;
}

mpb_status mpb_tokenizer_mask(const mpb_tokenizer *tokenizer, uint32_t *id)
{
    const int64_t mask = mpb_tokenizer_id(tokenizer, "[MASK]");

    MPB_REQUIRE(mask >= 0, MPB_ERR_CONFIG,
                "the vocabulary has no [MASK], which stands for words to be predicted: take the "
                "tokenizer of a BERT");
    *id = (uint32_t)mask;
    return MPB_OK;
}

const mpb_tokenizer_options *mpb_tokenizer_settings(const mpb_tokenizer *tokenizer)
{
    return &tokenizer->options;
}
