#pragma once

/* Values of a sweep file that are none of the configuration; private to the sweep files. What is wrong is
 * MPB_ERR_CONFIG with its line in the file `path`. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/io/yaml.h"

/* Whether `map` has no members but those of `names` (count). */
MPB_MUST_CHECK mpb_status sweep_check_members(const char *path, const mpb_yaml_node *map,
                                              const char *const *names, size_t count);

/* What the numbers of a list are, for reading and for messages. */
typedef struct sweep_numbers {
    const char *name;
    const char *expected;
    int64_t least;
    int64_t most;
    bool ascending; /* or in any order, each once */
} sweep_numbers;

extern const sweep_numbers SWEEP_SEEDS;
extern const sweep_numbers SWEEP_AFTER_EPOCHS;

/* *numbers (owned by the caller, on failure, too) (count) = those of a list; both start as 0. */
MPB_MUST_CHECK mpb_status sweep_read_numbers(const char *path, const sweep_numbers *list,
                                             const mpb_yaml_node *node, int64_t **numbers,
                                             size_t *count);

/* *keep = a share, above 0 and below 1. */
MPB_MUST_CHECK mpb_status sweep_read_keep(const char *path, const mpb_yaml_node *node,
                                          double *keep);
