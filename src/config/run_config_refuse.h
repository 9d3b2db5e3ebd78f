#pragma once

/* The one line about a value that a key cannot have; private to the run_config files. */

#include "mpibert/io/yaml.h"
#include "run_config_table.h"

enum { RUN_WHERE_SIZE = 512 };

/* MPB_ERR_CONFIG with the key, what was found, what is allowed, and `where`. */
MPB_MUST_CHECK mpb_status run_refuse(const run_key *key, const mpb_yaml_node *node,
                                     const char *where);
