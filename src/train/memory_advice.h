#pragma once

/* What would make a run fit into memory, with numbers. Local. */

#include "mpibert/core/buffer.h"
#include "mpibert/train/memory_plan.h"
#include "run_memory.h"

/* Appends advice to a run of which `plan` is the least that it needs. */
MPB_MUST_CHECK mpb_status memory_advice_append(const run_memory *run, const mpb_memory_job *job,
                                               const mpb_memory_plan *plan, size_t granted,
                                               mpb_buffer *out);
