/* The ids of added tokens. */

#include <stdlib.h>
#include <string.h>

#include "tokenizer_source.h"

/* What a text of the vocabulary has for an id: ids[index of the text in the set]. */
typedef struct known_ids {
    mpb_name_set texts;
    uint32_t *ids;   /* owned */
    uint32_t next;   /* of the next token that the vocabulary lacks */
    size_t num_used; /* ids of the vocabulary up to its last token */
} known_ids;

/* An empty line of vocab.txt counts as a token in the reference, an id that tokenizer.json leaves
 * out does not. */
static mpb_status learn_vocabulary(const mpb_tokenizer_source *s, known_ids *known)
{
    const mpb_strings *vocabulary = &s->vocabulary;
    const bool lines = s->vocabulary_source == s->vocab_path;

    known->ids = calloc(vocabulary->count + s->num_listed + 1, sizeof(*known->ids));
    MPB_REQUIRE(known->ids != NULL, MPB_ERR_SYSTEM, "no memory for %zu ids", vocabulary->count);
    for (size_t id = 0; id < vocabulary->count; id++) {
        size_t index;

        if (vocabulary->items[id][0] == '\0' && !lines) {
            continue;
        }
        MPB_TRY(mpb_name_set_add(&known->texts, vocabulary->items[id], &index));
        known->ids[index] = (uint32_t)id;
    }
    known->next = (uint32_t)known->texts.names.count;
    known->num_used = mpb_tokenizer_used_ids(vocabulary);
    return MPB_OK;
}

/* A vocabulary without [MASK] goes without: every configuration names it. */
static bool may_be_missing(const mpb_listed_token *listed)
{
    return listed->id < 0 && strcmp(listed->token.text, "[MASK]") == 0;
}

static mpb_status check_given(const mpb_listed_token *listed)
{
    MPB_REQUIRE(listed->id < 0 || (uint32_t)listed->id == listed->token.id, MPB_ERR_DATA,
                "added token '%.100s' has id %lld, %u was expected, which transformers gives it: "
                "the token's own in the vocabulary or the next one behind it (%s)",
                listed->token.text, (long long)listed->id, listed->token.id, listed->where);
    return MPB_OK;
}

/* *numbered is false where the token is left out. */
static mpb_status number(mpb_listed_token *listed, known_ids *known, bool *numbered)
{
    const size_t num_known = known->texts.names.count;
    size_t index;

    MPB_TRY(mpb_name_set_add(&known->texts, listed->token.text, &index));
    *numbered = index < num_known || !may_be_missing(listed);
    if (index == num_known && *numbered) {
        MPB_REQUIRE(known->next >= known->num_used, MPB_ERR_DATA,
                    "added token '%.100s' would share its id %u with a token of the vocabulary, "
                    "which has tokens twice or ids without one (%s)",
                    listed->token.text, known->next, listed->where);
        known->ids[index] = known->next++;
    }
    listed->token.id = known->ids[index];
    return *numbered ? check_given(listed) : MPB_OK;
}

static mpb_status number_all(mpb_tokenizer_source *s, known_ids *known)
{
    size_t kept = 0;

    MPB_TRY(learn_vocabulary(s, known));
    for (size_t i = 0; i < s->num_listed; i++) {
        bool numbered = false;

        MPB_TRY(number(&s->listed[i], known, &numbered));
        s->listed[kept] = s->listed[i];
        kept += numbered ? 1 : 0;
    }
    s->num_listed = kept;
    return MPB_OK;
}

mpb_status mpb_tokenizer_number_added(mpb_tokenizer_source *s)
{
    known_ids known = {0};
    mpb_status status;

    if (s->num_listed == 0) {
        return MPB_OK;
    }
    status = number_all(s, &known);
    mpb_name_set_clear(&known.texts);
    free(known.ids);
    return status;
}
