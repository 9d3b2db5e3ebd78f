#pragma once

/* The description of every configuration key; private to the run_config files. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/config/run_config.h"
#include "mpibert/config/run_config_keys.h"

typedef enum key_kind {
    KEY_TEXT,      /* char *, NULL for null */
    KEY_WORD,      /* char *, one of `words` */
    KEY_CHOICE,    /* an enum, the value of one of `words` */
    KEY_FLAGS,     /* adjacent bools, one for each of `words`; a list of words */
    KEY_PATHS,     /* mpb_strings; a text or a list of texts */
    KEY_INTEGER,   /* int64_t, `none` where the value is the preset's word (null, auto) */
    KEY_REAL,      /* double, likewise */
    KEY_WEIGHTS,   /* mpb_run_weights; one of `words`, or a list of numbers */
    KEY_TRAINABLE, /* mpb_trainable; a word, top:N or a list of names */
    KEY_SCHEDULE,  /* mpb_unfreeze_schedule; a map of epochs to such, or null */
    KEY_LAYERS,    /* mpb_kept_layers; a list of numbers, or null */
    KEY_BYTES,     /* int64_t, 0 for null; a number with or without a unit */
    KEY_BOOLEAN,   /* bool */
    KEY_ABSENT,    /* nothing: only null is offered by this version */
} key_kind;

/* A word that a key may be, and the constant that it stands for where its field is an enum. */
typedef struct run_word {
    const char *text; /* NULL behind the last of a list */
    int value;
} run_word;

typedef struct run_key {
    const char *name; /* section.key */
    key_kind kind;
    bool partial; /* `words` are what this version offers of a longer list */
    bool legacy;  /* checked and otherwise without meaning: no field, not written */
    bool idle;    /* a field that means nothing on this system */
    mpb_key_resume resume;
    bool of_model; /* how a model reads text, or answers, which its directory tells; text, choice,
                    * flags, integer */
    size_t offset;
    const char *preset; /* the default as it would stand in a file */
    double min, max;    /* of numbers */
    double none;        /* the number that stands for the preset's word (null, auto) */
    const run_word *words;
    const char *help;
} run_key;

extern const run_key run_keys[];
extern const size_t num_run_keys;

/* Another name for a key, in any section and at the top level. */
typedef struct run_alias {
    const char *alias;
    const char *name;
} run_alias;

extern const run_alias run_aliases[];
extern const size_t num_run_aliases;

/* Another spelling of a value of a key. */
typedef struct run_synonym {
    const char *name;
    const char *text;
    const char *value;
} run_synonym;

extern const run_synonym run_synonyms[];
extern const size_t num_run_synonyms;

enum { KEY_NONE = -1, MAX_RUN_KEYS = 128 };

/* Position of the key that `path` names (by its name, or by an alias in its last part), or
 * KEY_NONE. */
int run_key_find(const char *path);
/* Whether some key lies below `path`. */
bool run_key_is_section(const char *path);
/* The key that a wrong `path` probably meant, or NULL. */
const char *run_key_suggest(const char *path);
