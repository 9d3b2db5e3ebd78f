/* Whether the ranks are those that the launcher started, and whether they are alike. */

#include <string.h>

#include "checks.h"

/* The first rank whose `text` is not rank 0's, or 0. */
typedef const char *text_of(const doctor_facts *own);

static int first_other(const doctor_job *job, text_of *text)
{
    for (int rank = 1; rank < job->size; rank++) {
        if (strcmp(text(&job->ranks[rank]), text(&job->ranks[0])) != 0) {
            return rank;
        }
    }
    return 0;
}

static void suggest_launcher(const doctor_job *job, mpb_finding *finding)
{
    const int ranks = job->setup->started;

    if (job->open_mpi) {
        doctor_remedy(
            finding,
            "srun --mpi=pmix -n %d mpibert ... (srun --mpi=list must name pmix), or mpirun "
            "-n %d mpibert ... with the mpirun of %s",
            ranks, ranks, job->ranks[0].software.mpi);
    } else {
        doctor_remedy(finding,
                      "srun --mpi=pmi2 -n %d mpibert ... , or mpiexec -n %d mpibert ... with the "
                      "mpiexec of %s",
                      ranks, ranks, job->ranks[0].software.mpi);
    }
}

void doctor_check_start(const doctor_job *job, mpb_finding *finding)
{
    const mpb_doctor_setup *setup = job->setup;

    if (setup->start == MPB_DOCTOR_NO_SHARED_MEMORY) {
        doctor_says(finding, MPB_FINDING_OK, "one of %d ranks, MPI was not started",
                    setup->started);
    } else if (setup->started > 1 && job->size == 1) {
        doctor_says(finding, MPB_FINDING_FAIL,
                    "%d processes were started (%s) and each finds itself alone: they would do the "
                    "same work %d times, as jobs of one rank",
                    setup->started, setup->started_from, setup->started);
        suggest_launcher(job, finding);
    } else if (setup->granted > 1 && job->size == 1) {
        doctor_says(finding, MPB_FINDING_ADVICE,
                    "one process, though %d tasks were granted (SLURM_NTASKS)", setup->granted);
        doctor_remedy(finding, "start it by %s, which starts one process a task",
                      job->open_mpi ? "srun --mpi=pmix or mpirun" : "srun --mpi=pmi2 or mpiexec");
    } else {
        doctor_says(finding, MPB_FINDING_OK, "%d rank%s on %d host%s (%s)", job->size,
                    job->size == 1 ? "" : "s", job->hosts, job->hosts == 1 ? "" : "s",
                    job->ranks[0].software.mpi);
    }
}

static const char *program_of(const doctor_facts *own)
{
    return own->software.program;
}

static const char *mpi_of(const doctor_facts *own)
{
    return own->software.mpi;
}

static const char *blas_of(const doctor_facts *own)
{
    return own->software.blas;
}

void doctor_check_versions(const doctor_job *job, mpb_finding *finding)
{
    static const struct {
        text_of *text;
        mpb_severity severity;
        const char *remedy;
    } rules[] = {
        {program_of, MPB_FINDING_FAIL, "install one build of the program for all hosts"},
        {mpi_of, MPB_FINDING_FAIL, "load the same MPI on all hosts"},
        {blas_of, MPB_FINDING_ADVICE, "load the same BLAS library on all hosts"},
    };

    doctor_says(finding, MPB_FINDING_OK, "%s", job->ranks[0].software.program);
    for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
        const int other = first_other(job, rules[i].text);

        if (other > 0) {
            doctor_says(finding, rules[i].severity, "%s here, %s on host %s",
                        rules[i].text(&job->ranks[0]), rules[i].text(&job->ranks[other]),
                        job->ranks[other].host);
            doctor_where(finding, "host %s", job->ranks[0].host);
            doctor_remedy(finding, "%s", rules[i].remedy);
            return;
        }
    }
}

static const char *cpu_of(const doctor_facts *own)
{
    return own->software.cpu;
}

static const char *instructions_of(const doctor_facts *own)
{
    return own->software.instruction_set;
}

void doctor_check_processors(const doctor_job *job, mpb_finding *finding)
{
    const doctor_software *first = &job->ranks[0].software;
    const int weaker = first_other(job, instructions_of);
    const int other = weaker > 0 ? weaker : first_other(job, cpu_of);
    const doctor_software *theirs = &job->ranks[other].software;

    if (other == 0) {
        doctor_says(finding, MPB_FINDING_OK, "%s, %s", first->cpu, first->instruction_set);
        return;
    }
    doctor_says(finding, MPB_FINDING_ADVICE, "%s (%s) here, %s (%s) on host %s: %s", first->cpu,
                first->instruction_set, theirs->cpu, theirs->instruction_set,
                job->ranks[other].host,
                weaker > 0 ? "all ranks compute with the instructions that each has"
                           : "all ranks wait for the slower kind in every step");
    doctor_where(finding, "host %s", job->ranks[0].host);
    doctor_remedy(finding, "%s",
                  job->slurm ? "ask for hosts of one kind (#SBATCH --constraint=FEATURE)"
                             : "start the job on hosts of one kind");
}
