#include "mpibert/step/publisher.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/core/memory.h"

enum { ROWS_FLOATS = 1 << 18 }; /* of words that are exchanged at once */

struct mpb_publisher {
    const mpb_comm *comm; /* borrowed */
    mpb_share share;
    float *weights;           /* borrowed, (share.size) */
    mpb_reduction *reduction; /* borrowed, NULL: sums go to all */
    mpb_piece *pieces;        /* owned, (owners + num_dense): of words, then of the rest */
    size_t num_dense;
    float *rows;    /* owned, (rows_at_once, share.row_size): by owner */
    size_t *places; /* owned, (rows_at_once): of rows in it */
    int *counts;    /* owned, (owners): floats that each owner sends, */
    int *begins;    /* owned, (owners): from here on */
};

static size_t rows_at_once(const mpb_share *share)
{
    const size_t fitting = ROWS_FLOATS / share->row_size + 1;

    return fitting < share->num_rows ? fitting : share->num_rows;
}

static size_t num_dense(size_t count)
{
    return (count + MPB_SHARE_PIECE - 1) / MPB_SHARE_PIECE;
}

size_t mpb_publisher_max_pieces(size_t size, int owners)
{
    return owners == 1 ? 1 : (size_t)owners + num_dense(size);
}

size_t mpb_publisher_bytes(const mpb_share *share)
{
    const size_t row_bytes = share->row_size * sizeof(float) + sizeof(size_t);

    return share->owners == 1
               ? 0
               : rows_at_once(share) * row_bytes + 2 * (size_t)share->owners * sizeof(int) +
                     mpb_publisher_max_pieces(share->size - share->dense_begin, share->owners) *
                         sizeof(mpb_piece);
}

static mpb_status take_memory(mpb_publisher *publisher)
{
    const mpb_share *share = &publisher->share;
    const size_t owners = (size_t)share->owners;
    const char *what = "the words that ranks exchange";

    MPB_TRY(mpb_memory_create(rows_at_once(share), share->row_size * sizeof(float), what,
                              (void **)&publisher->rows));
    MPB_TRY(mpb_memory_create(rows_at_once(share), sizeof(*publisher->places), what,
                              (void **)&publisher->places));
    MPB_TRY(mpb_memory_create(owners + publisher->num_dense, sizeof(*publisher->pieces), what,
                              (void **)&publisher->pieces));
    MPB_TRY(
        mpb_memory_create(owners, sizeof(*publisher->counts), what, (void **)&publisher->counts));
    return mpb_memory_create(owners, sizeof(*publisher->begins), what, (void **)&publisher->begins);
}

/* The grid of mpb_share; each piece is cut as mpb_share_cut says. */
static void lay_out_dense(mpb_publisher *publisher)
{
    const mpb_share *share = &publisher->share;
    mpb_piece *dense = publisher->pieces + share->owners;

    for (size_t i = 0; i < publisher->num_dense; i++) {
        const size_t offset = share->dense_begin + i * MPB_SHARE_PIECE;
        const size_t left = share->size - offset;

        dense[i] =
            (mpb_piece){offset, left < MPB_SHARE_PIECE ? left : MPB_SHARE_PIECE, MPB_ALL_OWNERS};
    }
}

mpb_status mpb_publisher_create(const mpb_comm *comm, const mpb_share *share, float *weights,
                                mpb_reduction *reduction, mpb_publisher **publisher)
{
    mpb_publisher *made;
    mpb_status status;

    if (share->owners == 1) {
        return MPB_OK;
    }
    made = calloc(1, sizeof(*made));
    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for what ranks exchange");
    *made = (mpb_publisher){.comm = comm,
                            .share = *share,
                            .weights = weights,
                            .reduction = reduction,
                            .num_dense = num_dense(share->size - share->dense_begin)};
    status = take_memory(made);
    if (status != MPB_OK) {
        mpb_publisher_destroy(&made);
        return status;
    }
    lay_out_dense(made);
    *publisher = made;
    return MPB_OK;
}

void mpb_publisher_destroy(mpb_publisher **publisher)
{
    mpb_publisher *gone = *publisher;

    if (gone == NULL) {
        return;
    }
    mpb_memory_destroy(gone->rows);
    mpb_memory_destroy(gone->places);
    mpb_memory_destroy(gone->pieces);
    mpb_memory_destroy(gone->counts);
    mpb_memory_destroy(gone->begins);
    free(gone);
    *publisher = NULL;
}

int mpb_publisher_owners(const mpb_publisher *publisher)
{
    return publisher == NULL || publisher->reduction == NULL ? 1 : publisher->share.owners;
}

/* Dense pieces that end before `begin`. */
static size_t dense_before(const mpb_publisher *publisher, size_t begin)
{
    const size_t first = publisher->share.dense_begin;

    return begin < first ? 0 : (begin - first) / MPB_SHARE_PIECE;
}

const mpb_piece *mpb_publisher_pieces(mpb_publisher *publisher, const mpb_word_rows *rows,
                                      size_t begin, size_t *num_pieces)
{
    const mpb_share *share = &publisher->share;
    const size_t skipped = dense_before(publisher, begin);
    size_t row = share->num_rows - rows->count;
    size_t taken = 0;

    if (rows->count == 0) {
        *num_pieces = publisher->num_dense - skipped;
        return publisher->pieces + share->owners + skipped;
    }

    assert(rows->owners == share->owners);
    for (int owner = 0; owner < share->owners; owner++) {
        const size_t first = taken;

        while (taken < rows->count &&
               rows->items[taken] % (uint32_t)share->owners == (uint32_t)owner) {
            taken++;
        }
        publisher->pieces[owner] =
            (mpb_piece){row * share->row_size, (taken - first) * share->row_size, owner};
        row += taken - first;
    }
    *num_pieces = (size_t)share->owners + publisher->num_dense;
    return publisher->pieces;
}

static mpb_status exchange_piece(mpb_publisher *publisher, const mpb_piece *piece)
{
    const int owners = publisher->share.owners;

    for (int owner = 0; owner < owners; owner++) {
        const mpb_piece part = mpb_piece_part(piece, owners, owner);

        publisher->begins[owner] = (int)(part.offset - piece->offset);
        publisher->counts[owner] = (int)part.count;
    }
    return mpb_comm_exchange_float(publisher->comm, publisher->weights + piece->offset,
                                   publisher->counts, publisher->begins);
}

mpb_status mpb_publisher_dense(mpb_publisher *publisher, size_t begin)
{
    const mpb_piece *dense;
    size_t count;

    if (publisher == NULL) {
        return MPB_OK;
    }
    dense = publisher->pieces + publisher->share.owners + dense_before(publisher, begin);
    count = publisher->num_dense - dense_before(publisher, begin);
    if (publisher->reduction != NULL) {
        mpb_reduction_publish(publisher->reduction, publisher->weights, dense, count);
        return MPB_OK;
    }
    for (size_t i = 0; i < count; i++) {
        MPB_TRY(exchange_piece(publisher, &dense[i]));
    }
    return MPB_OK;
}

void mpb_publisher_await(mpb_publisher *publisher, size_t offset)
{
    if (mpb_publisher_is_busy(publisher)) {
        mpb_reduction_await(publisher->reduction, offset);
    }
}

bool mpb_publisher_is_busy(const mpb_publisher *publisher)
{
    return publisher != NULL && publisher->reduction != NULL &&
           mpb_reduction_is_busy(publisher->reduction);
}

static size_t row_at(const mpb_word_rows *rows, size_t i)
{
    return rows->items == NULL ? i : rows->items[i];
}

/* Where rows [first, first + count) stand when they are ordered by owner. */
static void place_rows(mpb_publisher *publisher, const mpb_word_rows *rows, size_t first,
                       size_t count)
{
    const size_t owners = (size_t)publisher->share.owners;
    const size_t size = publisher->share.row_size;
    size_t place = 0;

    for (size_t owner = 0; owner < owners; owner++) {
        publisher->begins[owner] = (int)(place * size);
        for (size_t i = 0; i < count; i++) {
            if (row_at(rows, first + i) % owners == owner) {
                publisher->places[i] = place++;
            }
        }
        publisher->counts[owner] = (int)(place * size) - publisher->begins[owner];
    }
}

/* All of them, those of other owners included, which the exchange replaces. */
static void copy_rows(mpb_publisher *publisher, const mpb_word_rows *rows, size_t first,
                      size_t count, bool out)
{
    const size_t size = publisher->share.row_size;

    for (size_t i = 0; i < count; i++) {
        float *row = publisher->weights + row_at(rows, first + i) * size;
        float *place = publisher->rows + publisher->places[i] * size;

        memcpy(out ? place : row, out ? row : place, size * sizeof(*row));
    }
}

mpb_status mpb_publisher_words(mpb_publisher *publisher, const mpb_word_rows *rows)
{
    size_t most;

    if (publisher == NULL) {
        return MPB_OK;
    }
    most = rows_at_once(&publisher->share);
    for (size_t first = 0; first < rows->count; first += most) {
        const size_t left = rows->count - first;
        const size_t count = left < most ? left : most;

        place_rows(publisher, rows, first, count);
        copy_rows(publisher, rows, first, count, true);
        MPB_TRY(mpb_comm_exchange_float(publisher->comm, publisher->rows, publisher->counts,
                                        publisher->begins));
        copy_rows(publisher, rows, first, count, false);
    }
    return MPB_OK;
}

mpb_status mpb_publisher_all_words(mpb_publisher *publisher)
{
    if (publisher == NULL) {
        return MPB_OK;
    }
    mpb_publisher_await(publisher, SIZE_MAX);
    return mpb_publisher_words(publisher, &(mpb_word_rows){.count = publisher->share.num_rows});
}
