#pragma once

/* Large blocks that all threads of a team touch first, so that each gets pages near it. Local. */

#include <stddef.h>

#include "mpibert/core/memory.h"
#include "mpibert/core/status.h"
#include "mpibert/math/team.h"

/* Zeros `bytes` of `block`, in slices dealt to the threads. */
void mpb_team_zero(const mpb_team *team, void *block, size_t bytes);

/* As mpb_memory_create and mpb_arena_create; given back by mpb_memory_destroy and
 * mpb_arena_destroy. */
MPB_MUST_CHECK mpb_status mpb_team_memory_create(const mpb_team *team, size_t count, size_t size,
                                                 const char *what, void **block);
MPB_MUST_CHECK mpb_status mpb_team_arena_create(const mpb_team *team, size_t capacity,
                                                const char *what, mpb_arena *arena);
