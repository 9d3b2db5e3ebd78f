/* What becomes of MPI when it starts, before it does. */

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "mpibert/doctor/doctor.h"

/* UCX, below MPICH, takes them for what a rank receives inside a host; refused, MPICH gives up. */
static const double MPICH_SHARED_BYTES = 5.0 * 1024.0 * 1024.0;

static bool is_open_mpi(void)
{
    return strncmp(mpb_comm_library(), "Open MPI", 8) == 0;
}

/* Open MPI started by Slurm's older protocols, which leave other variables, ends the job. */
static bool has_pmix(void)
{
    return getenv("PMIX_RANK") != NULL || getenv("OMPI_COMM_WORLD_SIZE") != NULL;
}

/* Hydra tells how many ranks share the host's memory. */
static bool has_shared_memory(void)
{
    const char *ranks = getenv("MPI_LOCALNRANKS");
    struct statvfs shared;

    return ranks == NULL || atoi(ranks) < 2 || statvfs("/dev/shm", &shared) != 0 ||
           (double)shared.f_bavail * (double)shared.f_frsize > MPICH_SHARED_BYTES * atoi(ranks);
}

mpb_doctor_start mpb_doctor_foresee_start(void)
{
    if (is_open_mpi()) {
        return has_pmix() ? MPB_DOCTOR_STARTS : MPB_DOCTOR_NO_PMIX;
    }
    return has_shared_memory() ? MPB_DOCTOR_STARTS : MPB_DOCTOR_NO_SHARED_MEMORY;
}
