#pragma once

/* What is kept of questions beside their sequences: the text in which the answer stands, and all
 * reference answers. One row an example, in the order in which examples follow each other in a
 * dataset; those with the same context share one copy of it. Local. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/records/label_names.h"

/* One question; everything is borrowed. */
typedef struct mpb_question {
    const char *context;        /* UTF-8 without U+0000 */
    const char *const *answers; /* (num_answers): reference answers as the data spells them */
    const uint32_t *starts;     /* (num_answers): where each begins in the context, code points */
    size_t num_answers;         /* 0: the question has no answer, or nobody said */
} mpb_question;

/* Starts as {0}. */
typedef struct mpb_questions {
    size_t count;
    size_t capacity;
    uint32_t *context;     /* owned, (count): which of `contexts` */
    uint64_t *first;       /* owned, (count + 1): question q has answers [first[q], first[q + 1]) */
    mpb_name_set contexts; /* as a whole: a text that was added stays */
    mpb_strings answers;
    uint32_t *starts; /* owned, (answers.count) */
    size_t start_capacity;
} mpb_questions;

/* Adds copies. On failure `questions` has the questions that it had. */
MPB_MUST_CHECK mpb_status mpb_questions_add(mpb_questions *questions, const mpb_question *question);

/* Question q < count, borrowed. */
mpb_question mpb_questions_get(const mpb_questions *questions, size_t q);

/* Forgets all but the first `count` questions. */
void mpb_questions_shorten(mpb_questions *questions, size_t count);

/* Bytes of what it holds, without room for growing. */
size_t mpb_questions_bytes(const mpb_questions *questions);
void mpb_questions_clear(mpb_questions *questions);

/* Code points [begin, end) of a context, as tokens name them; *size = their bytes. What lies behind
 * the context's end is left out. Pure. */
const char *mpb_context_cut(const char *context, uint32_t begin, uint32_t end, size_t *size);
