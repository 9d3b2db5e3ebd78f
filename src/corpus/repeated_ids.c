#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan.h"

/* 16 bytes an example; ids of larger corpora are not compared, nor those of unlabelled texts. */
enum { MAX_COMPARED = 1 << 22 };

typedef struct hashed_id {
    uint64_t hash;
    uint64_t record;
} hashed_id;

static int by_hash(const void *a, const void *b)
{
    const hashed_id *x = a;
    const hashed_id *y = b;

    if (x->hash != y->hash) {
        return x->hash < y->hash ? -1 : 1;
    }
    return (x->record > y->record) - (x->record < y->record);
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* The ids of all records that have one of their own; *count of them. */
static void collect(const mpb_corpus *corpus, const mpb_buffer *parcels, hashed_id *ids,
                    size_t *count)
{
    mpb_parcel parcel = mpb_parcel_open(parcels);

    *count = 0;
    while (!mpb_parcel_ends(&parcel)) {
        const mpb_range_parcel found = mpb_range_parcel_next(&parcel);

        for (uint64_t i = 0; found.ids_size > 0 && i < found.count; i++) {
            hashed_id id = {.record = corpus->first[found.range] + i};

            memcpy(&id.hash, found.ids + i * sizeof(id.hash), sizeof(id.hash));
            if (id.hash != 0) {
                ids[(*count)++] = id;
            }
        }
    }
}

/* Reads one record again. */
typedef struct look_up {
    const mpb_corpus *corpus;
    uint64_t wanted;
    uint64_t next;
    mpb_buffer id;
    char where[MPB_PLACE_SIZE];
} look_up;

static mpb_status take(void *context, const mpb_record *record)
{
    look_up *l = context;
    const mpb_strings *names = mpb_corpus_given_names(l->corpus);

    MPB_TRY(mpb_record_check(record, &l->corpus->options->read, names));
    if (l->next++ == l->wanted && record->id != NULL) {
        mpb_place_describe(&record->place, l->where);
        MPB_TRY(mpb_buffer_append_text(&l->id, record->id));
    }
    return MPB_OK;
}

static mpb_status find(look_up *l, uint64_t record)
{
    const mpb_corpus *corpus = l->corpus;
    mpb_input_scratch scratch = {0};
    mpb_sink sink = {.take = take, .context = l, .skip_bad = corpus->options->read.skip_bad};
    size_t range = 0;
    mpb_status status;

    while (corpus->first[range + 1] <= record) {
        range++;
    }
    l->wanted = record;
    l->next = corpus->first[range];
    status = mpb_input_read(&corpus->inputs[corpus->ranges.items[range].input],
                            &corpus->ranges.items[range], &scratch, &sink);
    mpb_input_scratch_clear(&scratch);
    return status;
}

/* Equal hashes mean equal ids but for one chance in 2^64, which this look excludes. */
static mpb_status compare(mpb_corpus *corpus, const hashed_id *first, const hashed_id *second,
                          bool *equal)
{
    look_up a = {.corpus = corpus};
    look_up b = {.corpus = corpus};
    char message[MPB_PLACE_SIZE];
    mpb_status status = find(&a, first->record);

    if (status == MPB_OK) {
        status = find(&b, second->record);
    }
    *equal = status == MPB_OK && strcmp(a.id.data, b.id.data) == 0;
    if (*equal) {
        status = MPB_FAIL(MPB_ERR_DATA, "id '%.100s' was found before, at %.200s (%.150s)",
                          b.id.data, a.where, b.where);
        snprintf(message, sizeof(message), "%s", mpb_status_last());
        if (corpus->first_bad[0] == '\0') {
            snprintf(corpus->first_bad, sizeof(corpus->first_bad), "%s", message);
        }
    }
    mpb_buffer_clear(&a.id);
    mpb_buffer_clear(&b.id);
    return status;
}

static mpb_status note(mpb_corpus *corpus, uint64_t record)
{
    size_t count = corpus->num_repeated + 1;
    uint64_t *larger = realloc(corpus->repeated, count * sizeof(*larger));

    MPB_REQUIRE(larger != NULL, MPB_ERR_SYSTEM, "no memory for %zu repeated ids", count);
    larger[count - 1] = record;
    corpus->repeated = larger;
    corpus->num_repeated = count;
    return MPB_OK;
}

/* The second of two records with equal hashes. Where wrong ones are skipped, only the first such
 * pair is looked at, for the message: a corpus may repeat ids by the thousand. */
static mpb_status settle(mpb_corpus *corpus, const hashed_id *first, const hashed_id *second)
{
    bool skips = corpus->options->read.skip_bad;
    bool equal = true;
    mpb_status status = MPB_OK;

    if (!skips || corpus->num_repeated == 0) {
        status = compare(corpus, first, second, &equal);
    }
    if (equal && skips) {
        return note(corpus, second->record);
    }
    return status;
}

static mpb_status compare_all(mpb_corpus *corpus, const hashed_id *ids, size_t count)
{
    const hashed_id *first = ids; /* of those with this hash */

    for (size_t i = 1; i < count; i++) {
        if (ids[i].hash == first->hash) {
            MPB_TRY(settle(corpus, first, &ids[i]));
        } else {
            first = &ids[i];
        }
    }
    if (corpus->num_repeated > 1) {
        qsort(corpus->repeated, corpus->num_repeated, sizeof(*corpus->repeated), by_number);
    }
    return MPB_OK;
}

/* Ids that were asked for, and those of questions, which tell answers apart. */
static bool needs_unique_ids(const mpb_corpus *corpus)
{
    const mpb_read_options *read = &corpus->options->read;

    return read->need_labels &&
           (read->id_column != NULL || mpb_task_data_of(read->task)->labels == MPB_LABELS_ANSWERS);
}

mpb_status mpb_corpus_find_repeated(mpb_corpus *corpus, const mpb_buffer *parcels)
{
    uint64_t total = corpus->first[corpus->ranges.count];
    hashed_id *ids;
    size_t count;
    mpb_status status;

    if (total > MAX_COMPARED || !needs_unique_ids(corpus)) {
        return MPB_OK;
    }
    ids = malloc((size_t)total * sizeof(*ids));
    MPB_REQUIRE(ids != NULL, MPB_ERR_SYSTEM, "no memory for the ids of %llu examples",
                (unsigned long long)total);
    collect(corpus, parcels, ids, &count);
    qsort(ids, count, sizeof(*ids), by_hash);
    status = compare_all(corpus, ids, count);
    free(ids);
    return status;
}

bool mpb_corpus_is_repeated(const mpb_corpus *corpus, uint64_t record)
{
    return corpus->num_repeated > 0 && bsearch(&record, corpus->repeated, corpus->num_repeated,
                                               sizeof(record), by_number) != NULL;
}
