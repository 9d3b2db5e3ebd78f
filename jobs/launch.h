#pragma once

/* What the environment says of how this process was started. Local. */

#include <stdbool.h>

typedef struct mpb_launch {
    bool has_ranks;   /* a launcher of MPI started it: mpirun, mpiexec or srun */
    int size;         /* processes it was started with, 1 where nothing says more */
    int rank;         /* its number among them */
    const char *from; /* the variable that says `size` */
    int granted;      /* tasks of a batch job whose script started this one process, or 0 */
} mpb_launch;

mpb_launch mpb_launch_find(void);
