#pragma once

/* The innermost loop of a product, for the instruction set that the file is compiled for.
 *
 * A micro-tile is up to MR x NR elements of C, held in registers while k runs. A comes as a panel
 * of kc columns of MR elements, B as a panel of kc rows of NR elements, or both as they lie in a
 * matrix. Every element is summed over k in the same order by the same fused instructions, whatever
 * the size of its tile, so its bits do not depend on where in C it lies.
 *
 * With dot products of bf16, an element of a panel is a pair: two factors that follow each other
 * along the sum, the first one in the lower half. What multiplies those on AMX tiles is in
 * gemm_by_tiles.h.
 */

#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>

/* Heights of micro-tiles are multiples of MICRO_PART. */
#if defined(__AMX_BF16__)
enum { MICRO_LANES = 16, MICRO_MR = 32, MICRO_PART = 16 }; /* 4 of 8 tile registers hold C */
#elif defined(__AVX512F__)
enum { MICRO_LANES = 16, MICRO_MR = 12, MICRO_PART = 4 }; /* 24 of 32 registers */
#elif defined(__AVX2__)
enum { MICRO_LANES = 8, MICRO_MR = 6, MICRO_PART = 2 }; /* 12 of 16 */
#else
enum { MICRO_LANES = 4, MICRO_MR = 6, MICRO_PART = 2 };
#endif

enum {
    MICRO_VECTORS = 2,
    MICRO_NR = MICRO_VECTORS * MICRO_LANES,
    FETCH_AHEAD = 128 /* steps of k: earlier, the panels drive C out of the first cache again */
};

/* Steps of the sum that an element of a panel holds, elements of which a panel has a multiple. */
#if defined(__AMX_BF16__)
enum { MICRO_DEPTH = 2, MICRO_BLOCK = 16 };
#elif defined(__AVX512BF16__)
enum { MICRO_DEPTH = 2, MICRO_BLOCK = 1 };
#else
enum { MICRO_DEPTH = 1, MICRO_BLOCK = 1 };
#endif

/* Elements along a panel, for kc steps of the sum. */
static inline int micro_steps(int kc)
{
    const int block = MICRO_DEPTH * MICRO_BLOCK;

    return (kc + block - 1) / block * MICRO_BLOCK;
}

typedef float vec __attribute__((vector_size(MICRO_LANES * sizeof(float))));
/* One anywhere in C. */
typedef float loose_vec
    __attribute__((vector_size(MICRO_LANES * sizeof(float)), aligned(4), may_alias));

typedef struct micro_tile {
    int kc;
    const float *a, *b; /* b aligned to a vector */
    size_t lda, ldb;    /* row distances, where these are no panels */
    float alpha;
    bool add; /* C += alpha A B; otherwise C = alpha A B, and C is not read */
    float *c;
    size_t ldc;
} micro_tile;

/* In what follows `rows` and `vectors` are constants, so loops over them vanish and `sum` stays in
 * registers. Element (r, k) of A is a[r * across + k * along]. */
#define MICRO_INLINE static inline __attribute__((always_inline))

MICRO_INLINE void fetch_output(const micro_tile *tile, const int rows, const int vectors)
{
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) {
        const float *c = tile->c + (size_t)r * tile->ldc;

        __builtin_prefetch(c, 1);
        __builtin_prefetch(c + MICRO_LANES * (vectors - 1), 1);
    }
}

#if defined(__AVX512BF16__)
MICRO_INLINE vec add_product(vec sum, float a, vec b)
{
    return (vec)_mm512_dpbf16_ps((__m512)sum, (__m512bh)_mm512_set1_ps(a), (__m512bh)b);
}
#else
MICRO_INLINE vec add_product(vec sum, float a, vec b)
{
    return sum + a * b;
}
#endif

/* sum += column of A times row of B */
MICRO_INLINE void add_step(vec sum[MICRO_MR][MICRO_VECTORS], const float *a, size_t across,
                           const float *b, const int rows, const int vectors)
{
    const vec *row = (const vec *)b;

#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) {
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) {
            sum[r][v] = add_product(sum[r][v], a[(size_t)r * across], row[v]);
        }
    }
}

/* What C = alpha A B adds to. */
static const float NOTHING[MICRO_NR] = {0};

/* One expression for both cases, and no branch between them: a product with a second use would not
 * be fused with its sum, in some sizes of tiles and not in others. */
MICRO_INLINE void write_output(const micro_tile *tile, vec sum[MICRO_MR][MICRO_VECTORS],
                               const int rows, const int vectors)
{
    const float *before = tile->add ? tile->c : NOTHING;
    const size_t ld_before = tile->add ? tile->ldc : 0;

#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) {
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) {
            const size_t column = (size_t)v * MICRO_LANES;
            const loose_vec *from = (const loose_vec *)(before + (size_t)r * ld_before + column);
            loose_vec *to = (loose_vec *)(tile->c + (size_t)r * tile->ldc + column);

            *to = *from + tile->alpha * sum[r][v];
        }
    }
}

MICRO_INLINE void multiply_micro_tile(const micro_tile *given, size_t across, size_t along,
                                      size_t ldb, const int rows, const int vectors)
{
    const micro_tile tile = *given; /* which no write to C can change */
    const int fetch_at = tile.kc > FETCH_AHEAD ? tile.kc - FETCH_AHEAD : 0;
    const float *a = tile.a;
    const float *b = tile.b;
    vec sum[MICRO_MR][MICRO_VECTORS] = {0};

    for (int k = 0; k < tile.kc; k++) {
        if (k == fetch_at) {
            fetch_output(&tile, rows, vectors);
        }
        add_step(sum, a, across, b, rows, vectors);
        a += along;
        b += ldb;
    }
    write_output(&tile, sum, rows, vectors);
}
