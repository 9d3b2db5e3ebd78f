/* Sums that go on while their values are still being computed, on one node and on simulated ones,
 * against MPI's own. */

#include "mpibert/comm/reduction.h"

#include "check.h"
#include "reduction_internal.h"

enum { CAPACITY = (1 << 19) + 77, BEGIN = 1003, MAX_PIECES = 64, STEPS = 3, UNDER_WAY = 1 << 16 };

static const mpb_team ALONE = {.threads = 1};

/* What a test sums. */
typedef struct rig {
    const mpb_comm *comm;
    mpb_reduction *reduction;
    mpb_piece pieces[MAX_PIECES];
    size_t num_pieces;
    float *values;   /* (CAPACITY) */
    float *expected; /* (CAPACITY) */
} rig;

static float value_of(int rank, int step, size_t i)
{
    return test_value((unsigned)(rank + 10 * step), (unsigned)i) * (i % 2 == 0 ? 1.0f : 1e4f);
}

static void rig_begin(const mpb_comm *comm, int colour, mpb_reduction_options options, rig *g)
{
    MPI_Comm node;

    options.capacity = CAPACITY;
    options.max_pieces = MAX_PIECES;
    options.isa = mpb_isa_best();
    options.team = &ALONE;
    *g = (rig){.comm = comm};
    g->values = malloc(CAPACITY * sizeof(float));
    g->expected = malloc(CAPACITY * sizeof(float));
    CHECK(g->values != NULL && g->expected != NULL);
    CHECK(MPI_Comm_split(MPI_COMM_WORLD, colour, 0, &node) == MPI_SUCCESS);
    CHECK_OK(reduction_create_on(comm, node, UNDER_WAY, &options, &g->reduction));
    MPI_Comm_free(&node);
}

static void rig_end(rig *g)
{
    mpb_reduction_destroy(&g->reduction);
    CHECK(g->reduction == NULL);
    free(g->values);
    free(g->expected);
}

static void fill(rig *g, int step)
{
    for (size_t i = 0; i < CAPACITY; i++) {
        g->values[i] = value_of(mpb_comm_rank(g->comm), step, i);
        g->expected[i] = g->values[i];
    }
    CHECK(MPI_Allreduce(MPI_IN_PLACE, g->expected, CAPACITY, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD) ==
          MPI_SUCCESS);
}

/* Ranks become ready at different moments, in steps of different lengths. */
static void let_go_on(rig *g, int step)
{
    size_t offset = CAPACITY;
    unsigned draw = (unsigned)(mpb_comm_rank(g->comm) * 7919 + step * 104729 + 1);

    while (offset > 0) {
        draw = draw * 1664525u + 1013904223u;
        offset -= offset < draw % 70000u ? offset : draw % 70000u;
        mpb_reduction_ready(g->reduction, offset);
        for (unsigned i = 0; i < draw % 5u; i++) {
            mpb_reduction_poll(g->reduction);
        }
    }
}

static void check_equal_on_all_ranks(const float *values, size_t count)
{
    float *first = malloc((count + 1) * sizeof(*first));

    CHECK(first != NULL);
    memcpy(first, values, count * sizeof(*first));
    CHECK(MPI_Bcast(first, (int)count, MPI_FLOAT, 0, MPI_COMM_WORLD) == MPI_SUCCESS);
    CHECK(memcmp(first, values, count * sizeof(*first)) == 0);
    free(first);
}

/* Each of two sums in any order is off by at most half a unit in the last place (2^-24) an addition
 * of all magnitudes, each below 1e4; `rounding` is what the wire adds, relative to that. */
static void check_values(const rig *g, size_t offset, size_t count, double rounding)
{
    const double ranks = mpb_comm_size(g->comm);

    for (size_t i = offset; i < offset + count; i++) {
        const double magnitude = ranks * (i % 2 == 0 ? 1.0 : 1e4);

        CHECK_NEAR((double)g->values[i], (double)g->expected[i],
                   magnitude * (2.0 * ranks * 0x1p-24 + rounding));
    }
}

static double squares_of(const float *values, size_t begin, size_t end)
{
    double sum = 0.0;

    for (size_t i = begin; i < end; i++) {
        sum += (double)values[i] * (double)values[i];
    }
    return sum;
}

static void check_untouched(const rig *g, int step, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        CHECK(g->values[i] == value_of(mpb_comm_rank(g->comm), step, i));
    }
}

/* Pieces of many lengths, neighbours, from BEGIN to the end. */
static void cut_pieces(rig *g)
{
    size_t offset = BEGIN;

    g->num_pieces = 0;
    while (offset < CAPACITY) {
        const size_t wanted = (size_t[]){0, 1, 17, 70000, 199983, 4096}[g->num_pieces % 6];
        const size_t left = CAPACITY - offset;
        const size_t count = g->num_pieces == MAX_PIECES - 1 || wanted > left ? left : wanted;

        g->pieces[g->num_pieces++] = (mpb_piece){offset, count, MPB_ALL_OWNERS};
        offset += count;
    }
}

/* Some for one owner each, the rest for all. */
static void cut_owned_pieces(rig *g)
{
    const int size = mpb_comm_size(g->comm);
    size_t offset = BEGIN;

    cut_pieces(g);
    for (int owner = 0; owner < size; owner++) {
        const size_t count = owner == 1 ? 0 : 1000 + 50000 * (size_t)owner;

        g->pieces[owner] = (mpb_piece){offset, count, owner};
        offset += count;
    }
    g->num_pieces = (size_t)size;
    while (offset < CAPACITY) {
        const size_t left = CAPACITY - offset;
        const size_t count = left < 65536 ? left : 65536;

        g->pieces[g->num_pieces++] = (mpb_piece){offset, count, MPB_ALL_OWNERS};
        offset += count;
    }
}

static void begin_run(rig *g, bool to_owners)
{
    const mpb_reduction_run run = {.values = g->values,
                                   .pieces = g->pieces,
                                   .num_pieces = g->num_pieces,
                                   .to_owners = to_owners};

    mpb_reduction_begin(g->reduction, &run);
}

/* Of this rank's part, which mpb_reduction_finish gave; doubles, in another order. */
static void check_squares(const rig *g, double squares)
{
    const double expected = squares_of(g->values, BEGIN, CAPACITY);

    CHECK_OK(mpb_comm_sum_double(g->comm, &squares, 1));
    CHECK_NEAR(squares, expected, 1e-10 * expected);
}

static void sum_to_all(rig *g, int step, double rounding)
{
    double squares = 0.0;

    fill(g, step);
    begin_run(g, false);
    let_go_on(g, step);
    CHECK_OK(mpb_reduction_finish(g->reduction, &squares));
    mpb_reduction_keep_remainders(g->reduction);
    check_untouched(g, step, 0, BEGIN);
    check_values(g, BEGIN, CAPACITY - BEGIN, rounding);
    check_equal_on_all_ranks(g->values + BEGIN, CAPACITY - BEGIN);
    check_squares(g, squares);
}

static bool owns(const mpb_comm *comm, const mpb_piece *piece, stretch *part)
{
    const mpb_piece own = mpb_piece_part(piece, mpb_comm_size(comm), mpb_comm_rank(comm));

    *part = piece->owner == MPB_ALL_OWNERS ? (stretch){own.offset, own.count}
                                           : (stretch){piece->offset, piece->count};
    return piece->owner == MPB_ALL_OWNERS || piece->owner == mpb_comm_rank(comm);
}

/* Owners send what they have summed to all, as they do with weights. */
static void sum_to_owners_and_publish(rig *g, int step)
{
    double squares = 0.0;

    fill(g, step);
    cut_owned_pieces(g);
    begin_run(g, true);
    let_go_on(g, step);
    CHECK_OK(mpb_reduction_finish(g->reduction, &squares));
    for (size_t i = 0; i < g->num_pieces; i++) {
        stretch part;

        if (owns(g->comm, &g->pieces[i], &part)) {
            check_values(g, part.offset, part.count, 0.0);
        }
    }
    mpb_reduction_publish(g->reduction, g->values, g->pieces, g->num_pieces);
    for (size_t offset = BEGIN; offset < CAPACITY; offset += 50021) {
        mpb_reduction_await(g->reduction, offset);
        check_values(g, BEGIN, offset - BEGIN, 0.0);
    }
    mpb_reduction_await(g->reduction, SIZE_MAX);
    check_equal_on_all_ranks(g->values + BEGIN, CAPACITY - BEGIN);
    check_squares(g, squares);
}

static void sums_match_mpi(const mpb_comm *comm, int colour)
{
    rig g;

    rig_begin(comm, colour, (mpb_reduction_options){0}, &g);
    for (int step = 0; step < STEPS; step++) {
        cut_pieces(&g);
        sum_to_all(&g, step, 0.0);
        sum_to_owners_and_publish(&g, step);
    }
    rig_end(&g);
}

static void the_plain_way_matches_mpi(const mpb_comm *comm)
{
    rig g;

    rig_begin(comm, 0, (mpb_reduction_options){.plain = true}, &g);
    cut_pieces(&g);
    sum_to_all(&g, 1, 0.0);
    rig_end(&g);
}

/* Whether the ranks of a colour share memory or not. */
static void sums_hold_however_ranks_lie_on_nodes(const mpb_comm *comm)
{
    const int rank = mpb_comm_rank(comm);

    sums_match_mpi(comm, 0);
    sums_match_mpi(comm, rank);
    sums_match_mpi(comm, rank < 1);
    sums_match_mpi(comm, rank / 2);
    sums_match_mpi(comm, rank % 2);
}

static void small_numbers_are_summed_meanwhile(const mpb_comm *comm)
{
    const int size = mpb_comm_size(comm);
    double numbers[2] = {1.0, mpb_comm_rank(comm)};
    double squares;
    rig g;

    rig_begin(comm, mpb_comm_rank(comm) % 2, (mpb_reduction_options){0}, &g);
    cut_pieces(&g);
    fill(&g, 1);
    begin_run(&g, false);
    mpb_reduction_ready(g.reduction, mpb_comm_rank(comm) == 0 ? CAPACITY : CAPACITY / 2);
    CHECK_OK(mpb_reduction_sum_double(g.reduction, numbers, 2));
    CHECK(numbers[0] == size && numbers[1] == size * (size - 1) / 2);
    CHECK_OK(mpb_reduction_finish(g.reduction, &squares));
    check_values(&g, BEGIN, CAPACITY - BEGIN, 0.0);
    rig_end(&g);
}

/* The last rank never gets so far; the next run is as if nothing had been. */
static void runs_can_be_abandoned_anywhere(const mpb_comm *comm)
{
    const int rank = mpb_comm_rank(comm);
    rig g;

    rig_begin(comm, rank % 2, (mpb_reduction_options){0}, &g);
    cut_pieces(&g);
    for (int step = 0; step < STEPS; step++) {
        fill(&g, step);
        begin_run(&g, false);
        if (rank < mpb_comm_size(comm) - 1) {
            mpb_reduction_ready(g.reduction, (size_t)step * CAPACITY / STEPS);
            for (int i = 0; i < 100 * step; i++) {
                mpb_reduction_poll(g.reduction);
            }
        }
        CHECK_OK(mpb_reduction_abandon(g.reduction));
        sum_to_all(&g, step, 0.0);
    }
    rig_end(&g);
}

/* bf16 has 8 bits: rounding takes up to 2^-8 of what each node sends, and of the sum. */
static void bf16_rounds_once_a_node_and_once_the_sum(const mpb_comm *comm)
{
    rig g;

    rig_begin(comm, mpb_comm_rank(comm), (mpb_reduction_options){.wire = MPB_WIRE_BF16}, &g);
    cut_pieces(&g);
    for (int step = 0; step < STEPS; step++) {
        sum_to_all(&g, step, 2.0 * 0x1p-8);
    }
    rig_end(&g);
}

/* What rounding takes away comes back: over many steps of the same values, the sum of what the
 * steps gave is off by the last remainders alone, those of each node and that of the sum. */
static void feedback_keeps_the_sum_over_steps(const mpb_comm *comm)
{
    enum { LAST = 8 };
    const int size = mpb_comm_size(comm);
    double *total = calloc(CAPACITY, sizeof(*total));
    rig g;

    CHECK(total != NULL);
    rig_begin(comm, mpb_comm_rank(comm) / 2,
              (mpb_reduction_options){.wire = MPB_WIRE_BF16, .error_feedback = true}, &g);
    cut_pieces(&g);
    for (int step = 0; step < LAST; step++) {
        sum_to_all(&g, 0, 4.0 * 0x1p-8);
        for (size_t i = BEGIN; i < CAPACITY; i++) {
            total[i] += (double)g.values[i];
        }
    }
    for (size_t i = BEGIN; i < CAPACITY; i++) {
        const double magnitude = 2.0 * size * (i % 2 == 0 ? 1.0 : 1e4);

        CHECK_NEAR(total[i], LAST * (double)g.expected[i], magnitude * 0x1p-8);
    }
    rig_end(&g);
    free(total);
}

/* Words of a table of 61 rows of 1000 values at the start of the space; a step uses other ones,
 * packed at the end of the table, before all other values. */
enum { ROWS = 61, ROW_SIZE = 1000, USED = 7 };

static const uint32_t USED_ROWS[][USED] = {
    {0, 3, 9, 20, 33, 47, 60}, {3, 4, 5, 20, 21, 22, 47}, {2, 9, 20, 30, 34, 47, 59}};

/* The value of a row of the table, in all steps. */
static void fill_packed(rig *g, const uint32_t *used)
{
    fill(g, 0);
    for (size_t k = 0; k < USED; k++) {
        for (size_t i = 0; i < ROW_SIZE; i++) {
            const size_t place = (ROWS - USED + k) * ROW_SIZE + i;
            const size_t meant = used[k] * ROW_SIZE + i;

            g->values[place] = value_of(mpb_comm_rank(g->comm), 0, meant);
            g->expected[place] = 0.0f;
            for (int rank = 0; rank < mpb_comm_size(g->comm); rank++) {
                g->expected[place] += value_of(rank, 0, meant);
            }
        }
    }
}

static void sum_packed(rig *g, const uint32_t *used)
{
    const size_t begin = (ROWS - USED) * ROW_SIZE;
    const mpb_piece piece = {begin, CAPACITY - begin, MPB_ALL_OWNERS};
    const mpb_reduction_run run = {
        .values = g->values,
        .pieces = &piece,
        .num_pieces = 1,
        .packed = {.rows = used, .first_row = ROWS - USED, .num_rows = USED, .row_size = ROW_SIZE}};
    double squares;

    fill_packed(g, used);
    mpb_reduction_begin(g->reduction, &run);
    CHECK_OK(mpb_reduction_finish(g->reduction, &squares));
    mpb_reduction_keep_remainders(g->reduction);
}

/* Over the steps that used a row, its sum is off by its last remainders alone, however few steps
 * used it and wherever it lay in them. */
static void feedback_knows_packed_rows_again(const mpb_comm *comm)
{
    enum { TIMES = 8, KINDS = sizeof(USED_ROWS) / sizeof(*USED_ROWS) };
    const int size = mpb_comm_size(comm);
    double *off = calloc(ROWS * ROW_SIZE, sizeof(*off));
    rig g;

    CHECK(off != NULL);
    rig_begin(comm, mpb_comm_rank(comm) / 2,
              (mpb_reduction_options){.wire = MPB_WIRE_BF16, .error_feedback = true}, &g);
    for (int step = 0; step < TIMES * KINDS; step++) {
        const uint32_t *used = USED_ROWS[step % KINDS];

        sum_packed(&g, used);
        for (size_t i = 0; i < USED * ROW_SIZE; i++) {
            const size_t place = (ROWS - USED) * ROW_SIZE + i;

            off[used[i / ROW_SIZE] * ROW_SIZE + i % ROW_SIZE] +=
                (double)g.values[place] - (double)g.expected[place];
        }
    }
    for (size_t i = 0; i < ROWS * ROW_SIZE; i++) {
        const double magnitude = 2.0 * size * (i % 2 == 0 ? 1.0 : 1e4);

        CHECK_NEAR(off[i], 0.0, magnitude * 0x1p-8);
    }
    rig_end(&g);
    free(off);
}

static void begin_and_abandon(rig *g, int step)
{
    fill(g, step);
    begin_run(g, false);
    let_go_on(g, step);
    CHECK_OK(mpb_reduction_abandon(g->reduction));
}

static void finish_and_forget(rig *g, int step)
{
    double squares;

    fill(g, step);
    begin_run(g, false);
    CHECK_OK(mpb_reduction_finish(g->reduction, &squares));
}

/* So those that lie beside a step's weights at any moment belong to them. */
static void remainders_stay_until_they_are_kept(const mpb_comm *comm)
{
    float *before = malloc(CAPACITY * sizeof(*before));
    size_t kept = 0;
    float *rest;
    rig g;

    CHECK(before != NULL);
    rig_begin(comm, mpb_comm_rank(comm),
              (mpb_reduction_options){.wire = MPB_WIRE_BF16, .error_feedback = true}, &g);
    rest = mpb_reduction_remainders(g.reduction);
    CHECK((rest == NULL) == (mpb_comm_size(comm) == 1));
    cut_pieces(&g);
    sum_to_all(&g, 0, 2.0 * 0x1p-8);
    if (rest != NULL) {
        memcpy(before, rest, CAPACITY * sizeof(*before));
        begin_and_abandon(&g, 1);
        finish_and_forget(&g, 2);
        CHECK(memcmp(before, rest, CAPACITY * sizeof(*before)) == 0);
        for (size_t i = 0; i < CAPACITY; i++) {
            kept += rest[i] != 0.0f;
        }
        CHECK(kept > CAPACITY / 2); /* a rank alone on its node rounds all values */
    }
    rig_end(&g);
    free(before);
}

/* As after a checkpoint. */
static void sums_go_on_to_the_bit_from_remainders(const mpb_comm *comm)
{
    const mpb_reduction_options options = {.wire = MPB_WIRE_BF16, .error_feedback = true};
    const int colour = mpb_comm_rank(comm) / 2;
    float *rest;
    rig whole;
    rig again;

    rig_begin(comm, colour, options, &whole);
    rig_begin(comm, colour, options, &again);
    rest = mpb_reduction_remainders(whole.reduction);
    cut_pieces(&whole);
    cut_pieces(&again);
    for (int step = 0; step < STEPS; step++) {
        sum_to_all(&whole, step, 4.0 * 0x1p-8);
    }
    if (rest != NULL) {
        memcpy(mpb_reduction_remainders(again.reduction), rest, CAPACITY * sizeof(*rest));
    }
    sum_to_all(&whole, STEPS, 4.0 * 0x1p-8);
    sum_to_all(&again, STEPS, 4.0 * 0x1p-8);
    CHECK(memcmp(whole.values + BEGIN, again.values + BEGIN,
                 (CAPACITY - BEGIN) * sizeof(*again.values)) == 0);
    rig_end(&again);
    rig_end(&whole);
}

int main(int argc, char **argv)
{
    mpb_comm *comm = NULL;

    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    the_plain_way_matches_mpi(comm);
    sums_hold_however_ranks_lie_on_nodes(comm);
    small_numbers_are_summed_meanwhile(comm);
    runs_can_be_abandoned_anywhere(comm);
    bf16_rounds_once_a_node_and_once_the_sum(comm);
    feedback_keeps_the_sum_over_steps(comm);
    feedback_knows_packed_rows_again(comm);
    remainders_stay_until_they_are_kept(comm);
    sums_go_on_to_the_bit_from_remainders(comm);
    mpb_comm_stop(&comm);
    return EXIT_SUCCESS;
}
