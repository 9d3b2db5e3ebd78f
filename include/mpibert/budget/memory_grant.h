#pragma once

/* How much memory a rank may hold. */

#include <stddef.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/status.h"

enum { MPB_GRANT_TEXT = 256 };

typedef struct mpb_memory_grant {
    size_t bytes;                /* of one rank, what it holds already included */
    char source[MPB_GRANT_TEXT]; /* who says so: "MemAvailable of /proc/meminfo, 2 ranks a node" */
} mpb_memory_grant;

/* `limit` bytes, said by `limit_name`; with 0, the smallest of what Linux can still give
 * (MemAvailable), of SLURM_MEM_PER_NODE / ranks, and of two that count whatever `limit` says, since
 * nobody gets past them: what remains below the limits of this process' control groups (versions 1
 * and 2, those above it too) and below those of the process (ulimit -v and -d). What is the node's
 * is shared out to its ranks. Unless `limit` decides, a sixteenth stays for the system, MPI and
 * files. All ranks look before any of them allocates more. Collective. */
MPB_MUST_CHECK mpb_status mpb_memory_grant_get(const mpb_comm *comm, size_t limit,
                                               const char *limit_name, mpb_memory_grant *grant);

/* `root` is put before /proc and /sys: "" but in tests. */
typedef struct mpb_memory_sources {
    const char *root;
    const char *slurm_mib; /* SLURM_MEM_PER_NODE, or NULL */
    int ranks;             /* on this node */
    size_t resident;       /* bytes that this rank holds already */
    size_t address_space;  /* bytes by RLIMIT_AS, 0: unlimited */
    size_t data_size;      /* bytes by RLIMIT_DATA, 0: unlimited */
    size_t limit;          /* bytes that the user named, 0: none */
    const char *limit_name;
} mpb_memory_sources;

/* What a rank is granted, as above. Local. */
void mpb_memory_grant_find(const mpb_memory_sources *sources, mpb_memory_grant *grant);

/* Bytes of RAM that this process holds now; 0 where Linux does not say. Local. */
size_t mpb_memory_resident(void);
