#include <assert.h>

#include "nn_internal.h"
#include "vector_philox.h"

static void drop(int count, uint32_t threshold, float scale, const uint16_t *bits, float *x)
{
#pragma omp simd
    for (int i = 0; i < count; i++) {
        x[i] = bits[i] >= threshold ? x[i] * scale : 0.0f;
    }
}

void MPB_ISA_NAME(mpb_rows_dropout_part)(size_t rows, int first, int cols, int ld,
                                         mpb_dropout dropout, uint64_t example, uint32_t site,
                                         uint32_t position, float *x)
{
    float scale = dropout_scale(dropout);
    uint16_t bits[PHILOX_ELEMENTS];

    assert(dropout.threshold < 65536 && site < 65536 && first % 8 == 0);

    if (dropout.threshold == 0) {
        return;
    }
    for (size_t r = 0; r < rows; r++) {
        philox_row row = philox_row_make(dropout.key, example, site, position + (uint32_t)r);
        float *xr = x + r * (size_t)ld;

        for (int c = 0; c < cols; c += PHILOX_ELEMENTS) {
            int count = cols - c < PHILOX_ELEMENTS ? cols - c : PHILOX_ELEMENTS;

            philox_bits(&row, (uint32_t)(first + c) / 8, bits);
            drop(count, dropout.threshold, scale, bits, xr + c);
        }
    }
}

void MPB_ISA_NAME(mpb_rows_dropout)(size_t rows, int C, mpb_dropout dropout, uint64_t example,
                                    uint32_t site, uint32_t position, float *x)
{
    MPB_ISA_NAME(mpb_rows_dropout_part)(rows, 0, C, C, dropout, example, site, position, x);
}
