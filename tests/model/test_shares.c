/* model/shares: every float has one owner, whose packed form has it once; all ways to ask agree. */

#include "mpibert/model/shares.h"

#include "check.h"

/* Ragged everywhere: rows that do not divide, a table that does not end on a line, pieces of which
 * the last one is short, whole, or all there is. */
static const struct {
    size_t num_rows;
    size_t row_size;
    size_t dense;
} SPACES[] = {
    {7, 24, 3 * (size_t)MPB_SHARE_PIECE + 1234},
    {10, 3, 2 * (size_t)MPB_SHARE_PIECE},
    {2, 5, 40},
    {4, 16, (size_t)MPB_SHARE_PIECE - MPB_SHARE_LINE},
    {0, 1, 3},
};

static mpb_share share_in(size_t space, int owner, int owners)
{
    const size_t words = SPACES[space].num_rows * SPACES[space].row_size;
    const size_t dense_begin = (words + MPB_SHARE_LINE - 1) / MPB_SHARE_LINE * MPB_SHARE_LINE;

    return (mpb_share){.owner = owner,
                       .owners = owners,
                       .num_rows = SPACES[space].num_rows,
                       .row_size = SPACES[space].row_size,
                       .dense_begin = dense_begin,
                       .size = dense_begin + SPACES[space].dense};
}

/* Walks the packed form; counts in `owned` (size) how often a float is met. */
static void walk_packed(const mpb_share *share, unsigned char *owned)
{
    size_t at = 0;

    for (;;) {
        const mpb_owned run = mpb_share_at(share, at);

        if (run.count == 0) {
            break;
        }
        CHECK(run.packed >= at && run.packed < at + MPB_SHARE_LINE); /* padding behind rows */
        CHECK(run.packed + run.count <= mpb_share_size(share));
        for (size_t i = 0; i < run.count; i++) {
            owned[run.offset + i]++;
        }
        at = run.packed + run.count;
    }
    CHECK(at <= mpb_share_size(share) && mpb_share_size(share) - at < MPB_SHARE_LINE);
}

/* What is found from the flat side is what the packed side says. */
static void walk_flat(const mpb_share *share, size_t step)
{
    size_t taken;

    for (size_t at = 0; at < share->size; at += taken) {
        const size_t left = share->size - at;
        const mpb_owned run = mpb_share_find(share, at, left < step ? left : step, &taken);

        CHECK(taken > 0 && taken <= step);
        if (run.count > 0) {
            const mpb_owned back = mpb_share_at(share, run.packed);

            CHECK(run.offset >= at && run.offset + run.count <= at + taken);
            CHECK(back.offset == run.offset && back.packed == run.packed);
            CHECK(back.count >= run.count);
        }
    }
}

static void every_float_has_one_owner(size_t space, int owners)
{
    const size_t size = share_in(space, 0, owners).size;
    const size_t words = SPACES[space].num_rows * SPACES[space].row_size;
    unsigned char *owned = calloc(size, 1);

    CHECK(owned != NULL);
    for (int owner = 0; owner < owners; owner++) {
        const mpb_share share = share_in(space, owner, owners);

        walk_packed(&share, owned);
        walk_flat(&share, 1000);
        walk_flat(&share, size);
    }
    for (size_t i = 0; i < size; i++) {
        CHECK(owned[i] == (i < words || i >= share_in(space, 0, 1).dense_begin));
    }
    free(owned);
}

static void owners_have_equal_parts_but_for_a_row_and_a_line_a_piece(size_t space, int owners)
{
    const mpb_share first = share_in(space, 0, owners);
    const size_t pieces = SPACES[space].dense / MPB_SHARE_PIECE + 1;
    const size_t room = first.row_size + (pieces + 1) * MPB_SHARE_LINE;

    for (int owner = 0; owner < owners; owner++) {
        const mpb_share share = share_in(space, owner, owners);

        CHECK(mpb_share_size(&share) <= first.size / (size_t)owners + room);
        CHECK(mpb_share_size(&share) + room >= first.size / (size_t)owners);
    }
}

static void one_owner_has_the_flat_space(size_t space)
{
    const mpb_share share = share_in(space, 0, 1);

    CHECK(mpb_share_size(&share) == share.size);
    for (size_t at = 0; at < share.size; at++) {
        const mpb_owned run = mpb_share_at(&share, at);

        CHECK(run.packed == run.offset && run.count > 0);
        at = run.packed + run.count - 1;
    }
}

int main(void)
{
    for (size_t space = 0; space < sizeof(SPACES) / sizeof(SPACES[0]); space++) {
        for (int owners = 1; owners <= 7; owners++) {
            every_float_has_one_owner(space, owners);
            owners_have_equal_parts_but_for_a_row_and_a_line_a_piece(space, owners);
        }
        one_owner_has_the_flat_space(space);
    }
    return 0;
}
