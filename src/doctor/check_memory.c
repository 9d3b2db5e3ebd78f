/* Whether a rank has the memory that runs take. */

#include <string.h>

#include "checks.h"
#include "mpibert/core/bytes.h"

static const double MEBIBYTE = 1024.0 * 1024.0;

/* Of a rank: less does not even load the libraries and a small model; BERT-Base takes that much to
 * be fine-tuned in fp32 on 16 x 128 tokens. */
static const double LEAST_MIB = 512.0;
static const double BASE_MIB = 2500.0;

/* Of /dev/shm: sums that go on while backward computes take that much of a host at most, and each
 * rank a slot of a MiB for others, and what MPI takes for messages inside a node, 4 MiB with Open
 * MPI 4 and twice that with others. */
static const double SHARED_MIB_A_HOST = 48.0;
static const double SHARED_MIB_A_RANK = 9.0;

static void suggest_memory(const doctor_job *job, const doctor_memory *memory, mpb_finding *finding)
{
    if (strstr(memory->source, "ulimit -v") != NULL) {
        doctor_remedy(finding, "ulimit -v unlimited");
    } else if (strstr(memory->source, "ulimit -d") != NULL) {
        doctor_remedy(finding, "ulimit -d unlimited");
    } else if (job->slurm) {
        doctor_remedy(finding, "ask for more (#SBATCH --mem=0: all of a host), or fewer ranks a "
                               "host");
    } else if (strstr(memory->source, "control group") != NULL) {
        doctor_remedy(finding,
                      "raise the limit of the container (--memory), or fewer ranks a host");
    } else {
        doctor_remedy(finding, "fewer ranks a host with more threads each, or a host with more "
                               "memory");
    }
}

void doctor_check_memory(const doctor_job *job, const doctor_facts *own, mpb_finding *finding)
{
    const doctor_memory *memory = &own->memory;
    char text[MPB_BYTES_TEXT];

    doctor_says(finding, MPB_FINDING_OK, "%s a rank (%s)", mpb_bytes_text(memory->granted, text),
                memory->source);
    if (memory->granted >= BASE_MIB * MEBIBYTE) {
        return;
    }
    doctor_says(finding,
                memory->granted < LEAST_MIB * MEBIBYTE ? MPB_FINDING_FAIL : MPB_FINDING_ADVICE,
                "%s a rank (%s), BERT-Base takes about %.1f GiB with 16 x 128 tokens a rank",
                mpb_bytes_text(memory->granted, text), memory->source, BASE_MIB / 1024.0);
    suggest_memory(job, memory, finding);
}

void doctor_check_shared_memory(const doctor_job *job, const doctor_facts *own,
                                mpb_finding *finding)
{
    const doctor_memory *memory = &own->memory;
    const double wanted = (SHARED_MIB_A_HOST + SHARED_MIB_A_RANK * own->cores.ranks) * MEBIBYTE;
    char room[MPB_BYTES_TEXT];
    char need[MPB_BYTES_TEXT];

    doctor_says(finding, MPB_FINDING_OK, "%s free in /dev/shm",
                mpb_bytes_text(memory->shared_free, room));
    if (job->setup->start == MPB_DOCTOR_NO_SHARED_MEMORY) {
        doctor_says(finding, MPB_FINDING_FAIL,
                    "%s free in /dev/shm are too little for MPI to start", room);
    } else if (memory->lacks_shared) {
        doctor_says(finding, MPB_FINDING_ADVICE,
                    "ranks of the host were refused memory to share (%s free in /dev/shm), they "
                    "sum by messages, which is slower",
                    room);
    } else if (own->cores.ranks > 1 && memory->shared_free < wanted) {
        doctor_says(finding, MPB_FINDING_ADVICE,
                    "%s free in /dev/shm, %d ranks of a host take up to %s", room, own->cores.ranks,
                    mpb_bytes_text(wanted, need));
    } else {
        return;
    }
    doctor_remedy(finding, "make room in /dev/shm (%s at least); a container takes --shm-size=1g",
                  mpb_bytes_text(wanted, need));
}

void doctor_check_huge_pages(const doctor_job *job, const doctor_facts *own, mpb_finding *finding)
{
    const char *setting = own->memory.huge_pages;

    (void)job;
    doctor_says(finding, MPB_FINDING_OK, "%s",
                setting[0] == '\0' ? "the system does not say" : setting);
    if (strcmp(setting, "never") == 0) {
        doctor_says(finding, MPB_FINDING_ADVICE,
                    "transparent huge pages are off, weights and gradients ask for them");
        doctor_remedy(finding,
                      "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled (as root)");
    }
}

void doctor_check_single_copy(const doctor_job *job, const doctor_facts *own, mpb_finding *finding)
{
    doctor_says(finding, MPB_FINDING_OK, "%s",
                own->memory.single_copy_refused ? "MPI copies twice inside a host"
                                                : "a process may copy from another one");
    if (own->memory.single_copy_refused && job->open_mpi && own->cores.ranks > 1) {
        doctor_says(finding, MPB_FINDING_ADVICE,
                    "the system lets no process read another's memory (process_vm_readv), which "
                    "Open MPI may try inside a host");
        doctor_remedy(finding,
                      job->open_mpi_version >= 5
                          ? "OMPI_MCA_smsc=none, or a container with --cap-add=SYS_PTRACE"
                          : "OMPI_MCA_btl_vader_single_copy_mechanism=none, or a container with "
                            "--cap-add=SYS_PTRACE");
    }
}
