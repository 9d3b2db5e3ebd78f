#pragma once

/* SIGTERM and SIGUSR1 ask a run to save and stop (Slurm sends them before the time limit). The
 * handler only notes them; the step loop asks. */

#include <stdbool.h>

void mpb_signals_watch(void);
bool mpb_signals_raised(void);
