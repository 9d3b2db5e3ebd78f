#include "mpibert/corpus/corpus.h"

#include <stdio.h>
#include <string.h>

#include "corpus_internal.h"
#include "mpibert/core/clock.h"
#include "mpibert/io/file.h"
#include "mpibert/shards/shard_layout.h"

/* What has to be known before the first shard: counts, labels, selection, key. */
static mpb_status survey(mpb_corpus *corpus, const mpb_log *log)
{
    mpb_status status;

    MPB_TRY(mpb_corpus_scan(corpus));
    status = mpb_corpus_report_labels(corpus, log);
    if (status == MPB_OK) {
        status = mpb_corpus_select(corpus);
    }
    if (status == MPB_OK) {
        status = mpb_corpus_make_key(corpus);
    }
    return mpb_corpus_agree(corpus, status);
}

mpb_status mpb_corpus_preprocess(const mpb_comm *comm, const mpb_log *log,
                                 const mpb_corpus_options *options, const char *directory)
{
    mpb_corpus corpus = {.options = options, .comm = comm, .log = log};
    mpb_truncation truncation;
    mpb_status status = mpb_corpus_open(&corpus, directory);

    if (status == MPB_OK) {
        status = survey(&corpus, log);
    }
    if (status == MPB_OK) {
        status = mpb_corpus_check_tags(&corpus);
    }
    if (status == MPB_OK) {
        status = mpb_corpus_write(&corpus, directory, &truncation);
    }
    if (status == MPB_OK) {
        mpb_corpus_report_truncation(&corpus, log, &truncation);
        mpb_corpus_report_skipped(&corpus, log, truncation.skipped);
    }
    mpb_corpus_close(&corpus);
    return status;
}

/* `done` ranges are sequences of `dataset`. */
static void tell_encoded(const mpb_corpus *corpus, const mpb_dataset *dataset, size_t done,
                         double started_at)
{
    const size_t count = dataset->num_sequences;
    double share = (double)done / (double)corpus->ranges.count;

    mpb_corpus_tell(corpus, &(mpb_corpus_progress){
                                .phase = "tokenizing",
                                .bytes = (uint64_t)(share * (double)corpus->total_bytes),
                                .total_bytes = corpus->total_bytes,
                                .texts = count,
                                .tokens = count == 0 ? 0 : dataset->offsets[count],
                                .seconds = mpb_clock_seconds() - started_at,
                            });
}

static mpb_status encode_all(const mpb_corpus *corpus, mpb_encoder *encoder, mpb_dataset *dataset)
{
    double started_at = mpb_clock_seconds();
    mpb_input_scratch scratch = {0};
    mpb_status status = MPB_OK;

    dataset->shape = mpb_encoder_shape(encoder);
    dataset->num_documents = corpus->first[corpus->ranges.count];
    for (size_t i = 0; i < corpus->ranges.count && status == MPB_OK; i++) {
        status = mpb_corpus_encode(corpus, i, encoder, &scratch, NULL, dataset);
        tell_encoded(corpus, dataset, i + 1, started_at);
    }
    mpb_input_scratch_clear(&scratch);
    return status;
}

/* The sequences of a corpus that is open, in memory. */
static mpb_status encode_in_memory(mpb_corpus *corpus, const mpb_log *log, mpb_dataset *dataset)
{
    mpb_dataset made = {0};
    mpb_encoder *encoder = NULL;
    mpb_status status;

    MPB_TRY(survey(corpus, log));
    MPB_TRY(mpb_corpus_encoder(corpus, &encoder));
    status = encode_all(corpus, encoder, &made);
    made.truncation = mpb_encoder_take_truncation(encoder);
    made.truncation.skipped += corpus->num_bad + corpus->num_repeated;
    if (status == MPB_OK) {
        mpb_corpus_report_skipped(corpus, log, made.truncation.skipped);
    }
    mpb_encoder_destroy(&encoder);
    if (status == MPB_OK) {
        status = mpb_strings_copy(&made.label_names, &corpus->label_names);
    }
    if (status != MPB_OK) {
        mpb_dataset_clear(&made);
        return status;
    }
    *dataset = made;
    return MPB_OK;
}

mpb_status mpb_corpus_read(const mpb_log *log, const mpb_corpus_options *options,
                           mpb_dataset *dataset)
{
    mpb_corpus corpus = {.options = options, .log = log};
    mpb_status status = mpb_corpus_open(&corpus, NULL);

    if (status == MPB_OK) {
        status = encode_in_memory(&corpus, log, dataset);
    }
    mpb_corpus_close(&corpus);
    return status;
}

mpb_status mpb_corpus_parse(const mpb_log *log, const mpb_corpus_options *options,
                            const char *content, size_t size, const char *where,
                            mpb_dataset *dataset)
{
    mpb_corpus corpus = {.options = options, .log = log};
    mpb_status status = mpb_corpus_open_memory(&corpus, content, size, where);

    if (status == MPB_OK) {
        status = encode_in_memory(&corpus, log, dataset);
    }
    mpb_corpus_close(&corpus);
    return status;
}

/* Where the shards of one key lie, the same on all ranks. */
typedef struct places {
    char final[MPB_PATH_SIZE];
    char aside[MPB_PATH_SIZE]; /* filled first, then renamed: other jobs may share the cache */
} places;

/* The same place aside at every start, so that a run that was killed goes on. */
static mpb_status name_places(const mpb_corpus *corpus, const char *cache_root, places *p)
{
    char name[MPB_SHARD_HASH_SIZE + 16];

    MPB_TRY(mpb_path_join(cache_root, corpus->key, p->final, sizeof(p->final)));
    snprintf(name, sizeof(name), "partial-%s", corpus->key);
    return mpb_path_join(cache_root, name, p->aside, sizeof(p->aside));
}

/* Rank 0 looks, so that all ranks take the same way. */
static mpb_status agree_on_complete(const mpb_comm *comm, const places *p, bool *complete)
{
    char manifest[MPB_PATH_SIZE];
    bool seen = mpb_comm_rank(comm) == 0 &&
                mpb_path_join(p->final, MPB_SHARD_MANIFEST, manifest, sizeof(manifest)) == MPB_OK &&
                mpb_file_exists(manifest);

    MPB_TRY(mpb_comm_broadcast(comm, &seen, sizeof(seen)));
    *complete = seen;
    return MPB_OK;
}

static mpb_status fill(mpb_corpus *corpus, const mpb_log *log, const places *p)
{
    bool leader = mpb_comm_rank(corpus->comm) == 0;
    mpb_truncation truncation;

    MPB_TRY(mpb_comm_agree(corpus->comm, leader ? mpb_directory_claim(p->aside) : MPB_OK));
    MPB_TRY(mpb_corpus_write(corpus, p->aside, &truncation));
    mpb_corpus_report_skipped(corpus, log, truncation.skipped);
    MPB_TRY(
        mpb_comm_agree(corpus->comm, leader ? mpb_directory_publish(p->aside, p->final) : MPB_OK));
    mpb_corpus_tell_of_leftover(corpus, leader ? mpb_path_remove(p->aside) : MPB_OK);
    return MPB_OK;
}

static mpb_status read_everywhere(const mpb_corpus *corpus, const places *p, mpb_dataset *dataset)
{
    mpb_dataset made = {0};
    mpb_status status =
        mpb_comm_agree(corpus->comm, mpb_shards_read(p->final, corpus->options->vocab_sha256,
                                                     corpus->options->home, &made));

    if (status != MPB_OK) {
        mpb_dataset_clear(&made);
        return status;
    }
    mpb_dataset_clear(dataset);
    *dataset = made;
    return MPB_OK;
}

static mpb_status note_made(const mpb_corpus *corpus, const places *p)
{
    mpb_strings *made = corpus->options->made;

    return made == NULL ? MPB_OK : mpb_strings_add(made, p->final, strlen(p->final));
}

static mpb_status load(mpb_corpus *corpus, const mpb_log *log, const char *cache_root,
                       mpb_dataset *dataset)
{
    places p = {0};
    bool complete;

    MPB_TRY(survey(corpus, log));
    MPB_TRY(mpb_corpus_check_tags(corpus));
    MPB_TRY(mpb_comm_agree(corpus->comm, name_places(corpus, cache_root, &p)));
    MPB_TRY(agree_on_complete(corpus->comm, &p, &complete));
    if (complete) {
        mpb_status status = read_everywhere(corpus, &p, dataset);

        if (status == MPB_OK) {
            mpb_corpus_report_skipped(corpus, log, corpus->num_bad + corpus->num_repeated);
        }
        if (status != MPB_ERR_DATA) {
            return status;
        }
        mpb_log_warning(log, "preprocessing again: %s", mpb_status_last());
    }
    MPB_TRY(fill(corpus, log, &p));
    MPB_TRY(mpb_comm_agree(corpus->comm, note_made(corpus, &p)));
    return read_everywhere(corpus, &p, dataset);
}

mpb_status mpb_corpus_load(const mpb_comm *comm, const mpb_log *log,
                           const mpb_corpus_options *options, const char *cache_root,
                           mpb_dataset *dataset)
{
    mpb_corpus corpus = {.options = options, .comm = comm, .log = log};
    mpb_status status = mpb_corpus_open(&corpus, cache_root);

    if (status == MPB_OK) {
        status = load(&corpus, log, cache_root, dataset);
    }
    mpb_corpus_close(&corpus);
    return status;
}
