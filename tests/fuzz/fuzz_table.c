/* Comma- and tab-separated text. */

#include "fuzz_records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char *columns[] = {"label", "b"};
    static const mpb_strings scores = {.items = columns, .count = 2};
    static const mpb_read_options ways[] = {
        {.format = MPB_FORMAT_CSV,
         .task = MPB_TASK_CLASSIFICATION,
         .text_column = "text",
         .label_column = "label",
         .need_labels = true},
        {.format = MPB_FORMAT_CSV,
         .encoding = MPB_LATIN1,
         .task = MPB_TASK_MULTILABEL,
         .text_column = "0",
         .text_column_b = "b",
         .label_column = "1",
         .id_column = "id"},
        {.format = MPB_FORMAT_CSV,
         .task = MPB_TASK_CHOICE,
         .text_column = "text",
         .label_column = "label",
         .choices_column = "b"},
        {.format = MPB_FORMAT_CSV,
         .task = MPB_TASK_REGRESSION,
         .text_column = "text",
         .label_column = "label",
         .score_columns = &scores,
         .need_labels = true},
        {.format = MPB_FORMAT_TSV,
         .task = MPB_TASK_CLASSIFICATION,
         .text_column = "text",
         .text_column_b = "1",
         .label_column = "label",
         .need_labels = true},
    };

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        fuzz_records(data, size, &ways[i]);
    }
    return 0;
}
