#pragma once

/* The part of a shard that is by question, see mpb_questions:
 *
 *     /contexts            variable-length UTF-8 [C]   texts in which answers stand
 *     /questions/context   uint32 [Q]                  which of them, by example of the shard
 *     /questions/answers   uint64 [Q + 1]              question q has references [answers[q],
 *                                                      answers[q + 1])
 *     /references/text     variable-length UTF-8 [A]   reference answers
 *     /references/start    uint32 [A]                  where each begins, code points
 *
 * Shards of the first programs lack all of it. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/status.h"
#include "mpibert/io/h5.h"
#include "mpibert/shards/questions.h"

bool mpb_shard_has_questions(const mpb_h5 *file);

MPB_MUST_CHECK mpb_status mpb_shard_write_questions(mpb_h5 *file, const mpb_questions *questions);

/* The questions of `count` examples, checked: indices in range, and every reference at its place.
 * `questions` is {0} before; what it holds after a failure is the caller's to clear. */
MPB_MUST_CHECK mpb_status mpb_shard_read_questions(const mpb_h5 *file, const char *path,
                                                   size_t count, mpb_questions *questions);
