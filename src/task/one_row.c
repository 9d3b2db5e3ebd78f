#include "one_row.h"

#include <string.h>

#include "mpibert/core/memory.h"

size_t one_row_value_width(const mpb_dataset *data)
{
    return data->shape.value_width;
}

double one_row_weigh(const mpb_loss_options *loss, const mpb_dataset *data, size_t i)
{
    (void)loss;
    (void)data;
    (void)i;
    return 1.0;
}

size_t one_row_size(const mpb_task_sequences *of, size_t i)
{
    (void)i;
    return (size_t)of->num_labels * sizeof(float);
}

void one_row_condense(const mpb_task_sequences *of, const mpb_outputs *part, void *kept)
{
    (void)of;
    memcpy(kept, part->values, (size_t)part->width * sizeof(*part->values));
}

void one_row_merge(const mpb_task_sequences *of, const mpb_documents *documents,
                   mpb_pooling pooling, mpb_kept *kept)
{
    mpb_documents_pool(documents, pooling, (size_t)of->num_labels, (float *)(void *)kept->bytes);
}

const float *one_row_outputs(const mpb_task_results *results)
{
    return (const float *)(const void *)results->kept->bytes;
}

mpb_status one_row_values(const mpb_task_results *results, float **values)
{
    const mpb_documents *documents = results->documents;
    const size_t width = results->data->shape.value_width;
    float *made;

    MPB_TRY(mpb_memory_create(documents->count * width, sizeof(*made), "the values of documents",
                              (void **)&made));
    for (size_t d = 0; d < documents->count; d++) {
        memcpy(made + d * width, results->data->values + mpb_document_first(documents, d) * width,
               width * sizeof(*made));
    }
    *values = made;
    return MPB_OK;
}

mpb_status one_row_check_values(const mpb_dataset *data, bool training, const char *what,
                                const char *where)
{
    MPB_REQUIRE(data->shape.value_width > 0, MPB_ERR_DATA, "the examples have no %s (%s)", what,
                where);
    MPB_REQUIRE(!training || data->num_sequences > 0, MPB_ERR_DATA,
                "there are no examples, some with %s were expected (%s)", what, where);
    return MPB_OK;
}
