/* Tagged sentences in CoNLL's columns. */

#include "fuzz_records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const mpb_read_options ways[] = {
        {.format = MPB_FORMAT_CONLL,
         .task = MPB_TASK_TOKEN,
         .text_column = "text",
         .label_column = "label",
         .need_labels = true},
        {.format = MPB_FORMAT_CONLL,
         .encoding = MPB_LATIN1,
         .task = MPB_TASK_TOKEN,
         .text_column = "1",
         .label_column = "0"},
    };

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        fuzz_records(data, size, &ways[i]);
    }
    return 0;
}
