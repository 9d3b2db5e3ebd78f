#pragma once

/* Values of the configuration that are numbers, into the key's field, which stays untouched on
 * failure; private to the run_config files. `where` is FILE:LINE or "command line". */

#include "mpibert/io/yaml.h"
#include "run_config_table.h"

/* `text` is that of the node in our spelling, NULL of what is no scalar. */
MPB_MUST_CHECK mpb_status run_number_set(const run_key *key, const mpb_yaml_node *node,
                                         const char *text, const char *where, void *field);
MPB_MUST_CHECK mpb_status run_bytes_set(const run_key *key, const mpb_yaml_node *node,
                                        const char *where, int64_t *field);
/* `word` is that of the key's which the node is, NULL: none. */
MPB_MUST_CHECK mpb_status run_weights_set(const run_key *key, const mpb_yaml_node *node,
                                          const run_word *word, const char *where,
                                          mpb_run_weights *field);
void run_weights_clear(mpb_run_weights *weights);
