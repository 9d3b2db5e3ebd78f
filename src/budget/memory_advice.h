#pragma once

/* What would make a run fit into memory, with numbers. Local. */

#include "mpibert/budget/memory_plan.h"
#include "mpibert/budget/run_memory.h"
#include "mpibert/core/buffer.h"

/* Appends advice to a run of which `plan` is the least that it needs. */
MPB_MUST_CHECK mpb_status memory_advice_append(const mpb_run_memory *run, const mpb_memory_job *job,
                                               const mpb_memory_plan *plan, size_t granted,
                                               mpb_buffer *out);
