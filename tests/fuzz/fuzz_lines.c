/* Plain text. */

#include "fuzz_records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const mpb_read_options ways[] = {
        {.format = MPB_FORMAT_TEXT, .task = MPB_TASK_MLM},
        {.format = MPB_FORMAT_TEXT, .encoding = MPB_LATIN1, .task = MPB_TASK_CLASSIFICATION},
    };

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        fuzz_records(data, size, &ways[i]);
    }
    return 0;
}
