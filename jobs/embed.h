#pragma once

/* What the parts of `mpibert embed` share. */

#include "mpibert/core/log.h"
#include "mpibert/session/embedding.h"

enum { MPB_SIMILARITY_TEXTS = 256 }; /* compared with each other: a line a pair, a cell for each */

typedef struct mpb_embed_arguments {
    mpb_inference_request request; /* its overrides are owned */
    mpb_embedding wanted;
    const char *input;  /* NULL: standard input */
    const char *output; /* NULL: standard output */
    bool similarity;
    long num_components; /* of --pca; 0: none */
    const char *query;   /* of --search; NULL: none */
    const char *index;
    long top;
} mpb_embed_arguments;

/* A model that is ready; everything borrowed. */
typedef struct mpb_embed_model {
    const mpb_log *log;
    const mpb_comm *comm;
    const mpb_run_config *config;
    const mpb_opened_model *opened;
    mpb_inference *inference;
} mpb_embed_model;

/* Where results go by the name of the output. */
typedef enum mpb_embed_format {
    MPB_EMBED_JSONL,
    MPB_EMBED_HDF5,
    MPB_EMBED_NPY,
    MPB_EMBED_UNKNOWN,
} mpb_embed_format;

mpb_embed_format mpb_embed_format_of(const char *output);

/* Whether options go together. */
MPB_MUST_CHECK mpb_status mpb_embed_check_arguments(const mpb_embed_arguments *args);

/* What is found of a set, by rank 0: printed, drawn, and written with the vectors. */
MPB_MUST_CHECK mpb_status mpb_embed_write(const mpb_log *log, const mpb_embed_arguments *args,
                                          const mpb_opened_model *opened,
                                          const mpb_vector_set *set);

/* The texts of an index that are nearest to the query, a JSON line each. Collective. */
MPB_MUST_CHECK mpb_status mpb_embed_search(const mpb_embed_model *model,
                                           const mpb_embed_arguments *args);
