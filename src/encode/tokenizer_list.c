#include <stdlib.h>

#include "tokenizer_source.h"

enum { FIRST_ROOM = 16 };

mpb_status mpb_tokenizer_list(mpb_tokenizer_source *s, mpb_listed_token token)
{
    MPB_REQUIRE(s->num_listed < MPB_MAX_LISTED, MPB_ERR_DATA,
                "more than %d added tokens were found (%s)", MPB_MAX_LISTED, token.where);
    if (s->num_listed == s->listed_capacity) {
        size_t capacity = s->listed_capacity == 0 ? FIRST_ROOM : 2 * s->listed_capacity;
        mpb_listed_token *larger = realloc(s->listed, capacity * sizeof(*larger));

        MPB_REQUIRE(larger != NULL, MPB_ERR_SYSTEM, "no memory for %zu added tokens", capacity);
        s->listed = larger;
        s->listed_capacity = capacity;
    }
    token.order = s->num_listed;
    s->listed[s->num_listed++] = token;
    return MPB_OK;
}

mpb_status mpb_tokenizer_read_token(const mpb_json *object, bool special, const char *where,
                                    mpb_listed_token *token)
{
    mpb_added_token *made = &token->token;

    *token = (mpb_listed_token){.id = -1, .where = where};
    MPB_TRY(mpb_json_get_text(object, "content", where, &made->text));
    MPB_TRY(mpb_tokenizer_get_flag(object, "special", where, &special));
    made->special = special;
    made->normalized = !special;
    MPB_TRY(mpb_tokenizer_get_flag(object, "normalized", where, &made->normalized));
    MPB_TRY(mpb_tokenizer_get_flag(object, "single_word", where, &made->single_word));
    MPB_TRY(mpb_tokenizer_get_flag(object, "lstrip", where, &made->lstrip));
    return mpb_tokenizer_get_flag(object, "rstrip", where, &made->rstrip);
}
