#pragma once

/* The ways of a sweep file and the settings that they make; private to the sweep files. */

#include "mpibert/config/sweep_file.h"
#include "run_config_layer.h"

typedef struct sweep_source {
    const mpb_log *log;
    const char *path;         /* of the sweep file */
    const run_origin *origin; /* of the configuration below its settings */
} sweep_source;

/* Adds the settings of all ways in the map `ways` to `sweep`. */
MPB_MUST_CHECK mpb_status sweep_ways_read(const sweep_source *source, const mpb_yaml_node *ways,
                                          mpb_sweep_file *sweep);
