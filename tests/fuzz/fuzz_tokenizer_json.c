/* tokenizer.json of a model directory. */

#include "fuzz_tokenizer_files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_file("tokenizer.json", data, size);
    fuzz_tokenizer_load();
    return 0;
}
