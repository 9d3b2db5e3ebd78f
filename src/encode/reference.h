#pragma once

/* What is kept of the question, or of the text, that is being encoded, copied so that it ends with a
 * NUL. Starts as {0}, reused between questions. */

#include "mpibert/core/buffer.h"
#include "mpibert/core/strings.h"
#include "mpibert/records/record.h"
#include "mpibert/shards/questions.h"

typedef struct mpb_reference {
    mpb_buffer context; /* owned, like all below */
    mpb_strings answers;
    uint32_t *starts; /* (answers.count) */
    size_t capacity;
} mpb_reference;

/* `context` is one of the record's texts; `with_answers`: false leaves the answers out. A context
 * with U+0000, which HDF5's texts cannot hold, is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_reference_set(mpb_reference *reference, const mpb_record *record,
                                            mpb_text context, bool with_answers);

/* Borrowed until the next call of mpb_reference_set. */
mpb_question mpb_reference_question(const mpb_reference *reference);
void mpb_reference_clear(mpb_reference *reference);
