#include "mpibert/shards/sequence_rows.h"

#include <stdlib.h>

#include "mpibert/core/memory.h"

mpb_status mpb_sequence_rows_create(const size_t *counts, size_t num_sequences, size_t width,
                                    const char *what, mpb_sequence_rows *rows)
{
    size_t *begins = calloc(num_sequences + 1, sizeof(*begins));
    void *values = NULL;
    mpb_status status;

    MPB_REQUIRE(begins != NULL, MPB_ERR_SYSTEM, "no memory for %zu places of %s", num_sequences,
                what);
    for (size_t i = 0; i < num_sequences; i++) {
        begins[i + 1] = begins[i] + counts[i];
    }
    status = mpb_memory_create(begins[num_sequences] * width, sizeof(float), what, &values);
    if (status != MPB_OK) {
        free(begins);
        return status;
    }
    *rows = (mpb_sequence_rows){
        .values = values, .begins = begins, .width = width, .num_sequences = num_sequences};
    return MPB_OK;
}

void mpb_sequence_rows_clear(mpb_sequence_rows *rows)
{
    mpb_memory_destroy(rows->values);
    free(rows->begins);
    *rows = (mpb_sequence_rows){0};
}

const float *mpb_sequence_rows_of(const mpb_sequence_rows *rows, size_t i)
{
    return rows->values == NULL ? NULL : rows->values + rows->begins[i] * rows->width;
}

size_t mpb_sequence_rows_count(const mpb_sequence_rows *rows)
{
    return rows->values == NULL ? 0 : rows->begins[rows->num_sequences] * rows->width;
}

size_t mpb_sequence_rows_bytes(const mpb_sequence_rows *rows)
{
    return rows->values == NULL ? 0
                                : mpb_sequence_rows_count(rows) * sizeof(*rows->values) +
                                      (rows->num_sequences + 1) * sizeof(*rows->begins);
}
