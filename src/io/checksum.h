#pragma once

/* A fast 64-bit checksum against damage, not against people: several bytes a cycle.
 *
 * Four independent chains, so that the processor works on all at once. Each step is a bijection of
 * the word that comes in: damage within one word always shows, any other with chance 1 - 2^-64. The
 * length counts, so bytes that are lost show as well. */

#include <stddef.h>
#include <stdint.h>

enum { MPB_CHECKSUM_LANES = 4, MPB_CHECKSUM_BLOCK = 8 * MPB_CHECKSUM_LANES };

/* Starts as {0}. */
typedef struct mpb_checksum {
    uint64_t lane[MPB_CHECKSUM_LANES];
    uint64_t bytes;
    unsigned char part[MPB_CHECKSUM_BLOCK]; /* the last bytes % MPB_CHECKSUM_BLOCK bytes */
} mpb_checksum;

/* Adds the next bytes; how they are cut into calls makes no difference. */
void mpb_checksum_update(mpb_checksum *sum, const void *bytes, size_t size);
uint64_t mpb_checksum_value(const mpb_checksum *sum);
