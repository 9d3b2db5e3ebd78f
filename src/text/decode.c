#include <string.h>

#include "tokenizer_internal.h"

/* The other direction of encoding, as the reference has it (tokenizers' WordPiece decoder, then
 * transformers' clean_up_tokenization). */

static const char PREFIX[] = "##";

typedef struct replacement {
    const char *old;
    const char *new; /* no longer than it */
    bool of_tokens;  /* in single tokens alone, not in a text as a whole */
} replacement;

/* In this order. */
static const replacement TIDY[] = {
    {" .", ".", false},     {" ?", "?", false},          {" !", "!", false},
    {" ,", ",", false},     {" ' ", "'", false},         {" n't", "n't", false},
    {" 'm", "'m", false},   {" do not", " don't", true}, {" 's", "'s", false},
    {" 've", "'ve", false}, {" 're", "'re", false},
};

/* In what stands from `from` on, from left to right. */
static void replace(const replacement *r, size_t from, mpb_buffer *text)
{
    const size_t old_size = strlen(r->old);
    const size_t new_size = strlen(r->new);
    const char *next = text->data + from;
    char *to = text->data + from;
    const char *found;

    while ((found = strstr(next, r->old)) != NULL) {
        const size_t before = (size_t)(found - next);

        memmove(to, next, before);
        memcpy(to + before, r->new, new_size);
        to += before + new_size;
        next = found + old_size;
    }
    memmove(to, next, strlen(next) + 1);
    text->size = (size_t)(to - text->data) + strlen(to);
}

static void tidy(bool is_token, size_t from, mpb_buffer *text)
{
    for (size_t i = 0; i < sizeof(TIDY) / sizeof(TIDY[0]); i++) {
        if (is_token || !TIDY[i].of_tokens) {
            replace(&TIDY[i], from, text);
        }
    }
}

static mpb_status append(mpb_decoder decoder, bool is_first, const char *token, mpb_buffer *text)
{
    const size_t from = text->size;
    const bool goes_on =
        decoder != MPB_DECODE_BLANKS && strncmp(token, PREFIX, strlen(PREFIX)) == 0;

    if (!is_first) {
        MPB_TRY(mpb_buffer_append_text(text, goes_on ? "" : " "));
        token += goes_on ? strlen(PREFIX) : 0;
    }
    MPB_TRY(mpb_buffer_append_text(text, token));
    if (decoder == MPB_DECODE_TIDY) {
        tidy(true, from, text);
    }
    return MPB_OK;
}

mpb_status mpb_tokenizer_decode(const mpb_tokenizer *tokenizer, const uint32_t *ids, size_t count,
                                bool skip_special, mpb_buffer *text)
{
    bool is_first = true;

    mpb_buffer_reset(text);
    MPB_TRY(mpb_buffer_append_text(text, ""));
    for (size_t i = 0; i < count; i++) {
        const char *token = mpb_tokenizer_token(tokenizer, ids[i]);

        if (token != NULL && token[0] != '\0' && !(skip_special && tokenizer->special[ids[i]])) {
            MPB_TRY(append(tokenizer->options.decoder, is_first, token, text));
            is_first = false;
        }
    }
    if (tokenizer->options.clean_up) {
        tidy(false, 0, text);
    }
    return MPB_OK;
}
