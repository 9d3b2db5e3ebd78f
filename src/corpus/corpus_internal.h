#pragma once

#include "mpibert/comm/deal.h"
#include "mpibert/corpus/corpus.h"
#include "mpibert/encode/encoder.h"
#include "mpibert/io/file.h"
#include "mpibert/records/cut.h"
#include "mpibert/records/input.h"
#include "mpibert/records/label_names.h"
#include "mpibert/records/tag_survey.h"

/* A corpus on its way to shards; the parts are filled in by the functions below, in this order. */
typedef struct mpb_corpus {
    const mpb_corpus_options *options; /* borrowed */
    const mpb_comm *comm;              /* borrowed; NULL: this process works alone */
    const mpb_log *log;                /* borrowed; NULL: nothing is said of what is left behind */
    mpb_input *inputs;                 /* owned, (num_inputs) */
    size_t num_inputs;
    char scratch[MPB_PATH_SIZE]; /* folder of unpacked inputs; "" where there are none */
    mpb_ranges ranges;
    uint64_t total_bytes;
    /* Known after the scan. */
    uint64_t *first; /* owned, (ranges.count + 1): the number of the first record of each range */
    mpb_strings label_names;
    mpb_tag_survey tags;     /* of tagged words */
    int32_t *labels;         /* owned, by record: NULL unless the selection needs them */
    unsigned char *left_out; /* owned, a bit a record: not selected; NULL: all are */
    uint64_t num_selected;
    uint64_t *repeated; /* owned, (num_repeated): records whose id an earlier one has, rising */
    size_t num_repeated;
    uint64_t num_bad; /* records that were skipped */
    char first_bad[MPB_PLACE_SIZE];
    char source_sha256[MPB_SHARD_HASH_SIZE];
    char key[MPB_SHARD_HASH_SIZE];
} mpb_corpus;

/* Finds and opens the inputs and cuts them into ranges. Packed files are unpacked to a new folder
 * inside `folder` (NULL: among the temporary files), until the corpus is closed. Collective. */
MPB_MUST_CHECK mpb_status mpb_corpus_open(mpb_corpus *corpus, const char *folder);

/* Likewise for text in memory. Local. */
MPB_MUST_CHECK mpb_status mpb_corpus_open_memory(mpb_corpus *corpus, const char *content,
                                                 size_t size, const char *where);

/* Other ranks must be done with the inputs when rank 0 closes them. */
void mpb_corpus_close(mpb_corpus *corpus);

/* Reads everything once: counts, label names, hash, wrong records. Collective. */
MPB_MUST_CHECK mpb_status mpb_corpus_scan(mpb_corpus *corpus);

/* Fills left_out and num_selected by the options. Local. */
MPB_MUST_CHECK mpb_status mpb_corpus_select(mpb_corpus *corpus);

/* Whether an earlier record has the id of record number `record`. */
bool mpb_corpus_is_repeated(const mpb_corpus *corpus, uint64_t record);

/* Whether record number `record` is selected. */
bool mpb_corpus_is_selected(const mpb_corpus *corpus, uint64_t record);

/* Selected records of a range. */
uint64_t mpb_corpus_range_count(const mpb_corpus *corpus, size_t range);

/* Adds the sequences of one range to `dataset`, which has the shape of the encoder. `serve`, unless
 * NULL, is called now and then. Local. */
MPB_MUST_CHECK mpb_status mpb_corpus_encode(const mpb_corpus *corpus, size_t range,
                                            mpb_encoder *encoder, mpb_input_scratch *scratch,
                                            mpb_deal *serve, mpb_dataset *dataset);

/* The encoder that the options ask for, with the label names that were found. */
MPB_MUST_CHECK mpb_status mpb_corpus_encoder(const mpb_corpus *corpus, mpb_encoder **encoder);

/* corpus->key from source hash, vocabulary and options. */
MPB_MUST_CHECK mpb_status mpb_corpus_make_key(mpb_corpus *corpus);

/* For what a finished job has no use for: if it could not be removed, that is a warning. */
void mpb_corpus_tell_of_leftover(const mpb_corpus *corpus, mpb_status removed);

/* mpb_comm_agree, or `status` itself where this process works alone. Collective. */
MPB_MUST_CHECK mpb_status mpb_corpus_agree(const mpb_corpus *corpus, mpb_status status);

/* Unpacks the packed ones of `names` into a new folder, each rank some of them. Collective. */
MPB_MUST_CHECK mpb_status mpb_corpus_unpack(mpb_corpus *corpus, const mpb_strings *names,
                                            const char *folder);

/* Where the bytes of an input are: the file itself, or its unpacked copy. */
MPB_MUST_CHECK mpb_status mpb_corpus_place(const mpb_corpus *corpus, const char *name, size_t input,
                                           char path[MPB_PATH_SIZE]);

/* Other ranks must be done with them. */
void mpb_corpus_remove_unpacked(mpb_corpus *corpus);

/* Whether `name` is of a folder of unpacked files. */
bool mpb_corpus_is_scratch(const char *name);

/* Appends the options that shape the shards as one line of JSON; paths are not among them. */
MPB_MUST_CHECK mpb_status mpb_corpus_describe(const mpb_corpus_options *options, mpb_buffer *json);

/* Passes on how far a phase is: to rank 0, or to who works alone. */
void mpb_corpus_tell(const mpb_corpus *corpus, const mpb_corpus_progress *progress);

/* Warns of labels that differ in spelling only, and of entities whose tags do not follow the scheme of
 * the others. */
MPB_MUST_CHECK mpb_status mpb_corpus_report_labels(const mpb_corpus *corpus, const mpb_log *log);

/* MPB_ERR_DATA where all words have the same tag, as O where a set has no entity: nothing to learn
 * from. */
MPB_MUST_CHECK mpb_status mpb_corpus_check_tags(const mpb_corpus *corpus);

/* Says how many texts, tokens and targets were cut. */
void mpb_corpus_report_truncation(const mpb_corpus *corpus, const mpb_log *log,
                                  const mpb_truncation *truncation);

/* Warns of examples that were left out, if there are any, and shows what was wrong with the first.
 * */
void mpb_corpus_report_skipped(const mpb_corpus *corpus, const mpb_log *log, uint64_t skipped);

/* The second half of preprocessing: shards and manifest of a corpus that was scanned and selected;
 * `truncation` is what making them cost. Collective. */
MPB_MUST_CHECK mpb_status mpb_corpus_write(mpb_corpus *corpus, const char *directory,
                                           mpb_truncation *truncation);
