#pragma once

/* What is known while a configuration is read; private to the run_config files. */

#include "mpibert/io/yaml.h"
#include "run_config_faults.h"
#include "run_config_layer.h"
#include "run_config_refuse.h"
#include "run_config_table.h"

/* Where a key got its value. */
typedef struct run_source {
    bool given;           /* a value other than null */
    bool seen;            /* the key stands there at all */
    const char *file;     /* borrowed: in which it stands; NULL: command line */
    int line;             /* of the file */
    const run_word *word; /* that of the key's which it is, NULL: none */
} run_source;

typedef struct run_state {
    const mpb_log *log;
    const char *path;       /* of the file, NULL: none */
    const char *reading;    /* the file that is being read, NULL: the command line */
    const run_layer *layer; /* that is being read, NULL: none */
    mpb_run_config *config;
    run_faults faults; /* owned */
    run_source sources[MAX_RUN_KEYS];
} run_state;

/* "FILE, line LINE" or, without a file, "command line": of a place, or of where key `name` was given. */
void run_where(const char *file, int line, char *where);
void run_where_given(const run_state *state, const char *name, char *where);

bool run_given(const run_state *state, const char *name);
/* Whether the key stands where the last word is: on the command line, or in a layer. */
bool run_overridden(const run_state *state, const char *name);

/* Checks between keys, derived defaults, and then what run_config_advise says. */
MPB_MUST_CHECK mpb_status run_config_settle(run_state *state);

/* Of what is trained; faults are noted. */
MPB_MUST_CHECK mpb_status run_config_check_parts(run_state *state);

/* Lines about settings without effect, and about those that seldom do well. */
void run_config_advise(const run_state *state);
