/* Tokens that stay in their shards: what a dataset tells is the same as from memory, and a shard that
 * changes is noticed. */

#include <fcntl.h>
#include <unistd.h>

#include "mpibert/shards/documents.h"
#include "mpibert/shards/shards.h"
#include "scratch.h"

static const char HASH[] = "1111111111111111111111111111111111111111111111111111111111111111";

/* Three shards of sequences of 3 to 402 tokens: each has more tokens than an HDF5 chunk holds. */
enum { SHARDS = 3, PER_SHARD = 700, SEQUENCES = SHARDS * PER_SHARD, MAX_LENGTH = 402 };

typedef struct corpus {
    uint64_t vocab_size;
    int compression;
    bool chunks; /* every third document is two sequences */
    bool pairs;
} corpus;

static void fill_info(const corpus *c, mpb_shard_info *info)
{
    *info = (mpb_shard_info){.vocab_size = c->vocab_size,
                             .max_seq_length = MAX_LENGTH,
                             .source_documents = SEQUENCES,
                             .compression = c->compression};
    CHECK_OK(mpb_buffer_append_text(&info->task, "classification"));
    CHECK_OK(mpb_buffer_append_text(&info->tokenizer, "tiny"));
    CHECK_OK(mpb_buffer_append_text(&info->program, "test 1"));
    CHECK_OK(mpb_buffer_append_text(&info->options, "{}"));
    CHECK_OK(mpb_buffer_append_text(&info->long_documents, "chunk"));
    CHECK_OK(mpb_buffer_append_text(&info->stride_mode, "overlap"));
    CHECK_OK(mpb_strings_add(&info->label_names, "no", 2));
    CHECK_OK(mpb_strings_add(&info->label_names, "yes", 3));
    memcpy(info->vocab_sha256, HASH, sizeof(HASH));
    memcpy(info->source_sha256, HASH, sizeof(HASH));
    memcpy(info->key, HASH, sizeof(HASH));
}

static void add(const corpus *c, size_t i, mpb_dataset *dataset)
{
    const bool second = c->chunks && i % 3 == 1; /* of the document of the one before */
    const size_t count = 3 + i * 7919 % 400;
    uint32_t tokens[MAX_LENGTH];
    char id[32];

    for (size_t t = 0; t < count; t++) {
        tokens[t] = (uint32_t)((i * 31 + t * 17) % c->vocab_size);
    }
    snprintf(id, sizeof(id), "example %zu", i - second);
    CHECK_OK(mpb_dataset_add(dataset,
                             &(mpb_sequence){.tokens = tokens,
                                             .count = count,
                                             .segment_b = (uint32_t)(c->pairs ? count / 2 : count),
                                             .document = i - second,
                                             .chunk = second,
                                             .label = (i - second) % 2 == 1,
                                             .id = id}));
}

static void write_corpus(const corpus *c, const char *folder)
{
    mpb_shard_entry entries[SHARDS] = {0};
    mpb_shard_info info;

    fill_info(c, &info);
    for (size_t s = 0; s < SHARDS; s++) {
        mpb_dataset content = {.shape.labels = true};

        for (size_t i = s * PER_SHARD; i < (s + 1) * PER_SHARD; i++) {
            add(c, i, &content);
        }
        mpb_shard_name(s, SHARDS, entries[s].file);
        CHECK_OK(mpb_shard_write(folder, &info, &content, &entries[s]));
        mpb_dataset_clear(&content);
    }
    CHECK_OK(mpb_shards_write_manifest(folder, &info, entries, SHARDS));
    mpb_shard_info_clear(&info);
}

static void check_facts(const mpb_dataset *want, const mpb_dataset *got)
{
    CHECK(got->source != NULL && got->tokens == NULL && got->offsets == NULL);
    CHECK(got->num_sequences == want->num_sequences);
    CHECK(mpb_dataset_num_tokens(got) == mpb_dataset_num_tokens(want));
    CHECK(mpb_dataset_longest(got) == mpb_dataset_longest(want));
    for (size_t i = 0; i < want->num_sequences; i++) {
        CHECK(mpb_dataset_length(got, i) == mpb_dataset_length(want, i));
        CHECK(mpb_dataset_segment_b(got, i) == mpb_dataset_segment_b(want, i));
        CHECK(mpb_dataset_document(got, i) == mpb_dataset_document(want, i));
        CHECK(got->labels[i] == want->labels[i]);
    }
}

/* Batches in an order that jumps, with neighbours in it; the one in use stays while the next comes. */
static void check_tokens(const mpb_dataset *want, const mpb_dataset *got)
{
    enum { BATCH = 20 };
    size_t batches[2][BATCH];

    for (size_t b = 0; b < want->num_sequences / BATCH; b++) {
        for (size_t i = 0; i < BATCH; i++) {
            batches[b % 2][i] = (b * 389 + i / 2 * 1009 + i % 2) % want->num_sequences;
        }
        mpb_dataset_expect(got, batches[b % 2], BATCH);
        CHECK_OK(mpb_dataset_ask(got, batches[b % 2], BATCH));
        CHECK_OK(mpb_dataset_fetch(got));
        for (size_t i = 0; b > 0 && i < BATCH; i++) {
            const size_t sequence = batches[(b + 1) % 2][i];

            CHECK(memcmp(mpb_dataset_tokens(got, sequence), mpb_dataset_tokens(want, sequence),
                         mpb_dataset_length(want, sequence) * sizeof(uint32_t)) == 0);
        }
        mpb_dataset_turn(got);
    }
}

static void check_digests(const mpb_dataset *want, const mpb_dataset *got)
{
    char digests[2][MPB_SHA256_TEXT];

    CHECK_OK(mpb_dataset_digest(want, digests[0]));
    CHECK_OK(mpb_dataset_digest(got, digests[1]));
    CHECK_TEXT(digests[1], digests[0]);
}

static void check_same(const mpb_dataset *want, const mpb_dataset *got)
{
    char id[MPB_DATASET_ID];

    check_facts(want, got);
    check_tokens(want, got);
    check_digests(want, got);
    CHECK_TEXT(mpb_dataset_id(got, 5, id), want->ids.items[5]);
}

static void select_documents(const mpb_dataset *whole, size_t count, mpb_dataset *subset)
{
    mpb_documents documents = {0};
    uint32_t *order = NULL;

    CHECK_OK(mpb_documents_find(whole, &documents));
    CHECK_OK(mpb_documents_shuffle(whole, &documents, 42, &order));
    CHECK_OK(mpb_documents_select(whole, &documents, order, count, subset));
    free(order);
    mpb_documents_clear(&documents);
}

static void a_dataset_tells_the_same_as_from_memory(const char *root, const char *name,
                                                    const corpus *c)
{
    mpb_dataset memory = {0}, disk = {0}, part_of_memory = {0}, part_of_disk = {0};
    char folder[MPB_PATH_SIZE];

    scratch_path(root, name, folder);
    CHECK_OK(mpb_directory_create(folder));
    write_corpus(c, folder);
    CHECK_OK(mpb_shards_read(folder, HASH, MPB_TOKENS_IN_MEMORY, &memory));
    CHECK_OK(mpb_shards_read(folder, HASH, MPB_TOKENS_ON_DISK, &disk));
    check_same(&memory, &disk);
    CHECK((disk.segment_b != NULL) == c->pairs);
    select_documents(&memory, SEQUENCES / 2, &part_of_memory);
    select_documents(&disk, SEQUENCES / 2, &part_of_disk);
    mpb_dataset_clear(&disk); /* the part goes on without the whole */
    check_same(&part_of_memory, &part_of_disk);
    mpb_dataset_clear(&memory);
    mpb_dataset_clear(&part_of_memory);
    mpb_dataset_clear(&part_of_disk);
}

/* Of a corpus of short sequences without pairs; 8 bytes is what the header says of them, 4 more where
 * documents have several. */
static void what_is_no_surprise_takes_no_memory(const char *root)
{
    mpb_dataset plain = {0}, chunked = {0};
    char folder[MPB_PATH_SIZE];

    scratch_path(root, "narrow", folder);
    CHECK_OK(mpb_shards_read(folder, HASH, MPB_TOKENS_ON_DISK, &plain));
    scratch_path(root, "chunks", folder);
    CHECK_OK(mpb_shards_read(folder, HASH, MPB_TOKENS_ON_DISK, &chunked));
    CHECK(mpb_dataset_bytes(&plain) < SEQUENCES * (sizeof(int32_t) + 8) + 1000);
    CHECK(mpb_dataset_bytes(&plain) <= mpb_dataset_bytes_on_disk(&plain));
    CHECK(mpb_dataset_bytes(&chunked) > SEQUENCES * (sizeof(int32_t) + 12));
    mpb_dataset_clear(&plain);
    mpb_dataset_clear(&chunked);
}

static void compressed_tokens_have_no_place_on_disk(const char *root)
{
    const corpus c = {.vocab_size = 500, .compression = 1};
    mpb_dataset dataset = {0};
    char folder[MPB_PATH_SIZE];

    scratch_path(root, "compressed", folder);
    CHECK_OK(mpb_directory_create(folder));
    write_corpus(&c, folder);
    CHECK_FAILS(mpb_shards_read(folder, HASH, MPB_TOKENS_ON_DISK, &dataset), MPB_ERR_DATA,
                "'tokens' is compressed");
    CHECK_OK(mpb_shards_read(folder, HASH, MPB_TOKENS_AUTO, &dataset));
    CHECK(dataset.source == NULL);
    mpb_dataset_clear(&dataset);
}

static void a_small_corpus_stays_in_memory(const char *root)
{
    mpb_dataset dataset = {0};
    char folder[MPB_PATH_SIZE];

    scratch_path(root, "narrow", folder);
    CHECK_OK(mpb_shards_read(folder, HASH, MPB_TOKENS_AUTO, &dataset));
    CHECK(dataset.source == NULL && dataset.tokens != NULL);
    mpb_dataset_clear(&dataset);
}

/* Changes bytes in the middle of a file: some token there is not what it was. */
static void damage(const char *path)
{
    enum { DAMAGED = 4096 };
    unsigned char bytes[DAMAGED];
    const int descriptor = open(path, O_RDWR);
    const off_t middle = lseek(descriptor, 0, SEEK_END) / 3;

    CHECK(pread(descriptor, bytes, DAMAGED, middle) == DAMAGED);
    for (int i = 0; i < DAMAGED; i++) {
        bytes[i] ^= 1;
    }
    CHECK(pwrite(descriptor, bytes, DAMAGED, middle) == DAMAGED);
    close(descriptor);
}

static mpb_status bring_all(const mpb_dataset *dataset)
{
    for (size_t i = 0; i < dataset->num_sequences; i++) {
        MPB_TRY(mpb_dataset_bring(dataset, &i, 1));
    }
    return MPB_OK;
}

static void a_shard_that_changes_is_named(const char *root)
{
    mpb_dataset dataset = {0};
    char folder[MPB_PATH_SIZE];
    char path[MPB_PATH_SIZE];

    scratch_path(root, "wide", folder);
    scratch_path(folder, "shard-00001-of-00003.h5", path);
    CHECK_OK(mpb_shards_read(folder, HASH, MPB_TOKENS_ON_DISK, &dataset));
    CHECK_OK(bring_all(&dataset));
    damage(path);
    CHECK_FAILS(bring_all(&dataset), MPB_ERR_DATA, "are not those that the shard held");
    CHECK_FAILS(bring_all(&dataset), MPB_ERR_DATA, "shard-00001-of-00003.h5");
    CHECK(truncate(path, 1000) == 0);
    CHECK_FAILS(bring_all(&dataset), MPB_ERR_DATA, "it was cut while it was read");
    mpb_dataset_clear(&dataset);
}

static void a_shard_that_is_gone_is_named(const char *root)
{
    mpb_dataset dataset = {0};
    char folder[MPB_PATH_SIZE];
    char path[MPB_PATH_SIZE];

    scratch_path(root, "pairs", folder);
    scratch_path(folder, "shard-00002-of-00003.h5", path);
    CHECK_OK(mpb_shards_read(folder, HASH, MPB_TOKENS_ON_DISK, &dataset));
    CHECK(unlink(path) == 0);
    CHECK_FAILS(bring_all(&dataset), MPB_ERR_DATA, "shard-00002-of-00003.h5");
    mpb_dataset_clear(&dataset);
}

int main(void)
{
    char root[MPB_PATH_SIZE];

    scratch_make(root);
    a_dataset_tells_the_same_as_from_memory(root, "narrow", &(corpus){.vocab_size = 500});
    a_dataset_tells_the_same_as_from_memory(root, "wide", &(corpus){.vocab_size = 70000});
    a_dataset_tells_the_same_as_from_memory(root, "pairs",
                                            &(corpus){.vocab_size = 500, .pairs = true});
    a_dataset_tells_the_same_as_from_memory(root, "chunks",
                                            &(corpus){.vocab_size = 500, .chunks = true});
    what_is_no_surprise_takes_no_memory(root);
    compressed_tokens_have_no_place_on_disk(root);
    a_small_corpus_stays_in_memory(root);
    a_shard_that_changes_is_named(root);
    a_shard_that_is_gone_is_named(root);
    CHECK_OK(mpb_path_remove(root));
    return 0;
}
