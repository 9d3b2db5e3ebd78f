#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corpus_internal.h"
#include "mpibert/core/clock.h"
#include "mpibert/io/file.h"
#include "mpibert/io/json.h"
#include "mpibert/shards/shard_layout.h"
#include "parcel.h"

/* The writing of a corpus on one rank. */
typedef struct writing {
    mpb_corpus *corpus; /* borrowed, like the next */
    const char *directory;
    size_t *range_of; /* owned, (num_shards): the range that becomes the shard */
    size_t num_shards;
    mpb_shard_entry *entries; /* owned, (num_shards) */
    mpb_shard_info info;
    mpb_encoder *encoder;
    mpb_input_scratch scratch;
    mpb_buffer parcel; /* what this rank has done */
    uint64_t tokens;   /* made by this rank */
    uint64_t texts;    /* encoded by this rank */
    size_t made;       /* shards by this rank */
    double started_at;
} writing;

static void clear(writing *w)
{
    free(w->range_of);
    free(w->entries);
    mpb_shard_info_clear(&w->info);
    mpb_encoder_destroy(&w->encoder);
    mpb_input_scratch_clear(&w->scratch);
    mpb_buffer_clear(&w->parcel);
}

static mpb_status describe(writing *w)
{
    const mpb_corpus *corpus = w->corpus;
    const mpb_corpus_options *o = corpus->options;
    const mpb_encode_options *e = &o->encode;
    const bool chunks = mpb_encode_chunks(e);
    mpb_shard_info *info = &w->info;

    MPB_TRY(mpb_buffer_append_text(&info->task, mpb_task_name(e->task)));
    MPB_TRY(mpb_buffer_append_text(&info->tokenizer, o->tokenizer_name));
    MPB_TRY(mpb_buffer_append_text(&info->program, o->program));
    MPB_TRY(mpb_buffer_append_text(&info->long_documents, chunks ? "chunk" : "truncate"));
    MPB_TRY(mpb_buffer_append_text(&info->stride_mode, e->stride_is_step ? "step" : "overlap"));
    MPB_TRY(mpb_corpus_describe(o, &info->options));
    MPB_TRY(mpb_strings_copy(&info->label_names, &corpus->label_names));
    snprintf(info->vocab_sha256, sizeof(info->vocab_sha256), "%s", o->vocab_sha256);
    snprintf(info->source_sha256, sizeof(info->source_sha256), "%s", corpus->source_sha256);
    snprintf(info->key, sizeof(info->key), "%s", corpus->key);
    info->vocab_size = mpb_tokenizer_vocab_size(e->tokenizer);
    info->max_seq_length = e->max_seq_length;
    info->stride = chunks ? e->stride : 0;
    info->source_documents = corpus->first[corpus->ranges.count];
    info->compression = o->compression;
    return MPB_OK;
}

/* Every range with selected records becomes a shard. */
static mpb_status list_shards(writing *w)
{
    const mpb_corpus *corpus = w->corpus;

    w->range_of = calloc(corpus->ranges.count, sizeof(*w->range_of));
    w->entries = calloc(corpus->ranges.count, sizeof(*w->entries));
    MPB_REQUIRE(w->range_of != NULL && w->entries != NULL, MPB_ERR_SYSTEM,
                "no memory for %zu shards", corpus->ranges.count);
    for (size_t i = 0; i < corpus->ranges.count; i++) {
        if (mpb_corpus_range_count(corpus, i) > 0) {
            w->range_of[w->num_shards++] = i;
        }
    }
    MPB_REQUIRE(w->num_shards > 0, MPB_ERR_DATA, "the selection holds no example (%s)",
                corpus->inputs[0].name);
    for (size_t i = 0; i < w->num_shards; i++) {
        mpb_shard_name(i, w->num_shards, w->entries[i].file);
    }
    return MPB_OK;
}

static mpb_status prepare(writing *w)
{
    MPB_TRY(list_shards(w));
    MPB_TRY(describe(w));
    return mpb_corpus_encoder(w->corpus, &w->encoder);
}

static bool starts_with(const char *name, const char *begin)
{
    return strncmp(name, begin, strlen(begin)) == 0;
}

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name);

    return length >= strlen(end) && strcmp(name + length - strlen(end), end) == 0;
}

/* Shards of another division of the corpus, and what a killed job left. */
static bool is_leftover(const writing *w, const char *name)
{
    char end[MPB_SHARD_NAME_SIZE];

    if ((starts_with(name, "shard-") || starts_with(name, MPB_SHARD_MANIFEST)) &&
        mpb_file_is_unfinished(name)) {
        return true;
    }
    if (mpb_corpus_is_scratch(name)) {
        return !ends_with(w->corpus->scratch, name);
    }
    snprintf(end, sizeof(end), "-of-%05zu.h5", w->num_shards);
    return starts_with(name, "shard-") && ends_with(name, ".h5") && !ends_with(name, end);
}

/* A manifest that cannot be read is the damaged one of shards: those of other folders are not
 * written by halves, and shards are made again. */
static mpb_status refuse_other_manifest(const char *path)
{
    mpb_json *manifest = NULL;
    const mpb_json *format = NULL;
    bool ours;

    if (!mpb_file_exists(path) || mpb_json_read_large(path, &manifest) != MPB_OK) {
        return MPB_OK;
    }
    format = mpb_json_member(manifest, "format");
    ours = format != NULL && mpb_json_is_string(format) &&
           strcmp(mpb_json_text(format), MPB_SHARD_FORMAT) == 0;
    mpb_json_destroy(&manifest);
    MPB_REQUIRE(ours, MPB_ERR_SYSTEM,
                "a manifest of other files was found, a folder of shards or a new one was "
                "expected (%s)",
                path);
    return MPB_OK;
}

/* A model's or a run's folder is not for shards: theirs would replace its manifest. */
static mpb_status refuse_other_folder(const char *directory)
{
    static const char *const signs[] = {"config.json", "config.yaml"};
    char path[MPB_PATH_SIZE];

    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        MPB_TRY(mpb_path_join(directory, signs[i], path, sizeof(path)));
        MPB_REQUIRE(!mpb_file_exists(path), MPB_ERR_SYSTEM,
                    "a folder with %s was found, a folder of shards or a new one was expected (%s)",
                    signs[i], directory);
    }
    MPB_TRY(mpb_path_join(directory, MPB_SHARD_MANIFEST, path, sizeof(path)));
    return refuse_other_manifest(path);
}

/* The manifest goes first: at no time does one stand beside other shards. Rank 0 alone. */
static mpb_status prepare_directory(const writing *w)
{
    mpb_strings names = {0};
    char path[MPB_PATH_SIZE];
    mpb_status status;

    MPB_TRY(refuse_other_folder(w->directory));
    MPB_TRY(mpb_directory_create(w->directory));
    MPB_TRY(mpb_path_join(w->directory, MPB_SHARD_MANIFEST, path, sizeof(path)));
    MPB_TRY(mpb_path_remove(path));
    status = mpb_directory_list(w->directory, &names);
    for (size_t i = 0; i < names.count && status == MPB_OK; i++) {
        if (is_leftover(w, names.items[i])) {
            status = mpb_path_join(w->directory, names.items[i], path, sizeof(path));
            mpb_corpus_tell_of_leftover(w->corpus,
                                        status == MPB_OK ? mpb_path_remove(path) : MPB_OK);
        }
    }
    mpb_strings_clear(&names);
    return status;
}

static mpb_status encode_shard(writing *w, size_t index, mpb_deal *deal)
{
    mpb_shard_entry *entry = &w->entries[index];
    mpb_dataset dataset = {.shape = mpb_encoder_shape(w->encoder)};
    mpb_status status =
        mpb_corpus_encode(w->corpus, w->range_of[index], w->encoder, &w->scratch, deal, &dataset);

    entry->truncation = mpb_encoder_take_truncation(w->encoder);
    if (status == MPB_OK) {
        status = mpb_shard_write(w->directory, &w->info, &dataset, entry);
    }
    mpb_dataset_clear(&dataset);
    return status;
}

/* A finished shard of an earlier run is kept. */
static mpb_status make_shard(writing *w, size_t index, mpb_deal *deal)
{
    const mpb_shard_entry *entry = &w->entries[index];

    if (!mpb_shard_find(w->directory, &w->info, &w->entries[index])) {
        MPB_TRY(encode_shard(w, index, deal));
    }
    w->tokens += entry->tokens;
    w->texts += entry->documents;
    w->made++;
    MPB_TRY(mpb_parcel_put_number(&w->parcel, index));
    return mpb_parcel_put_bytes(&w->parcel, entry, sizeof(*entry));
}

static void tell(const writing *w, size_t dealt)
{
    const mpb_corpus *corpus = w->corpus;
    double share = (double)dealt / (double)w->num_shards;
    const mpb_corpus_progress progress = {
        .phase = "tokenizing",
        .bytes = (uint64_t)(share * (double)corpus->total_bytes),
        .total_bytes = corpus->total_bytes,
        .texts = w->made == 0 ? 0 : w->texts / w->made * dealt,
        .tokens = w->made == 0 ? 0 : w->tokens / w->made * dealt,
        .seconds = mpb_clock_seconds() - w->started_at,
    };

    mpb_corpus_tell(corpus, &progress);
}

static mpb_status make_shards(writing *w)
{
    mpb_deal *deal = NULL;
    mpb_status status;
    size_t index;
    bool more = true;

    w->started_at = mpb_clock_seconds();
    MPB_TRY(mpb_deal_begin(w->corpus->comm, w->num_shards, &deal));
    for (;;) {
        status = mpb_deal_next(deal, &index, &more);
        if (status != MPB_OK || !more) {
            break;
        }
        tell(w, index);
        status = make_shard(w, index, deal);
        if (status != MPB_OK) {
            break;
        }
    }
    status = mpb_deal_end(&deal, status);
    tell(w, w->num_shards);
    return status;
}

static mpb_status gather(writing *w)
{
    mpb_buffer all = {0};
    mpb_parcel parcel;
    mpb_status status = mpb_comm_gather(w->corpus->comm, &w->parcel, &all);

    /* Those that the scan found; shards count those that could not be encoded. */
    w->info.truncation.skipped = w->corpus->num_bad + w->corpus->num_repeated;
    if (status == MPB_OK) {
        parcel = mpb_parcel_open(&all);
        while (!mpb_parcel_ends(&parcel)) {
            size_t index = (size_t)mpb_parcel_number(&parcel);
            size_t size;
            const char *bytes = mpb_parcel_bytes(&parcel, &size);

            memcpy(&w->entries[index], bytes, size);
            mpb_truncation_add(&w->info.truncation, &w->entries[index].truncation);
        }
    }
    mpb_buffer_clear(&all);
    return status;
}

static mpb_status run(writing *w)
{
    const mpb_comm *comm = w->corpus->comm;
    bool leader = mpb_comm_rank(comm) == 0;

    MPB_TRY(mpb_comm_agree(comm, prepare(w)));
    MPB_TRY(mpb_comm_agree(comm, leader ? prepare_directory(w) : MPB_OK));
    MPB_TRY(make_shards(w));
    MPB_TRY(gather(w));
    return mpb_comm_agree(
        comm, leader ? mpb_shards_write_manifest(w->directory, &w->info, w->entries, w->num_shards)
                     : MPB_OK);
}

mpb_status mpb_corpus_write(mpb_corpus *corpus, const char *directory, mpb_truncation *truncation)
{
    writing w = {.corpus = corpus, .directory = directory};
    mpb_status status = run(&w);

    *truncation = w.info.truncation;
    clear(&w);
    return status;
}
