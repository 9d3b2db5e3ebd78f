/* Questions in SQuAD's JSON. */

#include "fuzz_records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const mpb_read_options ways[] = {
        {.format = MPB_FORMAT_SQUAD, .task = MPB_TASK_QA, .need_labels = true},
        {.format = MPB_FORMAT_SQUAD, .encoding = MPB_LATIN1, .task = MPB_TASK_QA},
    };

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        fuzz_records(data, size, &ways[i]);
    }
    return 0;
}
