/* The added tokens of a model directory, as transformers 5 collects them: those of
 * tokenizer_config.json's added_tokens_decoder or, where it has none, of added_tokens.json and
 * tokenizer.json; then special tokens that the configuration names. */

#include <stdlib.h>
#include <string.h>

#include "tokenizer_source.h"

static mpb_status check_id(int64_t id, const char *text, const char *where)
{
    MPB_REQUIRE(id >= 0 && id <= INT32_MAX, MPB_ERR_DATA,
                "added token '%.100s' has no id from 0 on (%s)", text, where);
    return MPB_OK;
}

static mpb_status add_decoder(const mpb_json *decoder, const char *where, mpb_tokenizer_source *s)
{
    MPB_REQUIRE(mpb_json_is_object(decoder), MPB_ERR_DATA,
                "member 'added_tokens_decoder' is no object (%s)", where);
    for (size_t i = 0; i < mpb_json_count(decoder); i++) {
        const char *key = NULL;
        const mpb_json *object = mpb_json_member_at(decoder, i, &key);
        char *end = NULL;
        mpb_listed_token token;

        MPB_TRY(mpb_tokenizer_read_token(object, false, where, &token));
        token.id = strtoll(key, &end, 10);
        MPB_TRY(check_id(*end == '\0' && end != key ? token.id : -1, token.token.text, where));
        MPB_TRY(mpb_tokenizer_list(s, token));
    }
    return MPB_OK;
}

/* `specials` has the texts of special tokens, and takes all others. */
static mpb_status add_old_tokens(mpb_name_set *specials, mpb_tokenizer_source *s)
{
    const char *where = s->added.path;
    const size_t num_specials = specials->names.count;

    for (size_t i = 0; i < mpb_json_count(s->added.root); i++) {
        mpb_listed_token token = {.where = where};
        const mpb_json *id = mpb_json_member_at(s->added.root, i, &token.token.text);
        size_t index;

        token.id = mpb_json_is_integer(id) ? mpb_json_integer(id) : -1;
        MPB_TRY(check_id(token.id, token.token.text, where));
        MPB_TRY(mpb_name_set_add(specials, token.token.text, &index));
        token.token.special = index < num_specials;
        token.token.normalized = !token.token.special;
        MPB_TRY(mpb_tokenizer_list(s, token));
    }
    return MPB_OK;
}

static mpb_status add_old_file(mpb_tokenizer_source *s)
{
    mpb_name_set specials = {0};
    mpb_status status;

    if (s->added.root == NULL) {
        return MPB_OK;
    }
    status = mpb_tokenizer_note_specials(s, &specials);
    if (status == MPB_OK) {
        status = add_old_tokens(&specials, s);
    }
    mpb_name_set_clear(&specials);
    return status;
}

static mpb_status add_json_list(mpb_tokenizer_source *s)
{
    const char *where = s->json.path;
    const mpb_json *list =
        s->json.root == NULL ? NULL : mpb_json_member(s->json.root, "added_tokens");

    MPB_REQUIRE(list == NULL || mpb_json_is_array(list), MPB_ERR_DATA,
                "member 'added_tokens' is no list, a list was expected (%s)", where);
    for (size_t i = 0; list != NULL && i < mpb_json_count(list); i++) {
        mpb_listed_token token;

        MPB_TRY(mpb_tokenizer_read_token(mpb_json_item(list, i), false, where, &token));
        MPB_TRY(mpb_json_get_integer(mpb_json_item(list, i), "id", where, &token.id));
        MPB_TRY(check_id(token.id, token.token.text, where));
        MPB_TRY(mpb_tokenizer_list(s, token));
    }
    return MPB_OK;
}

/* By id; of one id in the order of reading. */
static int compare_ids(const void *a, const void *b)
{
    const mpb_listed_token *x = a;
    const mpb_listed_token *y = b;

    if (x->id != y->id) {
        return x->id < y->id ? -1 : 1;
    }
    return (x->order > y->order) - (x->order < y->order);
}

/* In the order of their ids; of what two files say of one id, the later counts. */
static mpb_status sort_by_id(mpb_tokenizer_source *s)
{
    size_t kept = 0;

    if (s->num_listed == 0) {
        return MPB_OK;
    }
    qsort(s->listed, s->num_listed, sizeof(*s->listed), compare_ids);
    for (size_t i = 0; i < s->num_listed; i++) {
        const mpb_listed_token *token = &s->listed[i];
        const mpb_listed_token *before = kept == 0 ? NULL : &s->listed[kept - 1];
        const bool again = before != NULL && before->id == token->id;

        MPB_REQUIRE(!again || strcmp(before->token.text, token->token.text) == 0, MPB_ERR_DATA,
                    "added tokens '%.100s' and '%.100s' have the same id %lld (%s)",
                    before->token.text, token->token.text, (long long)token->id, token->where);
        kept -= again ? 1 : 0;
        s->listed[kept++] = *token;
    }
    s->num_listed = kept;
    return MPB_OK;
}

mpb_status mpb_tokenizer_read_added(mpb_tokenizer_source *s)
{
    const mpb_json *decoder = mpb_tokenizer_decoder(s);

    MPB_TRY(mpb_tokenizer_check_specials(s));
    if (decoder == NULL) {
        MPB_TRY(add_old_file(s));
    }
    if (decoder == NULL || s->json_decides) {
        MPB_TRY(add_json_list(s));
    }
    if (decoder != NULL) {
        MPB_TRY(add_decoder(decoder, s->config.path, s));
    }
    MPB_TRY(sort_by_id(s));
    return mpb_tokenizer_add_specials(s);
}
