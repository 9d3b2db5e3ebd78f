#pragma once

/* One value of the configuration; private to the run_config files. */

#include "mpibert/core/buffer.h"
#include "mpibert/io/yaml.h"
#include "run_config_table.h"

/* Whether a node says that a key has no value of its own. */
bool run_value_is_null(const run_key *key, const mpb_yaml_node *node);

/* Sets the key's field in `config` from `node` (null: the default); `where` is FILE:LINE or
 * "command line". The field is untouched on failure. */
MPB_MUST_CHECK mpb_status run_value_set(const run_key *key, const mpb_yaml_node *node,
                                        const char *where, mpb_run_config *config);

/* Sets the field to the key's default. */
MPB_MUST_CHECK mpb_status run_value_preset(const run_key *key, mpb_run_config *config);

/* Appends the value in YAML, on one line; null where the key has no meaning. */
MPB_MUST_CHECK mpb_status run_value_write(const run_key *key, const mpb_run_config *config,
                                          mpb_buffer *out);

/* Frees what the field owns. */
void run_value_clear(const run_key *key, mpb_run_config *config);

/* Where the field lies. */
void *run_value_field(const run_key *key, mpb_run_config *config);
const void *run_value_field_const(const run_key *key, const mpb_run_config *config);

/* That of the key's words which is `text`, in our spelling; NULL: there is none. */
const run_word *run_word_find(const run_key *key, const char *text);
/* The word that stands for `value`; NULL: there is none. */
const char *run_word_of(const run_key *key, int value);
