#include <assert.h>

#include "reduction_internal.h"

/* Where part `index` of `parts` begins, at a cache line from the start. */
static size_t cut(size_t count, size_t parts, size_t index)
{
    const size_t lines = (count + FLOATS_A_LINE - 1) / FLOATS_A_LINE;
    const size_t begin = lines * index / parts * FLOATS_A_LINE;

    return begin < count ? begin : count;
}

static stretch cut_part(stretch whole, size_t parts, size_t index)
{
    const size_t begin = cut(whole.count, parts, index);
    const size_t end = cut(whole.count, parts, index + 1);

    return (stretch){whole.offset + begin, end - begin};
}

mpb_piece mpb_piece_part(const mpb_piece *piece, int size, int rank)
{
    const stretch whole = {piece->offset, piece->count};
    const stretch part = cut_part(whole, (size_t)size, (size_t)rank);

    return (mpb_piece){part.offset, part.count, rank};
}

static size_t divide_up(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Of pieces with one owner each. */
static void measure_group(unit *made, int size, size_t room)
{
    made->lowest = SIZE_MAX;
    for (int owner = 0; owner < size; owner++) {
        const mpb_piece *piece = &made->pieces[owner];

        assert(piece->owner == owner);
        if (piece->count > 0) {
            const size_t chunks = divide_up(piece->count, room);

            made->num_chunks = made->num_chunks < chunks ? chunks : made->num_chunks;
            made->lowest = smaller(made->lowest, piece->offset);
        }
    }
}

static void measure_shared(unit *made, int size, size_t room, bool to_all)
{
    const mpb_piece *piece = made->pieces;
    const size_t lines = divide_up(piece->count, FLOATS_A_LINE);

    made->lowest = piece->offset;
    made->num_chunks = to_all ? divide_up(piece->count, room * (size_t)size)
                              : divide_up(divide_up(lines, (size_t)size) * FLOATS_A_LINE, room);
}

static void add_unit(schedule *plan, unit made)
{
    if (made.num_chunks > 0) {
        made.first_chunk = plan->num_chunks;
        plan->num_chunks += made.num_chunks;
        plan->units[plan->num_units++] = made;
    }
}

void schedule_make(schedule *plan, const topology *where, size_t room, const mpb_piece *pieces,
                   size_t num_pieces, bool to_all, bool upwards)
{
    size_t taken = 0;

    plan->num_units = 0;
    plan->num_chunks = 0;
    plan->to_all = to_all;
    while (taken < num_pieces) {
        const mpb_piece *next = upwards ? pieces + taken : pieces + num_pieces - 1 - taken;
        unit made = {.grouped = next->owner != MPB_ALL_OWNERS};
        const size_t count = made.grouped ? (size_t)where->size : 1;

        made.pieces = upwards ? next : next + 1 - count;
        if (made.grouped) {
            measure_group(&made, where->size, room);
        } else {
            measure_shared(&made, where->size, room, to_all);
        }
        add_unit(plan, made);
        taken += count;
    }
}

static const unit *unit_of(const schedule *plan, size_t chunk)
{
    size_t low = 0;
    size_t high = plan->num_units;

    while (high - low > 1) {
        const size_t middle = (low + high) / 2;

        if (plan->units[middle].first_chunk <= chunk) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return &plan->units[low];
}

/* Chunks go from the end to the start. */
static stretch neighbouring(const unit *u, size_t chunk)
{
    const stretch whole = {u->pieces->offset, u->pieces->count};

    return cut_part(whole, u->num_chunks, u->num_chunks - 1 - (chunk - u->first_chunk));
}

stretch schedule_part(const schedule *plan, const topology *where, size_t chunk, int owner)
{
    const unit *u = unit_of(plan, chunk);
    const size_t size = (size_t)where->size;
    const mpb_piece *piece = u->grouped ? &u->pieces[owner] : u->pieces;
    const stretch whole = {piece->offset, piece->count};

    if (u->grouped) {
        return cut_part(whole, u->num_chunks, chunk - u->first_chunk);
    }
    if (plan->to_all) {
        return cut_part(neighbouring(u, chunk), size, (size_t)owner);
    }
    return cut_part(cut_part(whole, size, (size_t)owner), u->num_chunks, chunk - u->first_chunk);
}

size_t schedule_lowest(const schedule *plan, size_t chunk)
{
    const unit *u = unit_of(plan, chunk);

    return plan->to_all && !u->grouped ? neighbouring(u, chunk).offset : u->lowest;
}

size_t schedule_chunks_before(const schedule *plan, size_t offset)
{
    for (size_t i = 0; i < plan->num_units; i++) {
        if (plan->units[i].lowest >= offset) {
            return plan->units[i].first_chunk;
        }
    }
    return plan->num_chunks;
}
