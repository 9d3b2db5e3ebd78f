/* Lines of JSON, and lists of objects. */

#include "fuzz_records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char *names[] = {"O", "B-A"};
    static const mpb_strings tag_names = {.items = names, .count = 2};
    static char *columns[] = {"label", "b"};
    static const mpb_strings scores = {.items = columns, .count = 2};
    static const mpb_read_options ways[] = {
        {.format = MPB_FORMAT_JSONL,
         .task = MPB_TASK_CLASSIFICATION,
         .text_column = "text",
         .label_column = "label",
         .need_labels = true},
        {.format = MPB_FORMAT_JSONL,
         .encoding = MPB_LATIN1,
         .task = MPB_TASK_REGRESSION,
         .text_column = "text",
         .text_column_b = "b",
         .label_column = "label",
         .id_column = "id"},
        {.format = MPB_FORMAT_JSONL,
         .task = MPB_TASK_CLASSIFICATION,
         .text_column = "b",
         .text_column_b = "id",
         .label_column = "label",
         .standard_members = true},
        {.format = MPB_FORMAT_JSONL,
         .task = MPB_TASK_CHOICE,
         .text_column = "text",
         .label_column = "label",
         .choices_column = "choices",
         .need_labels = true},
        {.format = MPB_FORMAT_JSONL,
         .task = MPB_TASK_TOKEN,
         .text_column = "text",
         .label_column = "label",
         .tag_names = &tag_names,
         .need_labels = true},
        {.format = MPB_FORMAT_JSON,
         .task = MPB_TASK_TOKEN,
         .text_column = "text",
         .label_column = "label"},
        {.format = MPB_FORMAT_JSONL,
         .task = MPB_TASK_REGRESSION,
         .text_column = "text",
         .label_column = "label",
         .score_columns = &scores,
         .need_labels = true},
        {.format = MPB_FORMAT_JSON,
         .task = MPB_TASK_MULTILABEL,
         .text_column = "text",
         .label_column = "label",
         .need_labels = true},
    };

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        fuzz_records(data, size, &ways[i]);
    }
    return 0;
}
