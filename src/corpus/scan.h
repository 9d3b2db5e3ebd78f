#pragma once

/* Between the scan of ranges and what all of them say together. */

#include "corpus_internal.h"
#include "parcel.h"

/* A corpus with more different labels than this has most likely another column in their place. */
enum { MPB_MAX_LABELS = 65536 };

/* The parcel of one range, as scan.c packs it; everything is borrowed from it. */
typedef struct mpb_range_parcel {
    size_t range;
    uint64_t count;
    uint64_t num_bad;
    const char *first_bad;
    const char *digest;
    mpb_parcel names; /* num_names texts */
    uint64_t num_names;
    const char *tags; /* an mpb_tag_survey, not aligned, or nothing */
    size_t tags_size;
    const char *labels; /* uint32 a record, not aligned */
    size_t labels_size;
    const char *ids; /* uint64 a record (0: no id), not aligned; nothing where none has an id */
    size_t ids_size;
} mpb_range_parcel;

mpb_range_parcel mpb_range_parcel_next(mpb_parcel *parcel);

/* Names that labels must be among; NULL: any. */
const mpb_strings *mpb_corpus_given_names(const mpb_corpus *corpus);

/* Whether the selection needs the label of every record. */
bool mpb_corpus_keeps_labels(const mpb_corpus *corpus);

/* MPB_ERR_DATA: there are more than MPB_MAX_LABELS. */
MPB_MUST_CHECK mpb_status mpb_corpus_refuse_labels(const mpb_corpus *corpus);

/* Fills in what the scan finds from the parcels of all ranges, in any order. Local. */
MPB_MUST_CHECK mpb_status mpb_corpus_merge(mpb_corpus *corpus, const mpb_buffer *parcels);

/* Finds records whose id an earlier one has: MPB_ERR_DATA with both places, or entries of
 * corpus->repeated where wrong records are skipped. Local. */
MPB_MUST_CHECK mpb_status mpb_corpus_find_repeated(mpb_corpus *corpus, const mpb_buffer *parcels);
