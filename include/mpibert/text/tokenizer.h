#pragma once

/* BERT's tokenizer: basic tokenisation, then WordPiece (Devlin et al. 2018; the ids are those of
 * Hugging Face's BertTokenizerFast). Local; a tokenizer is read-only after creation and may be
 * used by several threads. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

typedef struct mpb_tokenizer mpb_tokenizer;

/* How tokens become text again. */
typedef enum mpb_decoder {
    MPB_DECODE_TIDY,   /* WordPiece's: "##" joins a token to the one before it, and no blank stands
                        * before punctuation and contractions (cleanup: true) */
    MPB_DECODE_PLAIN,  /* likewise without regard to punctuation */
    MPB_DECODE_BLANKS, /* none: the tokens with blanks between them */
} mpb_decoder;

/* Settings as in tokenizer_config.json / tokenizer.json (BertNormalizer). */
typedef struct mpb_tokenizer_options {
    bool lowercase;          /* do_lower_case */
    bool strip_accents;      /* defaults to `lowercase` where the file says null */
    bool split_chinese;      /* tokenize_chinese_chars */
    bool clean_text;         /* control characters out, white space to blanks */
    int max_word_characters; /* longer words become [UNK]: 100 */
    mpb_decoder decoder;
    bool clean_up; /* clean_up_tokenization_spaces: of a decoded text as a whole */
} mpb_tokenizer_options;

/* A token that is found in a text before words are split, transformers' AddedToken. */
typedef struct mpb_added_token {
    const char *text; /* not empty */
    uint32_t id;      /* of an equal token of the vocabulary, or beyond the vocabulary */
    bool single_word; /* only where no letter, digit or '_' adjoins */
    bool lstrip;      /* takes along the white space before it */
    bool rstrip;      /* takes along the white space behind it */
    bool normalized; /* looked for in normalised text, itself normalised: of equal ones the first */
    bool special;    /* may be left out of decoded text; BERT's own always are */
} mpb_added_token;

/* Borrows nothing: copies `vocabulary` (token at position i has id i; an empty one is an id without
 * a token, of equal ones the last counts) and the added tokens, no two with the same text. [UNK],
 * [CLS], [SEP], [PAD] and [MASK] are found in texts whether they are added or not. A vocabulary
 * without one of them but [MASK] is MPB_ERR_DATA that names it and `where`; so is an added token of
 * which normalisation leaves nothing. */
MPB_MUST_CHECK mpb_status mpb_tokenizer_create_added(const mpb_strings *vocabulary,
                                                     const mpb_added_token *added, size_t num_added,
                                                     const mpb_tokenizer_options *options,
                                                     const char *where, mpb_tokenizer **tokenizer);

/* Without added tokens. */
MPB_MUST_CHECK mpb_status mpb_tokenizer_create(const mpb_strings *vocabulary,
                                               const mpb_tokenizer_options *options,
                                               const char *where, mpb_tokenizer **tokenizer);
void mpb_tokenizer_destroy(mpb_tokenizer **tokenizer);

/* One more than the highest id of a token. */
size_t mpb_tokenizer_vocab_size(const mpb_tokenizer *tokenizer);
const char *mpb_tokenizer_token(const mpb_tokenizer *tokenizer, uint32_t id);
/* Whether a token goes on in the word of the one before it: "##ing". */
bool mpb_token_continues(const char *token);
/* -1 where the token is unknown. */
int64_t mpb_tokenizer_id(const mpb_tokenizer *tokenizer, const char *token);
const mpb_tokenizer_options *mpb_tokenizer_settings(const mpb_tokenizer *tokenizer);

/* *id = that of [MASK]; MPB_ERR_CONFIG where the vocabulary has none. */
MPB_MUST_CHECK mpb_status mpb_tokenizer_mask(const mpb_tokenizer *tokenizer, uint32_t *id);

/* Replaces the content of `text` by what transformers' decode makes of ids (count): ids without a token
 * are left out, and with `skip_special` special tokens. */
MPB_MUST_CHECK mpb_status mpb_tokenizer_decode(const mpb_tokenizer *tokenizer, const uint32_t *ids,
                                               size_t count, bool skip_special, mpb_buffer *text);

/* Tokens of one text without [CLS] and [SEP]. Starts as {0}; reused between texts. */
typedef struct mpb_token_list {
    uint32_t *ids;        /* owned, (count) */
    uint32_t *char_start; /* owned, (count): first code point of the source text */
    uint32_t *char_end;   /* owned, (count): one past the last */
    size_t count;
    size_t capacity;
} mpb_token_list;

void mpb_token_list_clear(mpb_token_list *tokens);

/* Adds one token. */
MPB_MUST_CHECK mpb_status mpb_token_list_append(mpb_token_list *tokens, uint32_t id, uint32_t start,
                                                uint32_t end);

/* What encodes texts, one at a time, and remembers words: one a thread. Borrows the tokenizer. */
typedef struct mpb_text_encoder mpb_text_encoder;

MPB_MUST_CHECK mpb_status mpb_text_encoder_create(const mpb_tokenizer *tokenizer,
                                                  mpb_text_encoder **encoder);
void mpb_text_encoder_destroy(mpb_text_encoder **encoder);

/* Replaces the content of `tokens` by the tokens of text[0, size). Bytes that are no UTF-8 are
 * MPB_ERR_DATA. Added and special tokens spelled in the text, e.g. "[SEP]", become that one token,
 * as in the reference. */
MPB_MUST_CHECK mpb_status mpb_text_encoder_encode(mpb_text_encoder *encoder, const char *text,
                                                  size_t size, mpb_token_list *tokens);

/* How many tokens of each segment stay when [CLS] a [SEP] (b [SEP]) must fit in max_length:
 * "longest_first" as the reference truncates. `has_b` false: only *keep_a matters. */
void mpb_truncate_longest_first(size_t count_a, size_t count_b, bool has_b, size_t max_length,
                                size_t *keep_a, size_t *keep_b);
