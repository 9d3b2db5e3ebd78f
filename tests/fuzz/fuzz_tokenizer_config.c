/* tokenizer_config.json and added_tokens.json beside a vocabulary, in one input: a line break parts
 * them. */

#include "fuzz_tokenizer_files.h"

static const char vocabulary[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size == 0 ? NULL : memchr(data, '\n', size);
    const size_t first = end == NULL ? size : (size_t)(end - data);

    fuzz_file("vocab.txt", (const uint8_t *)vocabulary, sizeof(vocabulary) - 1);
    fuzz_file("tokenizer_config.json", data, first);
    fuzz_file("added_tokens.json", end == NULL ? (const uint8_t *)"{}" : end + 1,
              end == NULL ? 2 : size - first - 1);
    fuzz_tokenizer_load();
    return 0;
}
