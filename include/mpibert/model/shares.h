#pragma once

/* Who owns what of the trained space (model/parameters.h) where ranks share out the optimizer's state:
 * a pure function of the space and of the number of owners, so that every rank knows all of it alone.
 *
 * The word table is dealt by rows, row r to owner r % owners: the words of any text spread evenly.
 * The dense rest lies on a fixed grid of pieces of MPB_SHARE_PIECE floats, and each piece is cut
 * evenly by cache lines among all owners, so that all of them take part in whatever is sent of it.
 *
 * An owner keeps what it owns packed: its rows in their order, from the next line on its parts of
 * the pieces. Where there is one owner, that is the flat space itself. Local. */

#include <stddef.h>

#include "mpibert/model/parameters.h"

enum {
    MPB_SHARE_LINE = 16,      /* floats of a cache line */
    MPB_SHARE_PIECE = 1 << 20 /* floats */
};

typedef struct mpb_share {
    int owner; /* from 0 */
    int owners;
    size_t num_rows; /* of the word table, the first of the space; 0: it is frozen */
    size_t row_size;
    size_t dense_begin; /* floats from the start of the space, on a line */
    size_t size;        /* floats of the space */
} mpb_share;

/* What `owner` of `owners` has of the trained space that `parameters` is the table of. */
mpb_share mpb_share_of(const mpb_parameters *parameters, int owner, int owners);

/* Rows of the word table that it owns: owner, owner + owners, ... */
size_t mpb_share_rows(const mpb_share *share);

/* Floats of the packed form. */
size_t mpb_share_size(const mpb_share *share);

/* Where `owner`'s part of a piece of `count` floats begins; that of owner `owners` is its end. */
size_t mpb_share_cut(size_t count, int owner, int owners);

/* A run of floats that one owner has. */
typedef struct mpb_owned {
    size_t offset; /* in the flat space */
    size_t packed; /* in the packed form */
    size_t count;  /* 0: none */
} mpb_owned;

/* What it owns of floats [offset, offset + count) of the flat space, as far as they lie in the row
 * or piece that `offset` is in; *taken = how many of them do. */
mpb_owned mpb_share_find(const mpb_share *share, size_t offset, size_t count, size_t *taken);

/* The longest run that begins at place `packed` of the packed form, or behind it where that is
 * padding between rows and pieces; its count is 0 at the end. */
mpb_owned mpb_share_at(const mpb_share *share, size_t packed);
