#include "launch.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

/* Launchers by the names of what they set, those first whose numbers are the closest to this
 * process: below mpirun, Slurm's speak of the step that holds mpirun's daemons. */
typedef struct launcher {
    const char *sign; /* set by this one alone */
    const char *size;
    const char *rank;
} launcher;

static const launcher launchers[] = {
    {"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"},
    {"PMI_SIZE", "PMI_SIZE", "PMI_RANK"},
    {"MV2_COMM_WORLD_SIZE", "MV2_COMM_WORLD_SIZE", "MV2_COMM_WORLD_RANK"},
    {"SLURM_STEP_ID", "SLURM_STEP_NUM_TASKS", "SLURM_PROCID"},
    {"SLURM_STEPID", "SLURM_NTASKS", "SLURM_PROCID"},
};

/* How the variables begin by which a process and its launcher find each other: PMI_RANK of Hydra
 * and Slurm, PMIX_RANK of Open MPI and Slurm, and the like. */
static const char *const meeting_points[] = {"OMPI_COMM_WORLD_", "PMI",   "MV2_COMM_WORLD_",
                                             "MPIRUN_",          "PALS_", "FLUX_TASK_"};

static bool has_meeting_point(void)
{
    for (char **entry = environ; *entry != NULL; entry++) {
        for (size_t i = 0; i < sizeof(meeting_points) / sizeof(meeting_points[0]); i++) {
            if (strncmp(*entry, meeting_points[i], strlen(meeting_points[i])) == 0) {
                return true;
            }
        }
    }
    return false;
}

static int number_of(const char *name, int otherwise)
{
    const char *text = getenv(name);

    return text == NULL ? otherwise : atoi(text);
}

mpb_launch mpb_launch_find(void)
{
    mpb_launch found = {.has_ranks = has_meeting_point(), .size = 1};

    for (size_t i = 0; i < sizeof(launchers) / sizeof(launchers[0]); i++) {
        const launcher *l = &launchers[i];

        if (getenv(l->sign) != NULL && getenv(l->size) != NULL) {
            found.size = number_of(l->size, 1);
            found.rank = number_of(l->rank, 0);
            found.from = l->size;
            return found;
        }
    }
    found.granted = found.has_ranks ? 0 : number_of("SLURM_NTASKS", 0);
    return found;
}
