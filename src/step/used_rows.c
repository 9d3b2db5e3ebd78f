#include "mpibert/step/used_rows.h"

#include <string.h>

#include "mpibert/core/memory.h"

mpb_status mpb_used_rows_create(size_t vocab_size, int owners, mpb_used_rows *used)
{
    const char *what = "the words of a step";

    MPB_TRY(mpb_memory_create(vocab_size, sizeof(*used->items), what, (void **)&used->items));
    used->vocab_size = vocab_size;
    used->owners = owners;
    return mpb_memory_create(vocab_size, sizeof(*used->marks), what, (void **)&used->marks);
}

size_t mpb_used_rows_bytes(size_t vocab_size)
{
    const mpb_used_rows *used = NULL;

    return vocab_size * (sizeof(*used->items) + sizeof(*used->marks));
}

void mpb_used_rows_destroy(mpb_used_rows *used)
{
    mpb_memory_destroy(used->items);
    mpb_memory_destroy(used->marks);
    *used = (mpb_used_rows){0};
}

static void mark_sequence(mpb_used_rows *used, const mpb_dataset *dataset, size_t sequence)
{
    const uint32_t *tokens = mpb_dataset_tokens(dataset, sequence);
    const size_t length = mpb_dataset_length(dataset, sequence);

    for (size_t t = 0; t < length; t++) {
        used->marks[tokens[t]] = true;
    }
}

static void mark_step(mpb_used_rows *used, mpb_plan *plan, const mpb_dataset *dataset, size_t epoch,
                      const mpb_step *step)
{
    for (size_t micro = 0; micro < step->num_micro; micro++) {
        const size_t *indices;
        size_t count;

        mpb_plan_all(plan, epoch, step->first_micro + micro, &indices, &count);
        for (size_t i = 0; i < count; i++) {
            mark_sequence(used, dataset, indices[i]);
        }
    }
}

/* Lists what is marked, by owners, and takes the marks away. */
static size_t gather_marks(mpb_used_rows *used)
{
    const size_t owners = (size_t)used->owners;
    size_t count = 0;

    for (size_t owner = 0; owner < owners; owner++) {
        for (size_t row = owner; row < used->vocab_size; row += owners) {
            if (used->marks[row]) {
                used->marks[row] = false;
                used->items[count++] = (uint32_t)row;
            }
        }
    }
    return count;
}

mpb_word_rows mpb_used_rows_find(mpb_used_rows *used, mpb_plan *plan, const mpb_dataset *dataset,
                                 size_t epoch, const mpb_step *step)
{
    if (used->all) {
        memset(used->marks, true, used->vocab_size * sizeof(*used->marks));
    } else {
        mark_step(used, plan, dataset, epoch, step);
    }
    return (mpb_word_rows){
        .items = used->items, .count = gather_marks(used), .owners = used->owners};
}
