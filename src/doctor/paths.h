#pragma once

/* How the paths of a job look on each host. */

#include "facts.h"

/* A path of the job; the same list on all ranks. */
typedef struct doctor_place {
    const char *path; /* borrowed */
    bool written;
} doctor_place;

/* states (count) of the places; only the first rank of a host looks. Collective. */
MPB_MUST_CHECK mpb_status doctor_look_at_paths(const mpb_comm *comm, bool leads,
                                               const doctor_place *places, int count,
                                               doctor_path *states);
