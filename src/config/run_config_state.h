#pragma once

/* What is known while a configuration is read; private to the run_config files. */

#include "mpibert/io/yaml.h"
#include "run_config_faults.h"
#include "run_config_refuse.h"
#include "run_config_table.h"

/* Where a key got its value. */
typedef struct run_source {
    bool given;           /* a value other than null */
    bool seen;            /* the key stands there at all */
    int line;             /* of the file; 0: command line */
    const run_word *word; /* that of the key's which it is, NULL: none */
} run_source;

typedef struct run_state {
    const mpb_log *log;
    const char *path; /* of the file, NULL: none */
    bool in_file;     /* reading the file, not yet the overrides */
    mpb_run_config *config;
    run_faults faults; /* owned */
    run_source sources[MAX_RUN_KEYS];
} run_state;

/* "FILE:LINE" or "command line" for what is being read, or for where key `name` was given. */
void run_where(const run_state *state, int line, char *where);
void run_where_given(const run_state *state, const char *name, char *where);

bool run_given(const run_state *state, const char *name);
/* Whether the key stands on the command line. */
bool run_overridden(const run_state *state, const char *name);

/* Checks between keys, derived defaults, and then what run_config_advise says. */
MPB_MUST_CHECK mpb_status run_config_settle(run_state *state);

/* Of what is trained; faults are noted. */
MPB_MUST_CHECK mpb_status run_config_check_parts(run_state *state);

/* Lines about settings without effect, and about those that seldom do well. */
void run_config_advise(const run_state *state);
