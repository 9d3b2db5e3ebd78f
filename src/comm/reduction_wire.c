#include <string.h>

#include "reduction_internal.h"

enum { BLOCK = 1024, TAGS = 8192 }; /* every MPI has tags up to 32767 */

enum { CONTRIBUTION, SUM };

static int tag_of(const mpb_reduction *r, size_t chunk, int kind)
{
    return (int)((r->base + chunk) % TAGS) * 2 + kind;
}

static size_t place_of(const mpb_reduction *r, size_t chunk)
{
    return (r->base + chunk) % r->window;
}

static int num_others(const mpb_reduction *r)
{
    return r->where.num_nodes - 1;
}

/* Weights that are published stay floats. */
static bool travels_as_bf16(const mpb_reduction *r)
{
    return r->outbox != NULL && !r->publishes;
}

static bool comes_back(const mpb_reduction *r)
{
    return r->publishes || !r->run.to_owners;
}

static void post_send(mpb_reduction *r, const void *values, size_t count, int to, int tag,
                      MPI_Request *request)
{
    const MPI_Datatype type = travels_as_bf16(r) ? MPI_UINT16_T : MPI_FLOAT;

    if (count > 0) {
        MPB_MPI_OR_ABORT(r->comm, MPI_Isend(values, (int)count, type, to, tag, r->world, request));
        r->sent_bytes += count * (travels_as_bf16(r) ? sizeof(mpb_bf16) : sizeof(float));
    }
}

static void post_receive(mpb_reduction *r, void *values, size_t count, int from, int tag,
                         MPI_Request *request)
{
    const MPI_Datatype type = travels_as_bf16(r) ? MPI_UINT16_T : MPI_FLOAT;

    if (count > 0) {
        MPB_MPI_OR_ABORT(r->comm,
                         MPI_Irecv(values, (int)count, type, from, tag, r->world, request));
    }
}

static bool are_complete(const mpb_reduction *r, int count, MPI_Request *requests)
{
    int complete = 1;

    if (count > 0) {
        MPB_MPI_OR_ABORT(r->comm, MPI_Testall(count, requests, &complete, MPI_STATUSES_IGNORE));
    }
    return complete != 0;
}

static stretch part_of(const mpb_reduction *r, size_t chunk, int owner)
{
    return schedule_part(&r->plan, &r->where, chunk, owner);
}

static void *inbox(const mpb_reduction *r, size_t chunk, int other)
{
    const size_t index = place_of(r, chunk) * (size_t)num_others(r) + (size_t)other;

    return travels_as_bf16(r) ? (void *)((mpb_bf16 *)r->inbox + index * r->room)
                              : (void *)((float *)r->inbox + index * r->room);
}

static mpb_bf16 *outbox(const mpb_reduction *r, size_t chunk, int owner)
{
    return r->outbox + (place_of(r, chunk) * (size_t)r->where.size + (size_t)owner) * r->room;
}

bool wire_open(mpb_reduction *r)
{
    const size_t chunk = r->passed.opened;
    const stretch own = part_of(r, chunk, r->where.rank);
    messages *post = &r->messages[place_of(r, chunk)];

    if (chunk >= r->limit || chunk >= r->passed.done + r->window) {
        return false;
    }
    for (int i = 0; i < num_others(r) && !r->publishes; i++) {
        post_receive(r, inbox(r, chunk, i), own.count, r->speakers[i],
                     tag_of(r, chunk, CONTRIBUTION), &post->contributions[i]);
    }
    r->passed.opened++;
    return true;
}

/* Where the rest of the value at `offset` lies, and how many follow it there, `count` at most. */
static size_t place_of_rest(const mpb_reduction *r, size_t offset, size_t *count)
{
    const size_t row_size = r->run.packed.row_size;
    const size_t row = row_size == 0 ? 0 : offset / row_size - r->run.packed.first_row;
    size_t in_row;

    if (row_size == 0 || row >= r->run.packed.num_rows) {
        return offset;
    }
    in_row = offset % row_size;
    *count = *count < row_size - in_row ? *count : row_size - in_row;
    return (size_t)r->run.packed.rows[row] * row_size + in_row;
}

/* x (count), whose place in the flat space is `offset`, becomes what `rounded` holds. */
static void round_values(const mpb_reduction *r, size_t offset, size_t count, float *x,
                         mpb_bf16 *rounded)
{
    if (r->rest == NULL) {
        r->kernels->round(count, x, rounded);
        return;
    }
    for (size_t i = 0; i < count;) {
        size_t length = count - i;
        const size_t place = place_of_rest(r, offset + i, &length);

        r->kernels->round_on(length, x + i, r->rest + place, r->new_rest + place, rounded + i);
        i += length;
    }
}

static void keep_rest(const mpb_reduction *r, stretch part)
{
    for (size_t i = 0; i < part.count;) {
        size_t length = part.count - i;
        const size_t place = place_of_rest(r, part.offset + i, &length);

        memcpy(r->rest + place, r->new_rest + place, length * sizeof(*r->rest));
        i += length;
    }
}

void wire_keep_rest(const mpb_reduction *r, size_t chunk)
{
    for (int i = 0; i < r->num_forwards; i++) {
        keep_rest(r, part_of(r, chunk, r->forwards[i]));
    }
    if (comes_back(r)) {
        keep_rest(r, part_of(r, chunk, r->where.rank));
    }
}

static void forward(mpb_reduction *r, size_t chunk, int index)
{
    const int owner = r->forwards[index];
    const stretch part = part_of(r, chunk, owner);
    float *values = node_part(r, chunk, owner, part);
    const void *sent = values;

    node_sum_part(r, chunk, owner, part);
    if (travels_as_bf16(r)) {
        round_values(r, part.offset, part.count, values, outbox(r, chunk, owner));
        sent = outbox(r, chunk, owner);
    }
    post_send(r, sent, part.count, owner, tag_of(r, chunk, CONTRIBUTION),
              &r->messages[place_of(r, chunk)].forwards[index]);
}

bool wire_forward(mpb_reduction *r)
{
    const size_t chunk = r->passed.forwarded;

    if (chunk >= r->passed.entered || !node_has_entered(r, chunk)) {
        return false;
    }
    if (!r->publishes) {
        for (int i = 0; i < r->num_forwards; i++) {
            forward(r, chunk, i);
        }
        node_sum_part(r, chunk, r->where.rank, part_of(r, chunk, r->where.rank));
    }
    r->passed.forwarded++;
    return true;
}

/* Elements [begin, begin + count) of what node `node` contributes to the own part. */
static void add_node(const mpb_reduction *r, size_t chunk, int node, size_t begin, size_t count,
                     const float *own, float *total)
{
    const void *other = inbox(r, chunk, node < r->where.node ? node : node - 1);

    if (node == r->where.node) {
        r->kernels->add(count, own + begin, total);
    } else if (travels_as_bf16(r)) {
        r->kernels->add_bf16(count, (const mpb_bf16 *)other + begin, total);
    } else {
        r->kernels->add(count, (const float *)other + begin, total);
    }
}

/* Of the own part, over nodes in their order; `own` holds this node's sum and gets that of all. */
static void own_block(mpb_reduction *r, size_t chunk, stretch part, size_t begin, size_t count,
                      float *own)
{
    float total[BLOCK] = {0.0f};
    float *run = r->run.values + part.offset + begin;

    for (int node = 0; node < r->where.num_nodes; node++) {
        add_node(r, chunk, node, begin, count, own, total);
    }
    if (travels_as_bf16(r) && comes_back(r)) {
        round_values(r, part.offset + begin, count, total, outbox(r, chunk, r->where.rank) + begin);
    }
    r->own_squares += r->kernels->squares(count, total);
    memcpy(own + begin, total, count * sizeof(*total));
    if (run != own + begin) {
        memcpy(run, total, count * sizeof(*total));
    }
}

static void send_own(mpb_reduction *r, size_t chunk, stretch part, const float *own)
{
    const void *sent = travels_as_bf16(r) ? (void *)outbox(r, chunk, r->where.rank) : own;

    for (int i = 0; i < num_others(r); i++) {
        post_send(r, sent, part.count, r->speakers[i], tag_of(r, chunk, SUM),
                  &r->messages[place_of(r, chunk)].sums[i]);
    }
}

bool wire_own(mpb_reduction *r)
{
    const size_t chunk = r->passed.owned;
    const stretch part = part_of(r, chunk, r->where.rank);
    float *own;

    if (chunk >= r->passed.forwarded ||
        !are_complete(r, num_others(r), r->messages[place_of(r, chunk)].contributions)) {
        return false;
    }
    own = node_part(r, chunk, r->where.rank, part);
    for (size_t begin = 0; begin < part.count && !r->publishes; begin += BLOCK) {
        const size_t left = part.count - begin;

        own_block(r, chunk, part, begin, left < BLOCK ? left : BLOCK, own);
    }
    if (comes_back(r)) {
        send_own(r, chunk, part, own);
    }
    r->passed.owned++;
    return true;
}

static void collect_from(mpb_reduction *r, size_t chunk, int index)
{
    const int owner = r->forwards[index];
    const stretch part = part_of(r, chunk, owner);

    post_receive(r,
                 travels_as_bf16(r) ? (void *)outbox(r, chunk, owner)
                                    : (void *)node_part(r, chunk, owner, part),
                 part.count, owner, tag_of(r, chunk, SUM),
                 &r->messages[place_of(r, chunk)].forwards[index]);
}

/* Sums come to the places that contributions have left. */
bool wire_collecting(mpb_reduction *r)
{
    const size_t chunk = r->passed.collecting;

    if (chunk >= r->passed.forwarded ||
        !are_complete(r, r->num_forwards, r->messages[place_of(r, chunk)].forwards)) {
        return false;
    }
    for (int i = 0; i < r->num_forwards && comes_back(r); i++) {
        collect_from(r, chunk, i);
    }
    r->passed.collecting++;
    return true;
}

bool wire_collect(mpb_reduction *r)
{
    const size_t chunk = r->passed.collected;

    if (chunk >= r->passed.collecting ||
        !are_complete(r, r->num_forwards, r->messages[place_of(r, chunk)].forwards)) {
        return false;
    }
    for (int i = 0; i < r->num_forwards && travels_as_bf16(r) && comes_back(r); i++) {
        const stretch part = part_of(r, chunk, r->forwards[i]);

        r->kernels->widen(part.count, outbox(r, chunk, r->forwards[i]),
                          node_part(r, chunk, r->forwards[i], part));
    }
    r->passed.collected++;
    return true;
}

bool wire_has_sent(const mpb_reduction *r, size_t chunk)
{
    return are_complete(r, num_others(r), r->messages[place_of(r, chunk)].sums);
}
