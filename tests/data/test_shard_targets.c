/* What a shard holds must be what its task needs. */

#include "mpibert/data/shards.h"

#include "scratch.h"

static const char HASH[] = "1111111111111111111111111111111111111111111111111111111111111111";

static void fill_info(const char *task, mpb_shard_info *info)
{
    *info = (mpb_shard_info){.vocab_size = 20, .max_seq_length = 8};
    CHECK_OK(mpb_buffer_append_text(&info->task, task));
    CHECK_OK(mpb_buffer_append_text(&info->tokenizer, "tiny"));
    CHECK_OK(mpb_buffer_append_text(&info->program, "test 1"));
    CHECK_OK(mpb_buffer_append_text(&info->options, "{}"));
    CHECK_OK(mpb_buffer_append_text(&info->long_documents, "truncate"));
    CHECK_OK(mpb_buffer_append_text(&info->stride_mode, "overlap"));
    CHECK_OK(mpb_strings_add(&info->label_names, "no", 2));
    CHECK_OK(mpb_strings_add(&info->label_names, "yes", 3));
    memcpy(info->vocab_sha256, HASH, sizeof(HASH));
    memcpy(info->source_sha256, HASH, sizeof(HASH));
    memcpy(info->key, HASH, sizeof(HASH));
}

/* A folder of one shard of this task. */
static void write(const char *folder, const char *task, const mpb_dataset *dataset)
{
    mpb_shard_info info;
    mpb_shard_entry entry = {0};

    fill_info(task, &info);
    mpb_shard_name(0, 1, entry.file);
    CHECK_OK(mpb_shard_write(folder, &info, dataset, &entry));
    CHECK_OK(mpb_shards_write_manifest(folder, &info, &entry, 1));
    mpb_shard_info_clear(&info);
}

/* Reads a shard with one sequence that has `width` numbers. */
static mpb_status read_numbers(const char *folder, const char *task, size_t width)
{
    static const uint32_t tokens[2] = {2, 3};
    static const float values[4] = {0.0f, 1.0f, 1.0f, 0.0f};
    mpb_dataset dataset = {.shape = {.value_width = width}};
    mpb_dataset read = {0};
    mpb_status status;

    CHECK_OK(mpb_dataset_add(
        &dataset, &(mpb_sequence){
                      .tokens = tokens, .count = 2, .segment_b = 2, .values = values, .id = "a"}));
    write(folder, task, &dataset);
    status = mpb_shards_read(folder, HASH, &read);
    CHECK(status != MPB_OK || read.shape.value_width == width);
    mpb_dataset_clear(&dataset);
    mpb_dataset_clear(&read);
    return status;
}

static void a_score_is_one_number_and_labels_are_one_each(const char *folder)
{
    CHECK_OK(read_numbers(folder, "regression", 1));
    CHECK_OK(read_numbers(folder, "multilabel", 2));
    CHECK_FAILS(read_numbers(folder, "regression", 2), MPB_ERR_DATA,
                "/labels has 2 columns, 1 were expected for task regression");
    CHECK_FAILS(read_numbers(folder, "multilabel", 1), MPB_ERR_DATA,
                "/labels has 1 columns, 2 were expected for task multilabel");
    CHECK_FAILS(read_numbers(folder, "multilabel", 3), MPB_ERR_DATA, "/labels has 3 columns");
}

static void shards_without_a_sequence_are_refused(const char *folder)
{
    const mpb_dataset nothing = {.shape = {.labels = true}};
    mpb_dataset read = {0};

    write(folder, "classification", &nothing);
    CHECK_FAILS(mpb_shards_read(folder, HASH, &read), MPB_ERR_DATA, "hold no sequence");
    CHECK(read.offsets == NULL);
}

int main(void)
{
    char folder[MPB_PATH_SIZE];

    scratch_make(folder);
    a_score_is_one_number_and_labels_are_one_each(folder);
    shards_without_a_sequence_are_refused(folder);
    CHECK_OK(mpb_path_remove(folder));
    return 0;
}
