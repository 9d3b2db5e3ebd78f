#pragma once

/* Files of vectors. What is written replaces an older file once it is whole and was read back; a
 * path that cannot be written is MPB_ERR_SYSTEM. Local. */

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/text/tokenizer.h"
#include "mpibert/vectors/pca.h"
#include "mpibert/vectors/vector_set.h"

/* What was computed of a set, each NULL where it was not. */
typedef struct mpb_vector_findings {
    const double *similarity; /* (count, count) */
    const mpb_pca *pca;
} mpb_vector_findings;

/* An HDF5 file of the datasets
 *
 *     embeddings     float32 (num_rows, width)
 *     id, text       UTF-8 (count); text where the set has it
 *     offsets        uint64 (count + 1), and tokens, char_start, char_end, uint32 (num_rows):
 *                    without pooling, as in shards
 *     similarity     float32 (count, count), where it was found
 *     pca            float32 (count, num_components), and pca_explained_variance_ratio,
 *                    float32 (num_components), likewise
 *
 * with the attributes format "mpibert-embeddings", version, program, model, weights_sha256,
 * vocab_sha256, pooling, layer, normalized and max_seq_length, and the checksums of io/h5.h. */
MPB_MUST_CHECK mpb_status mpb_vectors_write_h5(const char *path, const mpb_vector_set *set,
                                               const mpb_vector_findings *findings);

/* set (starts as {0}) = such a file of pooled vectors. What is damaged, holds numbers that are not
 * finite, or is no such file is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_vectors_read_h5(const char *path, mpb_vector_set *set);

/* MPB_ERR_DATA unless vectors made as `asked` may be compared with those of a file: the same
 * weights, vocabulary, pooling and layer. `path` names the file. */
MPB_MUST_CHECK mpb_status mpb_vector_facts_match(const mpb_vector_facts *found,
                                                 const mpb_vector_facts *asked, const char *path);

/* NumPy's format, version 1.0: float32 (count, width) in C order, of pooled vectors. */
MPB_MUST_CHECK mpb_status mpb_vectors_write_npy(const char *path, const mpb_vector_set *set);

/* Appends a line a text: {"id": ..., "embedding": [...]} or, without pooling, {"id": ..., "tokens":
 * [...], "offsets": [[start, end], ...], "embeddings": [[...], ...]}, with the tokens as
 * `tokenizer` spells them. Numbers have nine digits, which give the same float again. */
MPB_MUST_CHECK mpb_status mpb_vectors_append_jsonl(const mpb_vector_set *set,
                                                   const mpb_tokenizer *tokenizer, mpb_buffer *out);
