#include <stdlib.h>
#include <string.h>

#include "corpus_internal.h"
#include "mpibert/core/clock.h"
#include "mpibert/io/sha256.h"
#include "parcel.h"
#include "scan.h"

/* What the scan of one range finds. */
typedef struct range_scan {
    const mpb_corpus *corpus; /* borrowed */
    const mpb_strings *given; /* names that labels must be among; NULL: any */
    mpb_sha256 *hash;         /* owned */
    bool hashes_texts;        /* of a folder, text by text */
    mpb_name_set names;
    mpb_tag_survey tags;
    mpb_buffer labels; /* uint32 a record: position in `names` of its first label */
    mpb_buffer ids;    /* uint64 a record: hash of the id that the data gives it, 0: none */
    uint64_t count;
} range_scan;

static bool are_names(mpb_labels labels)
{
    return labels == MPB_LABELS_CLASS || labels == MPB_LABELS_NAMES || labels == MPB_LABELS_TAGS;
}

static bool may_grow(const range_scan *scan)
{
    return scan->given != NULL || scan->names.names.count <= MPB_MAX_LABELS;
}

static mpb_status note_labels(range_scan *scan, const mpb_record *record)
{
    size_t index = 0;
    uint32_t first = 0;

    /* Of names that are to be found, one more than are allowed tells enough. */
    for (size_t i = 0; i < record->num_labels && may_grow(scan); i++) {
        MPB_TRY(mpb_name_set_add(&scan->names, record->labels[i], &index));
        first = i == 0 ? (uint32_t)index : first;
    }
    return mpb_corpus_keeps_labels(scan->corpus)
               ? mpb_buffer_append(&scan->labels, &first, sizeof(first))
               : MPB_OK;
}

/* Nothing as long as no record of the range has an id of its own; then 0 for each without. */
static mpb_status note_id(range_scan *scan, const char *id)
{
    const uint64_t none = 0;
    const uint64_t hash = id == NULL ? none : mpb_hash_text(id);

    if (id == NULL && scan->ids.size == 0) {
        return MPB_OK;
    }
    while (scan->ids.size < scan->count * sizeof(none)) {
        MPB_TRY(mpb_buffer_append(&scan->ids, &none, sizeof(none)));
    }
    return mpb_buffer_append(&scan->ids, &hash, sizeof(hash));
}

static mpb_status take(void *context, const mpb_record *record)
{
    range_scan *scan = context;
    const mpb_read_options *options = &scan->corpus->options->read;
    const mpb_labels labels = mpb_task_data_of(options->task)->labels;

    MPB_TRY(mpb_record_check(record, options, scan->given));
    if (options->need_labels && are_names(labels)) {
        MPB_TRY(note_labels(scan, record));
    }
    if (options->need_labels && labels == MPB_LABELS_TAGS) {
        mpb_tag_survey_add(&scan->tags, record);
    }
    if (!scan->hashes_texts) {
        MPB_TRY(note_id(scan, record->id));
    }
    if (scan->hashes_texts) {
        mpb_sha256_update(scan->hash, record->id, strlen(record->id) + 1);
        mpb_sha256_update(scan->hash, &record->size, sizeof(record->size));
        mpb_sha256_update(scan->hash, record->text, record->size);
    }
    scan->count++;
    return MPB_OK;
}

static mpb_status read_range(range_scan *scan, size_t index, mpb_input_scratch *scratch,
                             mpb_sink *sink)
{
    const mpb_range *range = &scan->corpus->ranges.items[index];
    const mpb_input *input = &scan->corpus->inputs[range->input];

    scan->hashes_texts = input->format == MPB_FORMAT_FOLDER;
    MPB_TRY(mpb_input_read(input, range, scratch, sink));
    if (!may_grow(scan)) {
        return mpb_corpus_refuse_labels(scan->corpus);
    }
    if (!scan->hashes_texts) {
        mpb_sha256_update(scan->hash, scratch->bytes.data, scratch->bytes.size);
    }
    return MPB_OK;
}

/* Appends what was found, for the other ranks. */
static mpb_status pack(const range_scan *scan, size_t index, const mpb_sink *sink,
                       mpb_buffer *parcel)
{
    char digest[MPB_SHA256_TEXT];

    mpb_sha256_finish(scan->hash, digest);
    MPB_TRY(mpb_parcel_put_number(parcel, index));
    MPB_TRY(mpb_parcel_put_number(parcel, scan->count));
    MPB_TRY(mpb_parcel_put_number(parcel, sink->num_bad));
    MPB_TRY(mpb_parcel_put_text(parcel, sink->first_bad));
    MPB_TRY(mpb_parcel_put_text(parcel, digest));
    MPB_TRY(mpb_parcel_put_number(parcel, scan->names.names.count));
    for (size_t i = 0; i < scan->names.names.count; i++) {
        MPB_TRY(mpb_parcel_put_text(parcel, scan->names.names.items[i]));
    }
    MPB_TRY(mpb_parcel_put_bytes(parcel, &scan->tags,
                                 scan->tags.entities > 0 ? sizeof(scan->tags) : 0));
    MPB_TRY(mpb_parcel_put_bytes(parcel, scan->labels.data, scan->labels.size));
    return mpb_parcel_put_bytes(parcel, scan->ids.data, scan->ids.size);
}

static mpb_status scan_range(const mpb_corpus *corpus, size_t index, mpb_input_scratch *scratch,
                             mpb_buffer *parcel)
{
    range_scan scan = {.corpus = corpus, .given = mpb_corpus_given_names(corpus)};
    mpb_sink sink = {.take = take, .context = &scan, .skip_bad = corpus->options->read.skip_bad};
    mpb_status status = mpb_sha256_create(&scan.hash);

    if (status == MPB_OK) {
        status = read_range(&scan, index, scratch, &sink);
    }
    if (status == MPB_OK) {
        status = pack(&scan, index, &sink, parcel);
    }
    mpb_sha256_destroy(&scan.hash);
    mpb_name_set_clear(&scan.names);
    mpb_buffer_clear(&scan.labels);
    mpb_buffer_clear(&scan.ids);
    return status;
}

static void tell(const mpb_corpus *corpus, size_t dealt, double started_at)
{
    double share = (double)dealt / (double)corpus->ranges.count;

    mpb_corpus_tell(corpus, &(mpb_corpus_progress){
                                .phase = "reading",
                                .bytes = (uint64_t)(share * (double)corpus->total_bytes),
                                .total_bytes = corpus->total_bytes,
                                .seconds = mpb_clock_seconds() - started_at,
                            });
}

static mpb_status scan_alone(const mpb_corpus *corpus, mpb_input_scratch *scratch,
                             mpb_buffer *parcel)
{
    double started_at = mpb_clock_seconds();

    for (size_t i = 0; i < corpus->ranges.count; i++) {
        tell(corpus, i, started_at);
        MPB_TRY(scan_range(corpus, i, scratch, parcel));
    }
    return MPB_OK;
}

static mpb_status scan_dealt(const mpb_corpus *corpus, mpb_input_scratch *scratch,
                             mpb_buffer *parcel)
{
    double started_at = mpb_clock_seconds();
    mpb_deal *deal = NULL;
    mpb_status status;
    size_t index;
    bool more = true;

    MPB_TRY(mpb_deal_begin(corpus->comm, corpus->ranges.count, &deal));
    for (;;) {
        status = mpb_deal_next(deal, &index, &more);
        if (status != MPB_OK || !more) {
            break;
        }
        tell(corpus, index, started_at);
        status = scan_range(corpus, index, scratch, parcel);
        if (status != MPB_OK) {
            break;
        }
    }
    return mpb_deal_end(&deal, status);
}

mpb_status mpb_corpus_scan(mpb_corpus *corpus)
{
    mpb_input_scratch scratch = {0};
    mpb_buffer mine = {0};
    mpb_buffer all = {0};
    mpb_status status;

    if (corpus->comm == NULL) {
        status = scan_alone(corpus, &scratch, &all);
    } else {
        status = scan_dealt(corpus, &scratch, &mine);
        if (status == MPB_OK) {
            status = mpb_comm_gather(corpus->comm, &mine, &all);
        }
    }
    mpb_input_scratch_clear(&scratch);
    mpb_buffer_clear(&mine);
    if (status == MPB_OK) {
        status = mpb_corpus_merge(corpus, &all);
    }
    mpb_buffer_clear(&all);
    return corpus->comm == NULL ? status : mpb_comm_agree(corpus->comm, status);
}
