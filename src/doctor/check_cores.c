/* Whether the cores of a host and the threads of its ranks fit together. */

#include "checks.h"

static void suggest_binding(const doctor_job *job, const doctor_cores *cores, mpb_finding *finding)
{
    if (!job->setup->by_launcher && !job->slurm) {
        doctor_remedy(finding, "start it without taskset or the like");
    } else if (job->slurm) {
        doctor_remedy(finding,
                      "srun --cpus-per-task=%d --cpu-bind=cores (srun does not take "
                      "--cpus-per-task from the batch script by itself), or mpirun --bind-to none",
                      cores->granted / cores->ranks > 0 ? cores->granted / cores->ranks : 1);
    } else {
        doctor_remedy(finding, "mpirun --bind-to none gives the ranks all cores of their host%s",
                      job->open_mpi ? "; mpirun --map-by ppr:RANKS:node:PE=CORES binds each to its "
                                      "own"
                                    : "");
    }
}

void doctor_check_binding(const doctor_job *job, const doctor_facts *own, mpb_finding *finding)
{
    const doctor_cores *cores = &own->cores;
    const int idle =
        cores->ranks == 1 && job->size == 1 ? cores->granted - cores->own : cores->idle;

    if (idle > 0) {
        doctor_says(
            finding, MPB_FINDING_ADVICE,
            "%d of the host's %d cores stay idle, no rank may use them: a rank was given %d", idle,
            cores->granted, cores->own);
        suggest_binding(job, cores, finding);
        return;
    }
    doctor_says(finding, MPB_FINDING_OK, "%d core%s a rank, %d rank%s a host", cores->own,
                cores->own == 1 ? "" : "s", cores->ranks, cores->ranks == 1 ? "" : "s");
}

static void judge_count(const doctor_job *job, const doctor_cores *cores, mpb_finding *finding)
{
    if (cores->threads > cores->own) {
        doctor_says(finding, MPB_FINDING_ADVICE,
                    "%d threads a rank are more than its %d core%s, they take turns",
                    cores->threads, cores->own, cores->own == 1 ? "" : "s");
        doctor_remedy(finding, "cluster.threads_per_rank=auto or %d, or more cores a rank",
                      cores->own);
    } else if (cores->threads < cores->own) {
        doctor_says(finding, MPB_FINDING_ADVICE,
                    "%d thread%s a rank leave%s cores idle, it was given %d", cores->threads,
                    cores->threads == 1 ? "" : "s", cores->threads == 1 ? "s" : "", cores->own);
        doctor_remedy(finding, "cluster.threads_per_rank=auto");
    } else if (cores->omp_threads > 0 && cores->omp_threads != cores->threads) {
        doctor_says(finding, MPB_FINDING_ADVICE,
                    "OMP_NUM_THREADS=%d means nothing to this program: a rank computes with %d "
                    "thread%s, one a core that it was given",
                    cores->omp_threads, cores->threads, cores->threads == 1 ? "" : "s");
        doctor_remedy(finding,
                      cores->omp_threads < cores->own
                          ? "unset OMP_NUM_THREADS; where fewer threads are wanted, "
                            "cluster.threads_per_rank says so"
                          : "unset OMP_NUM_THREADS; more threads take more cores a rank%s",
                      job->slurm ? " (--cpus-per-task)" : "");
    }
}

void doctor_check_threads(const doctor_job *job, const doctor_facts *own, mpb_finding *finding)
{
    const doctor_cores *cores = &own->cores;

    doctor_says(finding, MPB_FINDING_OK, "%d thread%s a rank", cores->threads,
                cores->threads == 1 ? "" : "s");
    if (cores->ranks > cores->granted) {
        doctor_says(finding, MPB_FINDING_ADVICE, "%d ranks share the %d core%s of their host",
                    cores->ranks, cores->granted, cores->granted == 1 ? "" : "s");
        doctor_remedy(finding, "as many ranks as cores at most (%s), best a rank a NUMA node",
                      job->slurm ? "--ntasks-per-node" : "mpirun -n");
        return;
    }
    judge_count(job, cores, finding);
}

void doctor_check_quota(const doctor_job *job, const doctor_facts *own, mpb_finding *finding)
{
    const doctor_cores *cores = &own->cores;
    const int threads = cores->threads * cores->ranks;

    (void)job;
    if (cores->quota <= 0.0) {
        doctor_says(finding, MPB_FINDING_OK, "control groups do not limit the time on cores");
    } else if (cores->quota + 0.01 < threads) {
        doctor_says(finding, MPB_FINDING_ADVICE,
                    "a control group allows the time of %.1f cores to %d threads, which it stops "
                    "again and again",
                    cores->quota, threads);
        doctor_remedy(finding,
                      "raise the limit of the container (--cpus), or cluster.threads_per_rank=%d",
                      cores->quota / cores->ranks >= 1.0 ? (int)(cores->quota / cores->ranks) : 1);
    } else {
        doctor_says(finding, MPB_FINDING_OK, "a control group allows the time of %.1f cores",
                    cores->quota);
    }
}

void doctor_check_kernels(const doctor_job *job, const doctor_facts *own, mpb_finding *finding)
{
    const doctor_software *software = &own->software;

    (void)job;
    doctor_says(finding, MPB_FINDING_OK, "%s", software->blas);
    if (software->better_coretype[0] != '\0') {
        doctor_says(finding, MPB_FINDING_ADVICE, "%s are far too weak for this CPU (%s)",
                    software->blas, software->instruction_set);
        doctor_remedy(finding, "unset OPENBLAS_CORETYPE, or OPENBLAS_CORETYPE=%s",
                      software->better_coretype);
    }
}
