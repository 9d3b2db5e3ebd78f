#pragma once

/* What a person sees while a run goes on: one line on a terminal, rewritten in place, with the
 * time that is left; nothing where standard error is a file. Only rank 0 makes one. */

#include <stdbool.h>
#include <stddef.h>

typedef struct mpb_progress {
    bool visible;
    size_t total;      /* steps of the whole run */
    size_t first;      /* steps done before this start */
    double started_at; /* clock seconds */
    double shown_at;
} mpb_progress;

/* `mode` is logging.progress: "auto" (only on a terminal), "on" or "off". */
mpb_progress mpb_progress_begin(const char *mode, size_t first, size_t total);

/* At most ten times a second. `tokens_per_second` counts real tokens. */
void mpb_progress_update(mpb_progress *progress, size_t done, double loss,
                         double tokens_per_second);

/* Likewise for bytes of input: "tokenizing 45%  85.3 MB/s  20.1 M tokens/s  ETA 0:00:32". `tokens` is
 * 0 where none are made. `seconds` have passed since the phase began. */
void mpb_progress_bytes(mpb_progress *progress, const char *phase, double done, double total,
                        double tokens, double seconds);

/* Removes the line, so that other output can follow; the next update draws it again. */
void mpb_progress_clear(mpb_progress *progress);
