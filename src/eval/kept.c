#include "mpibert/eval/kept.h"

#include "mpibert/core/memory.h"

static size_t total_of(const mpb_keeping *keeping, size_t num_sequences)
{
    size_t total = 0;

    for (size_t i = 0; i < num_sequences; i++) {
        total += keeping->size(keeping->context, i);
    }
    return total;
}

size_t mpb_kept_bytes(const mpb_keeping *keeping, size_t num_sequences)
{
    return (num_sequences + 1) * sizeof(size_t) + total_of(keeping, num_sequences);
}

mpb_status mpb_kept_create(const mpb_keeping *keeping, size_t num_sequences, mpb_kept *kept)
{
    mpb_kept made = {0};
    mpb_status status;

    MPB_TRY(mpb_memory_create(num_sequences + 1, sizeof(*made.begins), "the places of results",
                              (void **)&made.begins));
    for (size_t i = 0; i < num_sequences; i++) {
        made.begins[i + 1] = made.begins[i] + keeping->size(keeping->context, i);
    }
    status = mpb_memory_create(made.begins[num_sequences], 1, "the results of a data set",
                               (void **)&made.bytes);
    if (status != MPB_OK) {
        mpb_kept_clear(&made);
        return status;
    }
    *kept = made;
    return MPB_OK;
}

void mpb_kept_clear(mpb_kept *kept)
{
    mpb_memory_destroy(kept->begins);
    mpb_memory_destroy(kept->bytes);
    *kept = (mpb_kept){0};
}
