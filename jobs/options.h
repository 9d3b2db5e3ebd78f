#pragma once

/* Command lines: --name VALUE, --name=VALUE, --flag, section.key=value and other arguments, one at
 * most unless there is room for more. Everything wrong, an option that is given twice included, is
 * MPB_ERR_CONFIG, with a suggestion for a misspelt option. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/status.h"

/* Exactly one of value and flag is given. */
typedef struct mpb_option {
    const char *name;   /* with its dashes: "--output" */
    const char **value; /* where the borrowed text goes */
    bool *flag;         /* set to true when the option is there */
} mpb_option;

typedef struct mpb_options {
    const mpb_option *items;
    size_t count;
    const char *positional;        /* what the other argument is called, e.g. "PATH"; NULL: none */
    const char **positional_value; /* where it goes; untouched if it is not there */
    size_t *num_positionals; /* NULL: one at most; else positional_value has room for (argc) */
    const char **overrides;  /* (argc) of room for key=value texts; NULL: none allowed */
    size_t *num_overrides;
} mpb_options;

/* `argv` (argc) are the arguments after the command's name; texts are borrowed from it. */
MPB_MUST_CHECK mpb_status mpb_options_parse(const mpb_options *options, int argc, char **argv);

/* A whole number from `min` to `max` in `text`; `name` is the option's for the message. */
MPB_MUST_CHECK mpb_status mpb_option_integer(const char *name, const char *text, long min, long max,
                                             long *number);

/* *path = NULL where it is "-", the standard stream. */
void mpb_option_leave_out_dash(const char **path);

/* Whether --output would write over what option `name` reads (MPB_ERR_CONFIG); either may be NULL.
 * */
MPB_MUST_CHECK mpb_status mpb_option_check_output(const char *name, const char *input,
                                                  const char *output);
