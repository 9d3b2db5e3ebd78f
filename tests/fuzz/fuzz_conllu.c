/* Tagged sentences in CoNLL-U. */

#include "fuzz_records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const mpb_read_options ways[] = {
        {.format = MPB_FORMAT_CONLLU,
         .task = MPB_TASK_TOKEN,
         .text_column = "form",
         .label_column = "upos",
         .need_labels = true},
        {.format = MPB_FORMAT_CONLLU,
         .encoding = MPB_LATIN1,
         .task = MPB_TASK_TOKEN,
         .text_column = "lemma",
         .label_column = "upos"},
    };

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        fuzz_records(data, size, &ways[i]);
    }
    return 0;
}
