#pragma once

/* The vectors of texts, with what they are of. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/eval/pooling.h"
#include "mpibert/io/sha256.h"
#include "mpibert/shards/documents.h"
#include "mpibert/vectors/pooling.h"

enum { MPB_VECTOR_MODEL = 512 }; /* bytes of a model's name */

/* How they were made. Plain data. */
typedef struct mpb_vector_facts {
    char model[MPB_VECTOR_MODEL];         /* as it was named, for people */
    char weights_sha256[MPB_SHA256_TEXT]; /* of all weights as floats, adapters included */
    char vocab_sha256[MPB_SHA256_TEXT];
    mpb_vector_pooling pooling;
    int layer; /* 0: the embeddings */
    bool normalised;
    int64_t max_seq_length;
} mpb_vector_facts;

/* Starts as {0}; everything owned. */
typedef struct mpb_vector_set {
    mpb_vector_facts facts;
    size_t count;      /* texts */
    size_t width;      /* H */
    size_t num_rows;   /* count; without pooling, tokens of all texts */
    float *values;     /* (num_rows, width) */
    mpb_strings ids;   /* (count) */
    mpb_strings texts; /* (count); or none, where they were not kept */
    /* Without pooling alone: text i is rows [offsets[i], offsets[i + 1]), */
    uint64_t *offsets; /* (count + 1) */
    uint32_t *tokens;  /* (num_rows): their ids */
    /* and where each token stands in its text, code points; 0 and 0 of [CLS] and [SEP], which are
     * nowhere. NULL: nobody knows. */
    uint32_t *char_start; /* (num_rows) */
    uint32_t *char_end;   /* (num_rows): one past the last */
} mpb_vector_set;

void mpb_vector_set_clear(mpb_vector_set *set);

/* set (which has facts alone) = the documents of source->data, from what was kept of its sequences,
 * whose bytes become the set's. Vectors of chunks are put together by `chunks`; without pooling
 * their rows follow each other. Where the facts say so, vectors have length 1. */
MPB_MUST_CHECK mpb_status mpb_vector_set_take(const mpb_vector_source *source,
                                              const mpb_documents *documents, mpb_pooling chunks,
                                              mpb_kept *kept, mpb_vector_set *set);

/* rows (num_rows, width) divided by their Euclidean norms, or by 1e-12 where these are less:
 * torch's normalize. */
void mpb_rows_normalise(size_t num_rows, size_t width, float *rows);
