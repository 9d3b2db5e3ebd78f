/* What libraries and kernel say of a rank: cores, CPU, memory, limits. */

#define _GNU_SOURCE /* reading another process' memory */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include "facts.h"
#include "mpibert/budget/memory_grant.h"
#include "mpibert/math/blas.h"
#include "mpibert/math/isa.h"

enum { LINE_SIZE = 512 };

void doctor_find_cores(const mpb_comm *comm, int64_t threads, doctor_cores *cores)
{
    const char *omp = getenv("OMP_NUM_THREADS");

    *cores = (doctor_cores){
        .own = mpb_comm_cores(comm),
        .idle = mpb_comm_idle_cores(comm),
        .granted = mpb_comm_granted_cores(comm),
        .ranks = mpb_comm_node_size(comm),
        .threads = threads > 0 ? (int)threads : mpb_comm_cores(comm),
        .quota = doctor_cpu_quota(""),
        .omp_threads = omp == NULL ? 0 : atoi(omp),
    };
}

/* "AMD EPYC 7763 64-Core Processor" */
static void find_cpu(char name[DOCTOR_NAME])
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[LINE_SIZE];

    snprintf(name, DOCTOR_NAME, "unknown CPU");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        const char *colon = strchr(line, ':');

        if (strncmp(line, "model name", 10) == 0 && colon != NULL) {
            line[strcspn(line, "\n")] = '\0';
            snprintf(name, DOCTOR_NAME, "%.60s", colon + 1 + strspn(colon + 1, " "));
            break;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

void doctor_find_software(const char *program, doctor_software *software)
{
    const char *better = mpb_blas_better_coretype();

    *software = (doctor_software){0};
    find_cpu(software->cpu);
    snprintf(software->instruction_set, DOCTOR_NAME, "%s%s", mpb_isa_label(mpb_isa_best()),
             mpb_isa_has_bf16_tiles(mpb_isa_best()) ? " and AMX tiles" : "");
    snprintf(software->blas, DOCTOR_TEXT, "%s", mpb_blas_description());
    snprintf(software->better_coretype, DOCTOR_NAME, "%s", better == NULL ? "" : better);
    snprintf(software->program, DOCTOR_TEXT, "%s", program);
    snprintf(software->mpi, DOCTOR_TEXT, "%s", mpb_comm_library());
}

/* The word in brackets of "always [madvise] never". */
static void find_huge_pages(char setting[DOCTOR_NAME])
{
    FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "r");
    char line[LINE_SIZE] = "";

    if (file != NULL) {
        if (fgets(line, sizeof(line), file) == NULL) {
            line[0] = '\0';
        }
        fclose(file);
    }
    if (sscanf(line, "%*[^[][%15[a-z]", setting) != 1 && sscanf(line, "[%15[a-z]", setting) != 1) {
        setting[0] = '\0';
    }
}

/* Even of itself: what the system refuses to all. */
static bool reads_no_memory(void)
{
    int from = 1;
    int to = 0;
    struct iovec local = {&to, sizeof(to)};
    struct iovec remote = {&from, sizeof(from)};

    return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) < 0 &&
           (errno == EPERM || errno == ENOSYS);
}

mpb_status doctor_find_memory(const mpb_comm *comm, doctor_memory *memory)
{
    mpb_memory_grant grant;
    struct statvfs shared;

    MPB_TRY(mpb_memory_grant_get(comm, 0, "", &grant));
    *memory = (doctor_memory){.granted = (double)grant.bytes,
                              .lacks_shared = mpb_comm_lacks_shared_memory(comm),
                              .single_copy_refused = reads_no_memory()};
    snprintf(memory->source, DOCTOR_TEXT, "%.150s", grant.source);
    if (statvfs("/dev/shm", &shared) == 0) {
        memory->shared_size = (double)shared.f_blocks * (double)shared.f_frsize;
        memory->shared_free = (double)shared.f_bavail * (double)shared.f_frsize;
    }
    find_huge_pages(memory->huge_pages);
    return MPB_OK;
}

static double limit_of(int resource)
{
    struct rlimit limit;

    return getrlimit((__rlimit_resource_t)resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY
               ? (double)limit.rlim_cur
               : 0.0;
}

void doctor_find_limits(doctor_limits *limits)
{
    *limits = (doctor_limits){
        .files = limit_of(RLIMIT_NOFILE),
        .processes = limit_of(RLIMIT_NPROC),
        .file_bytes = limit_of(RLIMIT_FSIZE),
        .cpu_seconds = limit_of(RLIMIT_CPU),
        .locked_bytes = limit_of(RLIMIT_MEMLOCK),
    };
}
