/* The manifest of a folder of shards. */

#include "fuzz_file.h"
#include "mpibert/shards/shards.h"

static void check_entries(const mpb_shard_entry *entries, size_t count)
{
    CHECK(count > 0);
    for (size_t i = 0; i < count; i++) {
        CHECK(strlen(entries[i].file) < MPB_SHARD_NAME_SIZE);
        CHECK(strlen(entries[i].sha256) == MPB_SHARD_HASH_SIZE - 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mpb_shard_info info = {0};
    mpb_shard_entry *entries = NULL;
    size_t count = 0;

    fuzz_file("manifest.json", data, size);
    if (mpb_shards_describe(fuzz_folder(), &info, &entries, &count) == MPB_OK) {
        check_entries(entries, count);
        CHECK(info.task.data != NULL && info.options.data != NULL);
    } else {
        CHECK(entries == NULL && info.task.data == NULL);
    }
    mpb_shard_info_clear(&info);
    free(entries);
    return 0;
}
