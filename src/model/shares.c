#include "mpibert/model/shares.h"

#include <assert.h>

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t whole_lines(size_t count)
{
    return (count + MPB_SHARE_LINE - 1) / MPB_SHARE_LINE * MPB_SHARE_LINE;
}

mpb_share mpb_share_of(const mpb_parameters *parameters, int owner, int owners)
{
    const mpb_parameter *words = &parameters->items[0];
    mpb_share share = {.owner = owner, .owners = owners, .row_size = 1, .size = parameters->size};

    assert(owner >= 0 && owner < owners && owners <= MPB_SHARE_PIECE / MPB_SHARE_LINE);
    if (words->is_words) {
        assert(words->offset == 0);
        share.num_rows = (size_t)words->shape[0];
        share.row_size = (size_t)words->shape[1];
        share.dense_begin = whole_lines(words->count);
    }
    return share;
}

size_t mpb_share_rows(const mpb_share *share)
{
    const size_t owners = (size_t)share->owners;

    return (share->num_rows + owners - 1 - (size_t)share->owner) / owners;
}

size_t mpb_share_cut(size_t count, int owner, int owners)
{
    const size_t lines = whole_lines(count) / MPB_SHARE_LINE;

    return smaller(lines * (size_t)owner / (size_t)owners * MPB_SHARE_LINE, count);
}

/* Where the parts of pieces begin in the packed form. */
static size_t packed_dense(const mpb_share *share)
{
    return whole_lines(mpb_share_rows(share) * share->row_size);
}

/* Floats of a piece that lie before the own part, and before its end. */
static size_t own_begin(const mpb_share *share, size_t count)
{
    return mpb_share_cut(count, share->owner, share->owners);
}

static size_t own_end(const mpb_share *share, size_t count)
{
    return mpb_share_cut(count, share->owner + 1, share->owners);
}

static size_t own_of_whole_piece(const mpb_share *share)
{
    return own_end(share, MPB_SHARE_PIECE) - own_begin(share, MPB_SHARE_PIECE);
}

static size_t piece_begin(const mpb_share *share, size_t piece)
{
    return share->dense_begin + piece * MPB_SHARE_PIECE;
}

/* The last one may be shorter; 0 behind it. */
static size_t piece_size(const mpb_share *share, size_t piece)
{
    const size_t begin = piece_begin(share, piece);

    return begin < share->size ? smaller(share->size - begin, MPB_SHARE_PIECE) : 0;
}

static mpb_owned own_part(const mpb_share *share, size_t piece)
{
    const size_t count = piece_size(share, piece);
    const size_t begin = own_begin(share, count);

    return (mpb_owned){
        .offset = piece_begin(share, piece) + begin,
        .packed = packed_dense(share) + piece * own_of_whole_piece(share),
        .count = own_end(share, count) - begin,
    };
}

/* The one that the space ends in; it may be empty. */
static size_t last_piece(const mpb_share *share)
{
    return (share->size - share->dense_begin) / MPB_SHARE_PIECE;
}

size_t mpb_share_size(const mpb_share *share)
{
    const mpb_owned last = own_part(share, last_piece(share));

    return last.packed + last.count;
}

/* From `first` floats on, at most `count`. */
static mpb_owned cut_run(mpb_owned run, size_t first, size_t count)
{
    first = smaller(first, run.count);
    return (mpb_owned){
        .offset = run.offset + first,
        .packed = run.packed + first,
        .count = smaller(run.count - first, count),
    };
}

/* What [offset, offset + count) has of `run`. */
static mpb_owned intersect(mpb_owned run, size_t offset, size_t count)
{
    const size_t end = offset + count;
    const size_t first = offset > run.offset ? offset - run.offset : 0;
    const size_t begin = run.offset + first;

    return cut_run(run, first, end > begin ? end - begin : 0);
}

static mpb_owned own_row(const mpb_share *share, size_t row)
{
    const size_t owners = (size_t)share->owners;

    return (mpb_owned){
        .offset = row * share->row_size,
        .packed = row / owners * share->row_size,
        .count = row % owners == (size_t)share->owner ? share->row_size : 0,
    };
}

mpb_owned mpb_share_find(const mpb_share *share, size_t offset, size_t count, size_t *taken)
{
    const size_t words = share->num_rows * share->row_size;
    size_t end;
    mpb_owned run;

    if (offset < words) {
        const size_t row = offset / share->row_size;

        run = own_row(share, row);
        end = (row + 1) * share->row_size;
    } else if (offset < share->dense_begin) { /* nobody's */
        run = (mpb_owned){.offset = offset};
        end = share->dense_begin;
    } else {
        const size_t piece = (offset - share->dense_begin) / MPB_SHARE_PIECE;

        run = own_part(share, piece);
        end = piece_begin(share, piece + 1);
    }
    *taken = smaller(count, end - offset);
    return intersect(run, offset, *taken);
}

mpb_owned mpb_share_at(const mpb_share *share, size_t packed)
{
    const size_t rows = mpb_share_rows(share) * share->row_size;
    const size_t dense = packed_dense(share);
    mpb_owned run;

    if (packed < rows) {
        const size_t row = packed / share->row_size;

        return cut_run(own_row(share, row * (size_t)share->owners + (size_t)share->owner),
                       packed % share->row_size, share->row_size);
    }
    if (packed < dense) {
        packed = dense;
    }
    run = own_part(share, smaller((packed - dense) / own_of_whole_piece(share), last_piece(share)));
    return cut_run(run, packed - run.packed, run.count);
}
