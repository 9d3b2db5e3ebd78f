#include <string.h>

#include "reduction_internal.h"

enum { BLOCK = 1024 }; /* floats that are summed in the first cache */

static slot_head *slot_of(const mpb_reduction *r, int local)
{
    return (slot_head *)((char *)r->shared.base + (size_t)local * r->slot_bytes);
}

static float *slot_part(const mpb_reduction *r, int local, size_t chunk, int owner)
{
    const size_t place = (r->base + chunk) % r->window;

    return slot_of(r, local)->values + (place * (size_t)r->where.size + (size_t)owner) * r->room;
}

static bool node_is_shared(const mpb_reduction *r)
{
    return r->where.node_size > 1;
}

float *node_part(const mpb_reduction *r, size_t chunk, int owner, stretch part)
{
    return node_is_shared(r) ? slot_part(r, r->where.local, chunk, owner)
                             : r->run.values + part.offset;
}

size_t node_slot_bytes(const mpb_reduction *r)
{
    return sizeof(slot_head) + r->window * (size_t)r->where.size * r->room * sizeof(float);
}

/* The local rank that works on the part of `owner`. */
static int worker_of(const mpb_reduction *r, int owner)
{
    return r->where.local_of[topology_speaker(&r->where, r->where.node, owner)];
}

/* What a rank works on itself it reads where it is. */
static void copy_in(const mpb_reduction *r, size_t chunk)
{
    for (int owner = 0; owner < r->where.size; owner++) {
        const stretch part = schedule_part(&r->plan, &r->where, chunk, owner);

        if (worker_of(r, owner) != r->where.local) {
            memcpy(slot_part(r, r->where.local, chunk, owner), r->run.values + part.offset,
                   part.count * sizeof(float));
        }
    }
}

/* Owners' values, which go out from their slots. */
static void copy_own(const mpb_reduction *r, size_t chunk)
{
    const stretch part = schedule_part(&r->plan, &r->where, chunk, r->where.rank);

    memcpy(slot_part(r, r->where.local, chunk, r->where.rank), r->run.values + part.offset,
           part.count * sizeof(float));
}

/* Whether nobody on the node needs what the place in the window held before. */
static bool place_is_free(const mpb_reduction *r, size_t chunk)
{
    for (int local = 0; local < r->where.node_size; local++) {
        if (atomic_load(&slot_of(r, local)->left) + r->window <= r->base + chunk) {
            return false;
        }
    }
    return true;
}

bool node_enter(mpb_reduction *r)
{
    const size_t chunk = r->passed.entered;

    if (chunk >= r->passed.opened || schedule_lowest(&r->plan, chunk) < r->ready) {
        return false;
    }
    if (node_is_shared(r)) {
        if (!place_is_free(r, chunk)) {
            return false;
        }
        if (r->publishes) {
            copy_own(r, chunk);
        } else {
            copy_in(r, chunk);
        }
        atomic_store(&slot_of(r, r->where.local)->entered, r->base + chunk + 1);
    }
    r->passed.entered++;
    return true;
}

bool node_has_entered(const mpb_reduction *r, size_t chunk)
{
    for (int local = 0; local < r->where.node_size && node_is_shared(r); local++) {
        if (atomic_load(&slot_of(r, local)->entered) <= r->base + chunk) {
            return false;
        }
    }
    return true;
}

/* Elements [begin, begin + count) of a part, count <= BLOCK. */
static void sum_block(const mpb_reduction *r, size_t chunk, int owner, const float *own,
                      size_t begin, size_t count)
{
    float total[BLOCK];

    for (int local = 0; local < r->where.node_size; local++) {
        const float *x =
            (local == r->where.local ? own : slot_part(r, local, chunk, owner)) + begin;

        if (local == 0) {
            memcpy(total, x, count * sizeof(*total));
        } else {
            r->kernels->add(count, x, total);
        }
    }
    memcpy(slot_part(r, r->where.local, chunk, owner) + begin, total, count * sizeof(*total));
}

void node_sum_part(const mpb_reduction *r, size_t chunk, int owner, stretch part)
{
    for (size_t begin = 0; begin < part.count && node_is_shared(r); begin += BLOCK) {
        const size_t left = part.count - begin;

        sum_block(r, chunk, owner, r->run.values + part.offset, begin, left < BLOCK ? left : BLOCK);
    }
}

void node_settle(mpb_reduction *r, size_t chunk)
{
    if (node_is_shared(r)) {
        atomic_store(&slot_of(r, r->where.local)->settled, r->base + chunk + 1);
    }
}

static bool all_have_settled(const mpb_reduction *r, size_t chunk)
{
    for (int local = 0; local < r->where.node_size; local++) {
        if (atomic_load(&slot_of(r, local)->settled) <= r->base + chunk) {
            return false;
        }
    }
    return true;
}

/* But for the own part, which is there already. */
static void copy_out(const mpb_reduction *r, size_t chunk)
{
    for (int owner = 0; owner < r->where.size; owner++) {
        const stretch part = schedule_part(&r->plan, &r->where, chunk, owner);

        if (owner != r->where.rank) {
            memcpy(r->run.values + part.offset, slot_part(r, worker_of(r, owner), chunk, owner),
                   part.count * sizeof(float));
        }
    }
}

bool node_leave(mpb_reduction *r, size_t chunk)
{
    if (!node_is_shared(r)) {
        return true;
    }
    if (!all_have_settled(r, chunk)) {
        return false;
    }
    if (r->publishes || !r->run.to_owners) {
        copy_out(r, chunk);
    }
    atomic_store(&slot_of(r, r->where.local)->left, r->base + chunk + 1);
    return true;
}
