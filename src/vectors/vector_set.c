#include "mpibert/vectors/vector_set.h"

#include <math.h>
#include <string.h>

#include "mpibert/core/memory.h"

void mpb_vector_set_clear(mpb_vector_set *set)
{
    mpb_memory_destroy(set->values);
    mpb_strings_clear(&set->ids);
    mpb_strings_clear(&set->texts);
    mpb_memory_destroy(set->offsets);
    mpb_memory_destroy(set->tokens);
    mpb_memory_destroy(set->char_start);
    mpb_memory_destroy(set->char_end);
    *set = (mpb_vector_set){0};
}

void mpb_rows_normalise(size_t num_rows, size_t width, float *rows)
{
    for (size_t r = 0; r < num_rows; r++) {
        float *row = rows + r * width;
        double squares = 0.0;
        double norm;

        for (size_t j = 0; j < width; j++) {
            squares += (double)row[j] * (double)row[j];
        }
        norm = sqrt(squares) > 1e-12 ? sqrt(squares) : 1e-12;
        for (size_t j = 0; j < width; j++) {
            row[j] = (float)((double)row[j] / norm);
        }
    }
}

static mpb_status add_text(const mpb_dataset *data, size_t sequence, mpb_strings *texts)
{
    const char *text = mpb_questions_get(&data->questions, data->question[sequence]).context;

    return mpb_strings_add(texts, text, strlen(text));
}

static mpb_status take_names(const mpb_dataset *data, const mpb_documents *documents,
                             mpb_vector_set *set)
{
    for (size_t d = 0; d < documents->count; d++) {
        char memory[MPB_DATASET_ID];
        const char *id = mpb_document_id(data, documents, d, memory);

        MPB_TRY(mpb_strings_add(&set->ids, id, strlen(id)));
        if (data->shape.questions) {
            MPB_TRY(add_text(data, mpb_document_first(documents, d), &set->texts));
        }
    }
    return MPB_OK;
}

static mpb_status copy_places(const uint32_t *places, size_t count, uint32_t **out)
{
    MPB_TRY(mpb_memory_create(count, sizeof(**out), "places of tokens", (void **)out));
    memcpy(*out, places, count * sizeof(**out));
    return MPB_OK;
}

/* Sequences follow each other, so rows are numbered by the tokens before them. */
static mpb_status take_tokens(const mpb_dataset *data, const mpb_documents *documents,
                              mpb_vector_set *set)
{
    const char *what = "tokens of vectors";
    size_t sequence = 0;
    size_t row = 0;

    MPB_TRY(mpb_memory_create(set->num_rows, sizeof(*set->tokens), what, (void **)&set->tokens));
    MPB_TRY(mpb_memory_create(set->count + 1, sizeof(*set->offsets), what, (void **)&set->offsets));
    for (size_t d = 0; d < documents->count; d++) {
        for (; sequence < mpb_document_first(documents, d + 1); sequence++) {
            const size_t length = mpb_dataset_length(data, sequence);

            MPB_TRY(mpb_dataset_bring(data, &sequence, 1));
            memcpy(set->tokens + row, mpb_dataset_tokens(data, sequence),
                   length * sizeof(*set->tokens));
            row += length;
        }
        set->offsets[d + 1] = row;
    }
    if (!data->shape.characters) {
        return MPB_OK;
    }
    MPB_TRY(copy_places(data->char_start, set->num_rows, &set->char_start));
    return copy_places(data->char_end, set->num_rows, &set->char_end);
}

static void take_values(mpb_kept *kept, mpb_vector_set *set)
{
    set->values = (float *)(void *)kept->bytes;
    kept->bytes = NULL;
    mpb_kept_clear(kept);
}

mpb_status mpb_vector_set_take(const mpb_vector_source *source, const mpb_documents *documents,
                               mpb_pooling chunks, mpb_kept *kept, mpb_vector_set *set)
{
    const bool pooled = source->pooling != MPB_VECTOR_NONE;

    set->width = source->width;
    set->count = documents->count;
    set->num_rows = pooled ? documents->count : (size_t)mpb_dataset_num_tokens(source->data);
    take_values(kept, set);
    if (pooled) {
        mpb_documents_pool(documents, chunks, set->width, set->values);
    } else {
        MPB_TRY(take_tokens(source->data, documents, set));
    }
    if (set->facts.normalised) {
        mpb_rows_normalise(set->num_rows, set->width, set->values);
    }
    return take_names(source->data, documents, set);
}
