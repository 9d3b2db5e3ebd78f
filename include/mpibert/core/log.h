#pragma once

/* Lines for people on standard error, "mpibert: <command>: <text>", and what a run shows of itself
 * on standard output.
 *
 * Only the leader (rank 0) prints, so that a job on N ranks says a thing once. Local. */

#include <stdbool.h>

typedef struct mpb_log {
    const char *command; /* borrowed, e.g. "train" */
    bool leader;         /* whether this process speaks for all ranks */
    /* Borrowed: whether a moving line stands on the terminal, which a line removes before it is
     * printed; NULL: there never is one. */
    bool *line_stands;
    const char *part; /* borrowed: which of several runs speaks, as "seed 1"; NULL: there is one */
} mpb_log;

void mpb_log_info(const mpb_log *log, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void mpb_log_warning(const mpb_log *log, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Lines of `text` for standard output, each after the name of the part. */
void mpb_log_show(const mpb_log *log, const char *text);

/* Prints `text` as the one error line of the command, whoever the leader is: the caller has
 * already settled which rank speaks. */
void mpb_log_failure(const mpb_log *log, const char *text);
