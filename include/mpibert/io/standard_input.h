#pragma once

/* Text from standard input, which may come from a person or not at all. Local. */

#include "mpibert/core/log.h"

/* Waits for the first bytes or the end of standard input, and says so where that may surprise: at
 * once on a terminal, elsewhere after five seconds. */
void mpb_standard_input_await(const mpb_log *log);
