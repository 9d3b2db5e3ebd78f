#pragma once

/* The tokens of a few sequences of a source: those in use, and beside them those that come next. */

#include "mpibert/shards/token_source.h"

typedef struct token_window token_window;

/* Borrows the source. */
MPB_MUST_CHECK mpb_status token_window_create(mpb_token_source *source, token_window **window);
void token_window_destroy(token_window **window);

/* Adds a sequence to those that are fetched next. */
MPB_MUST_CHECK mpb_status token_window_ask(token_window *window, uint32_t number);
/* Reads them; those in use stay as they are. On failure nothing is asked for any more. */
MPB_MUST_CHECK mpb_status token_window_fetch(token_window *window);
/* What was fetched is in use from now on, what was is forgotten. */
void token_window_turn(token_window *window);

/* The tokens of a sequence in use. */
const uint32_t *token_window_find(const token_window *window, uint32_t number);
