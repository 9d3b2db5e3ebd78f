#include "checksum.h"

#include <string.h>

static uint64_t mix(uint64_t state, uint64_t word)
{
    state = (state ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return state ^ state >> 29;
}

static void take_block(uint64_t lane[MPB_CHECKSUM_LANES], const unsigned char *block)
{
    uint64_t words[MPB_CHECKSUM_LANES];

    memcpy(words, block, sizeof(words));
    for (int i = 0; i < MPB_CHECKSUM_LANES; i++) {
        lane[i] = mix(lane[i], words[i]);
    }
}

/* Fills up the block that the last call began; gives the bytes that were taken for it. */
static size_t fill_part(mpb_checksum *sum, const unsigned char *bytes, size_t size)
{
    size_t waiting = sum->bytes % MPB_CHECKSUM_BLOCK;
    size_t wanted = MPB_CHECKSUM_BLOCK - waiting;
    size_t count = size < wanted ? size : wanted;

    if (waiting == 0) {
        return 0;
    }
    memcpy(sum->part + waiting, bytes, count);
    if (count == wanted) {
        take_block(sum->lane, sum->part);
    }
    return count;
}

void mpb_checksum_update(mpb_checksum *sum, const void *bytes, size_t size)
{
    const unsigned char *next = bytes;
    size_t taken;

    if (size == 0) {
        return;
    }
    taken = fill_part(sum, next, size);
    sum->bytes += size;
    next += taken;
    for (size -= taken; size >= MPB_CHECKSUM_BLOCK; size -= MPB_CHECKSUM_BLOCK) {
        take_block(sum->lane, next);
        next += MPB_CHECKSUM_BLOCK;
    }
    if (size > 0) {
        memcpy(sum->part, next, size);
    }
}

/* The last block counts as filled up with zeros. */
uint64_t mpb_checksum_value(const mpb_checksum *sum)
{
    mpb_checksum end = *sum;
    size_t waiting = sum->bytes % MPB_CHECKSUM_BLOCK;
    uint64_t state = sum->bytes;

    if (waiting > 0) {
        memset(end.part + waiting, 0, MPB_CHECKSUM_BLOCK - waiting);
        take_block(end.lane, end.part);
    }
    for (int i = 0; i < MPB_CHECKSUM_LANES; i++) {
        state = mix(state, end.lane[i]);
    }
    return state;
}
