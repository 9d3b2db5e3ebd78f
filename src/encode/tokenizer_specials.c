/* The special tokens that a model directory names: BERT's own, a model's own, and further ones. */

#include <string.h>

#include "tokenizer_source.h"

static const mpb_json *text_of(const mpb_json *value)
{
    return value != NULL && mpb_json_is_object(value) ? mpb_json_member(value, "content") : value;
}

static bool has_text(const mpb_json *value, const char *text)
{
    const mpb_json *content = value == NULL ? NULL : text_of(value);

    return content != NULL && mpb_json_is_string(content) &&
           strcmp(mpb_json_text(content), text) == 0;
}

static const char *const named[] = {
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
};

enum { NUM_NAMED = sizeof(named) / sizeof(named[0]), MAX_OWN = 256 };

static const mpb_json *member_of(const mpb_tokenizer_file *file, const char *name)
{
    const mpb_json *member = file->root == NULL ? NULL : mpb_json_member(file->root, name);

    return member == NULL || mpb_json_is_null(member) ? NULL : member;
}

const mpb_json *mpb_tokenizer_decoder(const mpb_tokenizer_source *s)
{
    return member_of(&s->config, "added_tokens_decoder");
}

/* What the files say of a special token's name; special_tokens_map.json counts where there is no
 * decoder. */
static const mpb_json *special_of(const mpb_tokenizer_source *s, const char *name,
                                  const char **where)
{
    const mpb_json *mapped =
        mpb_tokenizer_decoder(s) == NULL ? member_of(&s->specials, name) : NULL;

    *where = mapped != NULL ? s->specials.path : s->config.path;
    return mapped != NULL ? mapped : member_of(&s->config, name);
}

/* The list of special tokens without names of their own, or NULL. */
static const mpb_json *extras_of(const mpb_tokenizer_source *s, const char **where)
{
    const mpb_json *extras = member_of(&s->config, "extra_special_tokens");

    *where = s->config.path;
    if (extras == NULL || mpb_json_count(extras) == 0) {
        extras = member_of(&s->config, "additional_special_tokens");
    }
    if (extras == NULL && mpb_tokenizer_decoder(s) == NULL) {
        *where = s->specials.path;
        extras = member_of(&s->specials, "additional_special_tokens");
    }
    return extras;
}

static mpb_status note_text(const mpb_json *value, mpb_name_set *texts)
{
    const mpb_json *content = text_of(value);
    size_t index;

    return content != NULL && mpb_json_is_string(content)
               ? mpb_name_set_add(texts, mpb_json_text(content), &index)
               : MPB_OK;
}

mpb_status mpb_tokenizer_note_specials(const mpb_tokenizer_source *s, mpb_name_set *texts)
{
    const char *where = NULL;
    const mpb_json *extras;

    for (size_t i = 0; i < NUM_NAMED; i++) {
        const mpb_json *value = special_of(s, named[i], &where);

        if (value != NULL) {
            MPB_TRY(note_text(value, texts));
        }
    }
    extras = extras_of(s, &where);
    for (size_t i = 0; extras != NULL && where == s->config.path && mpb_json_is_array(extras) &&
                       i < mpb_json_count(extras);
         i++) {
        MPB_TRY(note_text(mpb_json_item(extras, i), texts));
    }
    return MPB_OK;
}

/* Texts that are listed, so that a special token that is named as well is not listed twice. */
static mpb_status note_texts(const mpb_tokenizer_source *s, mpb_name_set *texts)
{
    for (size_t i = 0; i < s->num_listed; i++) {
        const char *text = s->listed[i].token.text;
        size_t index;

        MPB_TRY(mpb_name_set_add(texts, text, &index));
        MPB_REQUIRE(index == i, MPB_ERR_DATA, "added token '%.100s' is listed twice (%s)", text,
                    s->listed[i].where);
    }
    return MPB_OK;
}

/* A special token as text or with its flags. */
static mpb_status add_special(const mpb_json *value, const char *where, mpb_name_set *texts,
                              mpb_tokenizer_source *s)
{
    mpb_listed_token token = {.id = -1, .where = where};
    size_t index;

    if (mpb_json_is_string(value)) {
        token.token.text = mpb_json_text(value);
        token.token.special = true;
    } else {
        MPB_TRY(mpb_tokenizer_read_token(value, true, where, &token));
    }
    if (token.token.text[0] == '\0') {
        return MPB_OK;
    }
    MPB_TRY(mpb_name_set_add(texts, token.token.text, &index));
    if (index == s->num_listed) {
        return mpb_tokenizer_list(s, token);
    }
    s->listed[index].token.special |= token.token.special;
    return MPB_OK;
}

/* Other texts than BERT's would change what every sequence begins and ends with. */
static mpb_status check_named(const char *name, const mpb_json *value, const char *where)
{
    static const char *const expected[][2] = {
        {"unk_token", "[UNK]"},
        {"sep_token", "[SEP]"},
        {"cls_token", "[CLS]"},
        {"mask_token", "[MASK]"},
    };

    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        MPB_REQUIRE(strcmp(name, expected[i][0]) != 0 || has_text(value, expected[i][1]),
                    MPB_ERR_DATA, "%s is another than BERT's %s, which alone is supported (%s)",
                    name, expected[i][1], where);
    }
    return MPB_OK;
}

static mpb_status add_named(mpb_name_set *texts, mpb_tokenizer_source *s)
{
    for (size_t i = 0; i < NUM_NAMED; i++) {
        const char *where = NULL;
        const mpb_json *value = special_of(s, named[i], &where);

        if (value != NULL) {
            MPB_TRY(check_named(named[i], value, where));
            MPB_TRY(add_special(value, where, texts, s));
        }
    }
    return MPB_OK;
}

static bool is_named(const char *name)
{
    for (size_t i = 0; i < NUM_NAMED; i++) {
        if (strcmp(name, named[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Adds the names of tokens that a model has for itself: any text under "..._token". */
static mpb_status find_own_names(const mpb_tokenizer_file *file, mpb_strings *names)
{
    static const char end[] = "_token";

    for (size_t i = 0; file->root != NULL && i < mpb_json_count(file->root); i++) {
        const char *name = NULL;
        const mpb_json *value = mpb_json_member_at(file->root, i, &name);
        const size_t length = strlen(name);

        if (length > strlen(end) && strcmp(name + length - strlen(end), end) == 0 &&
            !is_named(name) && text_of(value) != NULL && mpb_json_is_string(text_of(value)) &&
            mpb_strings_find(names, name) < 0) {
            MPB_REQUIRE(names->count < MAX_OWN, MPB_ERR_DATA,
                        "more than %d members '..._token' were found (%s)", MAX_OWN, file->path);
            MPB_TRY(mpb_strings_add(names, name, length));
        }
    }
    return MPB_OK;
}

/* In the order of the names, as the reference. */
static mpb_status add_own(mpb_name_set *texts, mpb_tokenizer_source *s)
{
    mpb_strings names = {0};
    mpb_status status = find_own_names(&s->config, &names);

    if (status == MPB_OK && mpb_tokenizer_decoder(s) == NULL) {
        status = find_own_names(&s->specials, &names);
    }
    mpb_strings_sort(&names);
    for (size_t i = 0; status == MPB_OK && i < names.count; i++) {
        const char *where = NULL;
        const mpb_json *value = special_of(s, names.items[i], &where);

        status = add_special(value, where, texts, s);
    }
    mpb_strings_clear(&names);
    return status;
}

static mpb_status add_extras(mpb_name_set *texts, mpb_tokenizer_source *s)
{
    const char *where = NULL;
    const mpb_json *extras = extras_of(s, &where);

    for (size_t i = 0; extras != NULL && i < mpb_json_count(extras); i++) {
        const char *name = NULL;
        const mpb_json *value = mpb_json_is_object(extras) ? mpb_json_member_at(extras, i, &name)
                                                           : mpb_json_item(extras, i);

        MPB_TRY(add_special(value, where, texts, s));
    }
    return MPB_OK;
}

mpb_status mpb_tokenizer_check_specials(const mpb_tokenizer_source *s)
{
    const char *where = NULL;
    const mpb_json *extras = extras_of(s, &where);

    MPB_REQUIRE(extras == NULL || mpb_json_count(extras) <= MPB_MAX_LISTED, MPB_ERR_DATA,
                "more than %d special tokens were found (%s)", MPB_MAX_LISTED, where);
    return MPB_OK;
}

mpb_status mpb_tokenizer_add_specials(mpb_tokenizer_source *s)
{
    mpb_name_set texts = {0};
    mpb_status status = note_texts(s, &texts);

    if (status == MPB_OK) {
        status = add_named(&texts, s);
    }
    if (status == MPB_OK) {
        status = add_own(&texts, s);
    }
    if (status == MPB_OK) {
        status = add_extras(&texts, s);
    }
    mpb_name_set_clear(&texts);
    return status;
}
