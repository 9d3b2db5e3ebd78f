/* Whether every host can read and write what the job reads and writes, and within which limits. */

#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "mpibert/core/bytes.h"

static const double MEBIBYTE = 1024.0 * 1024.0;
static const double LEAST_FREE_MIB = 2048.0; /* a few checkpoints of BERT-Base take that */
static const double LEAST_FILE_MIB = 1300.0; /* the weights of BERT-Large, or BERT-Base's state */
static const double FILES_OF_A_RANK = 64.0;

static bool on_one_host(const doctor_job *job)
{
    return job->hosts == 1;
}

/* False where nothing is wrong with the place. */
static bool judge_reading(const doctor_job *job, const doctor_place *place,
                          const doctor_path *state, mpb_finding *finding)
{
    if (!state->exists) {
        doctor_says(finding, MPB_FINDING_FAIL, "%s is missing", place->path);
        doctor_remedy(finding, "%s",
                      on_one_host(job) ? "correct the path, or make the files"
                                       : "use a file system that all hosts mount, or copy it to "
                                         "each of them");
    } else if (!state->allowed) {
        doctor_says(finding, MPB_FINDING_FAIL, "%s cannot be read: %s", place->path, state->reason);
        doctor_remedy(finding, "give this user the right to read %s", place->path);
    } else {
        return false;
    }
    return true;
}

static bool judge_writing(const doctor_place *place, const doctor_path *state, mpb_finding *finding)
{
    char room[MPB_BYTES_TEXT];

    if (!state->allowed) {
        doctor_says(finding, MPB_FINDING_FAIL, "%s cannot be written: %s", place->path,
                    state->reason);
        doctor_remedy(finding, "choose a folder that all hosts may write to "
                               "(checkpoint.directory, data.cache_directory)");
    } else if (!state->shared) {
        doctor_says(finding, MPB_FINDING_FAIL,
                    "%s is another folder than rank 0's: what rank 0 writes is not seen",
                    place->path);
        doctor_remedy(finding, "use a file system that all hosts mount");
    } else if (state->free_bytes < LEAST_FREE_MIB * MEBIBYTE) {
        doctor_says(finding, MPB_FINDING_ADVICE, "%s has room for %s only, checkpoints take more",
                    place->path, mpb_bytes_text(state->free_bytes, room));
        doctor_remedy(finding, "make room, choose another folder, or lower checkpoint.keep");
    } else {
        return false;
    }
    return true;
}

/* What was looked at, for the line of a check that found nothing wrong. */
static void list_places(const doctor_job *job, bool written, const char *what, mpb_finding *finding)
{
    char text[MPB_FINDING_TEXT / 2] = "";

    for (int i = 0; i < job->num_places; i++) {
        const size_t length = strlen(text);

        if (job->places[i].written == written) {
            snprintf(text + length, sizeof(text) - length, "%s%.120s", length > 0 ? ", " : "",
                     job->places[i].path);
        }
    }
    if (text[0] == '\0') {
        doctor_says(finding, MPB_FINDING_OK,
                    "nothing was named; --data DIR and --config FILE name what a job reads");
    } else {
        doctor_says(finding, MPB_FINDING_OK, "all hosts %s %s", what, text);
    }
}

void doctor_check_reading(const doctor_job *job, const doctor_facts *own, mpb_finding *finding)
{
    list_places(job, false, "read", finding);
    for (int i = 0; i < job->num_places; i++) {
        if (own->paths[i].looked && !job->places[i].written &&
            judge_reading(job, &job->places[i], &own->paths[i], finding)) {
            return;
        }
    }
}

void doctor_check_writing(const doctor_job *job, const doctor_facts *own, mpb_finding *finding)
{
    list_places(job, true, "write to", finding);
    for (int i = 0; i < job->num_places; i++) {
        if (own->paths[i].looked && job->places[i].written &&
            judge_writing(&job->places[i], &own->paths[i], finding)) {
            return;
        }
    }
}

/* HDF5 is told to take no locks, unless the user says otherwise; a run's own lock tells a second
 * start of the same run from the first. */
void doctor_check_locking(const doctor_job *job, const doctor_facts *own, mpb_finding *finding)
{
    doctor_says(finding, MPB_FINDING_OK, "%s",
                own->hdf5_locks ? "locks work" : "locks work, and HDF5 takes none");
    for (int i = 0; i < job->num_places; i++) {
        const doctor_path *state = &own->paths[i];

        if (!state->looked || !state->exists || !state->allowed) {
            continue;
        }
        if (own->hdf5_locks && !state->flocks) {
            doctor_says(finding, MPB_FINDING_FAIL,
                        "HDF5_USE_FILE_LOCKING asks HDF5 to lock files, and the file system of %s "
                        "has no such locks",
                        job->places[i].path);
            doctor_remedy(finding, "unset HDF5_USE_FILE_LOCKING, or HDF5_USE_FILE_LOCKING=FALSE");
            return;
        }
        if (job->places[i].written && !state->locks) {
            doctor_says(finding, MPB_FINDING_ADVICE,
                        "the file system of %s has no locks: nothing keeps two jobs from writing "
                        "the same run",
                        job->places[i].path);
            doctor_remedy(finding, "mount it with locks (Lustre: -o flock), or never start a run "
                                   "twice at the same time");
            return;
        }
    }
}

void doctor_check_limits(const doctor_job *job, const doctor_facts *own, mpb_finding *finding)
{
    const doctor_limits *limits = &own->limits;
    const double files = FILES_OF_A_RANK + 2.0 * job->size;
    char text[MPB_BYTES_TEXT];

    doctor_says(finding, MPB_FINDING_OK, "files, processes, sizes and time suffice");
    if (limits->files > 0.0 && limits->files < files) {
        doctor_says(finding, MPB_FINDING_FAIL, "%.0f open files are allowed, a rank may need %.0f",
                    limits->files, files);
        doctor_remedy(finding, "ulimit -n %.0f", files < 1024.0 ? 1024.0 : files);
    } else if (limits->processes > 0.0 &&
               limits->processes < 2.0 * own->cores.threads * own->cores.ranks) {
        doctor_says(finding, MPB_FINDING_FAIL,
                    "%.0f processes are allowed to this user, %d ranks of %d threads were started",
                    limits->processes, own->cores.ranks, own->cores.threads);
        doctor_remedy(finding, "ulimit -u unlimited");
    } else if (limits->file_bytes > 0.0 && limits->file_bytes < LEAST_FILE_MIB * MEBIBYTE) {
        doctor_says(finding, MPB_FINDING_ADVICE,
                    "files may have %s only, checkpoints of larger models have more",
                    mpb_bytes_text(limits->file_bytes, text));
        doctor_remedy(finding, "ulimit -f unlimited");
    } else if (limits->cpu_seconds > 0.0) {
        doctor_says(finding, MPB_FINDING_ADVICE,
                    "a process is killed after %.0f s of computing (ulimit -t)",
                    limits->cpu_seconds);
        doctor_remedy(finding, "ulimit -t unlimited");
    } else if (own->network.fast && limits->locked_bytes > 0.0) {
        doctor_says(finding, MPB_FINDING_ADVICE,
                    "only %s may be locked, MPI locks memory for fast networks (ulimit -l)",
                    mpb_bytes_text(limits->locked_bytes, text));
        doctor_remedy(finding, "ulimit -l unlimited; under Slurm PropagateResourceLimitsExcept="
                               "MEMLOCK in slurm.conf");
    }
}
