#pragma once

#include <stddef.h>
#include <stdint.h>

/* Random numbers, evenly spread over [-1, 1); a few thousand of them repeat, as drawing each one
 * would take longer than the measurement. */
void fill_random(uint64_t seed, size_t count, float *values);
