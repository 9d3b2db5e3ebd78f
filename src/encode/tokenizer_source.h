#pragma once

/* What the files of a model directory say about its tokenizer. */

#include "mpibert/io/file.h"
#include "mpibert/io/json.h"
#include "mpibert/records/label_names.h"
#include "mpibert/text/tokenizer.h"

/* A file that may be absent. */
typedef struct mpb_tokenizer_file {
    char path[MPB_PATH_SIZE];
    mpb_json *root; /* owned: an object; NULL where there is no such file */
} mpb_tokenizer_file;

/* A token of added_tokens.json, tokenizer_config.json or tokenizer.json. */
typedef struct mpb_listed_token {
    mpb_added_token token; /* its text belongs to a file */
    int64_t id;            /* as the file has it, or -1 */
    size_t order;          /* of reading */
    const char *where;     /* path of the file */
} mpb_listed_token;

typedef struct mpb_tokenizer_source {
    char vocab_path[MPB_PATH_SIZE];
    mpb_tokenizer_file json;     /* tokenizer.json */
    mpb_tokenizer_file config;   /* tokenizer_config.json */
    mpb_tokenizer_file specials; /* special_tokens_map.json */
    mpb_tokenizer_file added;    /* added_tokens.json */
    mpb_tokenizer_file model;    /* config.json, for the class of the tokenizer */
    bool json_decides;           /* tokenizer.json is taken as it is */

    mpb_strings vocabulary;        /* "" where an id has no token */
    const char *vocabulary_source; /* the path of the file that gave the vocabulary */
    mpb_tokenizer_options options;
    mpb_listed_token *listed; /* owned, (num_listed), each text once; filled with their ids */
    size_t num_listed;
    size_t listed_capacity;
} mpb_tokenizer_source;

/* Fills s->vocabulary from vocab.txt or, where there is none, from tokenizer.json; both must agree.
 * A line of vocab.txt is read as transformers does: without white space at its end, without a
 * byte-order mark before the first. */
MPB_MUST_CHECK mpb_status mpb_tokenizer_read_vocabulary(const char *directory,
                                                        mpb_tokenizer_source *s);

/* How many ids there are up to the last one with a token. */
size_t mpb_tokenizer_used_ids(const mpb_strings *vocabulary);

/* Fills s->json_decides and s->options, and refuses what is no BERT's tokenizer. */
MPB_MUST_CHECK mpb_status mpb_tokenizer_read_settings(mpb_tokenizer_source *s);

enum { MPB_MAX_LISTED = 16384 }; /* added tokens */

/* Appends a token to s->listed. */
MPB_MUST_CHECK mpb_status mpb_tokenizer_list(mpb_tokenizer_source *s, mpb_listed_token token);

/* Reads an object with content and flags, without its id. A token is found in normalised text
 * unless it is special or says otherwise. */
MPB_MUST_CHECK mpb_status mpb_tokenizer_read_token(const mpb_json *object, bool special,
                                                   const char *where, mpb_listed_token *token);

/* The member added_tokens_decoder of tokenizer_config.json, or NULL. */
const mpb_json *mpb_tokenizer_decoder(const mpb_tokenizer_source *s);

/* Adds the texts that make a token of added_tokens.json special. Of lists, the reference looks into
 * that of tokenizer_config.json alone. */
MPB_MUST_CHECK mpb_status mpb_tokenizer_note_specials(const mpb_tokenizer_source *s,
                                                      mpb_name_set *texts);

/* More special tokens than can be listed are MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_tokenizer_check_specials(const mpb_tokenizer_source *s);

/* Appends the special tokens that are named and not listed yet. Others than BERT's in BERT's places
 * are MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_tokenizer_add_specials(mpb_tokenizer_source *s);

/* Fills s->listed. */
MPB_MUST_CHECK mpb_status mpb_tokenizer_read_added(mpb_tokenizer_source *s);

/* Gives the listed tokens the ids that transformers would: that of an equal token of the
 * vocabulary, else the next one behind the vocabulary. A file that says another id is MPB_ERR_DATA.
 * */
MPB_MUST_CHECK mpb_status mpb_tokenizer_number_added(mpb_tokenizer_source *s);

/* A member that must be an object. */
MPB_MUST_CHECK mpb_status mpb_tokenizer_get_object(const mpb_json *parent, const char *name,
                                                   const char *where, const mpb_json **object);

/* A flag that may be absent or null; then *flag stays as it is. */
MPB_MUST_CHECK mpb_status mpb_tokenizer_get_flag(const mpb_json *object, const char *name,
                                                 const char *where, bool *flag);
