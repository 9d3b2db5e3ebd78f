#pragma once

/* Vectors of texts, by a finished model's encoder, on all ranks. */

#include "mpibert/comm/comm.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/status.h"
#include "mpibert/session/inference.h"
#include "mpibert/session/opened_model.h"
#include "mpibert/shards/dataset.h"
#include "mpibert/shards/documents.h"
#include "mpibert/vectors/vector_set.h"

/* Which vectors are wanted. */
typedef struct mpb_embedding {
    mpb_vector_pooling pooling; /* MPB_NUM_VECTOR_POOLINGS: nobody said */
    int layer;                  /* as mpb_opened_model_as_encoder has it */
    bool normalised;
} mpb_embedding;

/* Where nobody said how to pool: as a directory of sentence-transformers says, with its
 * normalisation, or cls. Then makes an encoder alone of the model (mpb_opened_model_as_encoder),
 * and `layer` the number of its layer from the beginning. Local. */
MPB_MUST_CHECK mpb_status mpb_embedding_settle(mpb_opened_model *opened, mpb_embedding *wanted);

/* What tells the vectors from those of other models, but for the hash of the weights, which takes a
 * while (mpb_inference_digest) and is left empty. Local. */
mpb_vector_facts mpb_embedding_facts(const mpb_opened_model *opened, const mpb_run_config *config,
                                     const mpb_embedding *wanted);

/* On rank 0, set (starts with its facts alone, which all ranks have; the caller's to clear) = the
 * vectors of all documents of `dataset`, of which there is one at least; chunks are put together by
 * data.document_pooling. Bits do not depend on the number of ranks. Collective. */
MPB_MUST_CHECK mpb_status mpb_embedding_make(const mpb_comm *comm, mpb_inference *inference,
                                             const mpb_opened_model *opened,
                                             const mpb_run_config *config,
                                             const mpb_dataset *dataset,
                                             const mpb_documents *documents, mpb_vector_set *set);
