#include "mpibert/task/examples.h"

#include "mpibert/core/memory.h"

mpb_status mpb_task_examples_find(const mpb_task_table *task, const mpb_dataset *data,
                                  mpb_task_examples *examples)
{
    mpb_task_examples made = {.count = data->num_sequences};

    if (task->joins_documents) {
        made.count = 0;
        MPB_TRY(mpb_memory_create(data->num_sequences + 1, sizeof(*made.begins),
                                  "the examples of training", (void **)&made.begins));
        for (size_t i = 0; i < data->num_sequences; i++) {
            if (mpb_dataset_begins_document(data, i)) {
                made.begins[made.count++] = i;
            }
        }
        made.begins[made.count] = data->num_sequences;
    }
    *examples = made;
    return MPB_OK;
}

void mpb_task_examples_clear(mpb_task_examples *examples)
{
    mpb_memory_destroy(examples->begins);
    *examples = (mpb_task_examples){0};
}
