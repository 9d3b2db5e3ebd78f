#pragma once

/* Where a configuration is read from, each with the word over those before it; private to the files of
 * run_config and sweep_file. All borrowed. */

#include <stddef.h>

#include "mpibert/config/run_config.h"
#include "mpibert/io/yaml.h"

typedef struct run_setting {
    const char *key; /* section.key, or a section whose value is a map */
    const mpb_yaml_node *value;
} run_setting;

/* Settings in a file of their own, those of a way of a sweep. A key that stands on the command line,
 * too, and one that all runs of a sweep share are refused. */
typedef struct run_layer {
    const char *path;
    const run_setting *settings; /* (count) */
    size_t count;
} run_layer;

typedef struct run_origin {
    const char *path;             /* of the file; NULL: none */
    const char *const *overrides; /* (count), of the command line */
    size_t count;
    const run_layer *layer; /* NULL: none */
} run_origin;

/* As mpb_run_config_read. */
MPB_MUST_CHECK mpb_status run_config_read_from(const mpb_log *log, const run_origin *origin,
                                               mpb_run_config *config);
