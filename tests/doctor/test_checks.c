/* The checks of mpibert doctor, given the facts of healthy jobs and of broken ones. */

#include "checks.h"

#include "check.h"

enum { MAX_RANKS = 8, MAX_LINKS = 8 };

/* A job and what belongs to it. */
typedef struct patient {
    doctor_facts ranks[MAX_RANKS];
    doctor_place places[2];
    mpb_link links[MAX_LINKS];
    mpb_doctor_setup setup;
    doctor_job job;
} patient;

static const double GIB = 1024.0 * 1024.0 * 1024.0;
static const double GIGABIT = 1e9 / 8.0; /* bytes */

static void make_path(doctor_path *path, bool leads)
{
    *path = (doctor_path){.looked = leads,
                          .exists = true,
                          .folder = true,
                          .allowed = true,
                          .locks = true,
                          .flocks = true,
                          .shared = true,
                          .free_bytes = 100.0 * GIB};
}

static void make_rank(doctor_facts *own, int rank, int ranks_a_host)
{
    *own = (doctor_facts){
        .rank = rank,
        .leads = rank % ranks_a_host == 0,
        .host_number = rank / ranks_a_host,
        .cores = {.own = 4, .granted = 4 * ranks_a_host, .ranks = ranks_a_host, .threads = 4},
        .memory = {.granted = 16.0 * GIB,
                   .source = "MemAvailable of /proc/meminfo",
                   .shared_size = 32.0 * GIB,
                   .shared_free = 32.0 * GIB,
                   .huge_pages = "madvise"},
        .limits = {.files = 1024.0}};
    snprintf(own->host, sizeof(own->host), "n%d", 1 + own->host_number);
    snprintf(own->software.cpu, DOCTOR_NAME, "Fast CPU");
    snprintf(own->software.instruction_set, DOCTOR_NAME, "AVX-512");
    snprintf(own->software.blas, DOCTOR_TEXT, "OpenBLAS 0.3.21, SkylakeX kernels");
    snprintf(own->software.program, DOCTOR_TEXT, "mpibert 1.2.3, revision abc");
    snprintf(own->software.mpi, DOCTOR_TEXT, "Open MPI v4.1.4");
    snprintf(own->network.tcp_flags, DOCTOR_NAME, "1");
    snprintf(own->network.addresses[0].device, DOCTOR_NAME, "eth0");
    snprintf(own->network.addresses[0].text, DOCTOR_NAME, "10.0.0.%d", 1 + own->host_number);
    own->network.num_addresses = 1;
    make_path(&own->paths[0], own->leads);
    make_path(&own->paths[1], own->leads);
}

/* Links between all hosts, of 10 Gb/s. */
static void make_links(patient *p, int hosts, int ranks_a_host)
{
    p->job.num_links = 0;
    for (int a = 0; a < hosts; a++) {
        for (int b = a + 1; b < hosts; b++) {
            p->links[p->job.num_links++] = (mpb_link){.a = a * ranks_a_host,
                                                      .b = b * ranks_a_host,
                                                      .latency = 20e-6,
                                                      .bytes_per_second = 10.0 * GIGABIT};
        }
    }
}

static void make_patient(patient *p, int hosts, int ranks_a_host)
{
    *p = (patient){.places = {{.path = "/data"}, {.path = "/runs", .written = true}},
                   .setup = {.by_launcher = true, .started = hosts * ranks_a_host}};
    for (int rank = 0; rank < hosts * ranks_a_host; rank++) {
        make_rank(&p->ranks[rank], rank, ranks_a_host);
    }
    p->job = (doctor_job){.ranks = p->ranks,
                          .size = hosts * ranks_a_host,
                          .hosts = hosts,
                          .setup = &p->setup,
                          .places = p->places,
                          .num_places = 2,
                          .links = p->links,
                          .open_mpi = true,
                          .open_mpi_version = 4};
    make_links(p, hosts, ranks_a_host);
}

/* The only finding that is not "ok": its check, how bad it is, and parts of its texts. */
static void check_only(patient *p, const char *check, mpb_severity severity, const char *found,
                       const char *where, const char *remedy)
{
    mpb_findings findings = {0};
    const mpb_finding *only = NULL;

    doctor_note_links(p->links, p->job.num_links, p->ranks);
    CHECK_OK(doctor_judge(&p->job, &findings));
    for (size_t i = 0; i < findings.count; i++) {
        if (findings.items[i].severity != MPB_FINDING_OK) {
            CHECK(only == NULL);
            only = &findings.items[i];
        }
    }
    CHECK(only != NULL);
    CHECK_TEXT(only->check, check);
    CHECK(only->severity == severity);
    check_contains(only->found, found, __FILE__, __LINE__);
    check_contains(only->remedy, remedy, __FILE__, __LINE__);
    CHECK_TEXT(only->where, where);
    mpb_findings_clear(&findings);
}

static void a_healthy_job_gets_a_good_line_for_each_check(void)
{
    static const int jobs[][2] = {{1, 1}, {1, 4}, {2, 1}, {4, 2}};

    for (size_t i = 0; i < sizeof(jobs) / sizeof(*jobs); i++) {
        patient p;
        mpb_findings findings = {0};

        make_patient(&p, jobs[i][0], jobs[i][1]);
        doctor_note_links(p.links, p.job.num_links, p.ranks);
        CHECK_OK(doctor_judge(&p.job, &findings));
        CHECK(findings.count == 19);
        CHECK(mpb_findings_count(&findings, MPB_FINDING_OK) == findings.count);
        for (size_t f = 0; f < findings.count; f++) {
            CHECK(findings.items[f].found[0] != '\0');
            CHECK(findings.items[f].remedy[0] == '\0');
        }
        mpb_findings_clear(&findings);
    }
}

static void jobs_of_one_rank_each_are_told_how_to_start(void)
{
    patient p;

    make_patient(&p, 1, 1);
    p.setup.started = 4;
    p.setup.started_from = "SLURM_STEP_NUM_TASKS";
    check_only(&p, "start", MPB_FINDING_FAIL, "4 processes were started (SLURM_STEP_NUM_TASKS)", "",
               "srun --mpi=pmix -n 4 mpibert");
    p.job.open_mpi = false;
    check_only(&p, "start", MPB_FINDING_FAIL, "jobs of one rank", "", "srun --mpi=pmi2 -n 4");
    p.setup.started = 1;
    p.setup.granted = 8;
    check_only(&p, "start", MPB_FINDING_ADVICE, "8 tasks were granted", "", "mpiexec");
}

static void different_programs_and_processors_are_named_with_their_host(void)
{
    patient p;

    make_patient(&p, 2, 2);
    snprintf(p.ranks[2].software.program, DOCTOR_TEXT, "mpibert 1.2.2");
    check_only(&p, "versions", MPB_FINDING_FAIL, "mpibert 1.2.2 on host n2", "host n1",
               "one build");
    make_patient(&p, 2, 2);
    snprintf(p.ranks[3].software.instruction_set, DOCTOR_NAME, "AVX2");
    check_only(&p, "processors", MPB_FINDING_ADVICE, "Fast CPU (AVX2) on host n2", "host n1",
               "hosts of one kind");
    make_patient(&p, 2, 2);
    snprintf(p.ranks[2].software.cpu, DOCTOR_NAME, "Slow CPU");
    p.job.slurm = true;
    check_only(&p, "processors", MPB_FINDING_ADVICE, "Slow CPU", "host n1", "--constraint");
}

static void ranks_bound_to_a_core_leave_others_idle(void)
{
    patient p;

    make_patient(&p, 2, 2);
    for (int rank = 0; rank < 4; rank++) {
        p.ranks[rank].cores.own = 1;
        p.ranks[rank].cores.threads = 1;
        p.ranks[rank].cores.idle = 6;
    }
    check_only(&p, "binding", MPB_FINDING_ADVICE, "6 of the host's 8 cores stay idle",
               "hosts n1, n2", "--bind-to none");
    p.job.slurm = true;
    check_only(&p, "binding", MPB_FINDING_ADVICE, "a rank was given 1", "hosts n1, n2",
               "srun --cpus-per-task=4");
    make_patient(&p, 1, 1);
    p.setup.by_launcher = false;
    p.ranks[0].cores.own = 1;
    p.ranks[0].cores.threads = 1;
    check_only(&p, "binding", MPB_FINDING_ADVICE, "3 of the host's 4 cores", "host n1", "taskset");
}

static void threads_and_cores_that_do_not_fit_are_counted(void)
{
    patient p;

    make_patient(&p, 2, 2);
    p.ranks[3].cores.threads = 8;
    check_only(&p, "threads", MPB_FINDING_ADVICE, "8 threads a rank are more than its 4 cores",
               "rank 3, host n2", "threads_per_rank=auto or 4");
    p.ranks[3].cores.threads = 1;
    check_only(&p, "threads", MPB_FINDING_ADVICE, "1 thread a rank leaves cores idle",
               "rank 3, host n2", "threads_per_rank=auto");
    p.ranks[3].cores.threads = 4;
    p.ranks[3].cores.omp_threads = 1;
    check_only(&p, "threads", MPB_FINDING_ADVICE, "OMP_NUM_THREADS=1 means nothing",
               "rank 3, host n2", "unset OMP_NUM_THREADS");
    make_patient(&p, 1, 4);
    for (int rank = 0; rank < 4; rank++) {
        p.ranks[rank].cores.granted = 2;
    }
    check_only(&p, "threads", MPB_FINDING_ADVICE, "4 ranks share the 2 cores", "host n1",
               "as many ranks as cores");
}

static void a_quota_below_the_threads_is_found(void)
{
    patient p;

    make_patient(&p, 1, 2);
    p.ranks[0].cores.quota = p.ranks[1].cores.quota = 8.0;
    p.ranks[1].cores.quota = 2.0;
    check_only(&p, "cpu quota", MPB_FINDING_ADVICE, "2.0 cores to 8 threads", "rank 1, host n1",
               "threads_per_rank=1");
}

static void weak_kernels_are_named_with_better_ones(void)
{
    patient p;

    make_patient(&p, 2, 1);
    snprintf(p.ranks[1].software.better_coretype, DOCTOR_NAME, "SKYLAKEX");
    check_only(&p, "kernels", MPB_FINDING_ADVICE, "far too weak", "host n2",
               "OPENBLAS_CORETYPE=SKYLAKEX");
}

static void little_memory_is_advice_and_next_to_none_fails(void)
{
    patient p;

    make_patient(&p, 2, 1);
    p.ranks[1].memory.granted = 1.0 * GIB;
    snprintf(p.ranks[1].memory.source, DOCTOR_TEXT, "ulimit -v");
    check_only(&p, "memory", MPB_FINDING_ADVICE, "1.0 GiB a rank (ulimit -v)", "host n2",
               "ulimit -v unlimited");
    p.ranks[1].memory.granted = 0.25 * GIB;
    snprintf(p.ranks[1].memory.source, DOCTOR_TEXT, "memory.max of control group /");
    check_only(&p, "memory", MPB_FINDING_FAIL, "256.0 MiB a rank", "host n2", "--memory");
    p.job.slurm = true;
    check_only(&p, "memory", MPB_FINDING_FAIL, "256.0 MiB a rank", "host n2", "--mem");
}

static void small_shared_memory_counts_only_where_ranks_share(void)
{
    patient p;

    make_patient(&p, 2, 4);
    for (int rank = 4; rank < 8; rank++) {
        p.ranks[rank].memory.shared_free = 16.0 * 1024.0 * 1024.0;
    }
    check_only(&p, "shared memory", MPB_FINDING_ADVICE, "16.0 MiB free in /dev/shm", "host n2",
               "--shm-size");
    for (int rank = 0; rank < 8; rank++) {
        p.ranks[rank].memory.shared_free = GIB;
        p.ranks[rank].memory.lacks_shared = true;
    }
    check_only(&p, "shared memory", MPB_FINDING_ADVICE, "they sum by messages", "hosts n1, n2",
               "make room in /dev/shm");
}

static void mpi_that_finds_no_shared_memory_is_not_started(void)
{
    patient p;

    make_patient(&p, 1, 1);
    p.setup.start = MPB_DOCTOR_NO_SHARED_MEMORY;
    p.setup.started = 4;
    p.ranks[0].memory.shared_free = 1024.0 * 1024.0;
    check_only(&p, "shared memory", MPB_FINDING_FAIL, "1.0 MiB free in /dev/shm are too little",
               "host n1", "--shm-size");
}

static void huge_pages_that_are_off_and_refused_copies_are_advice(void)
{
    patient p;

    make_patient(&p, 1, 2);
    snprintf(p.ranks[0].memory.huge_pages, DOCTOR_NAME, "never");
    snprintf(p.ranks[1].memory.huge_pages, DOCTOR_NAME, "never");
    check_only(&p, "huge pages", MPB_FINDING_ADVICE, "are off", "host n1", "echo madvise");
    make_patient(&p, 1, 2);
    p.ranks[0].memory.single_copy_refused = p.ranks[1].memory.single_copy_refused = true;
    check_only(&p, "single copy", MPB_FINDING_ADVICE, "process_vm_readv", "host n1",
               "OMPI_MCA_btl_vader_single_copy_mechanism=none");
}

static void limits_of_the_process_are_compared_with_the_job(void)
{
    patient p;

    make_patient(&p, 2, 2);
    p.ranks[2].limits.files = p.ranks[3].limits.files = 64.0;
    check_only(&p, "limits", MPB_FINDING_FAIL, "64 open files are allowed", "host n2",
               "ulimit -n 1024");
    make_patient(&p, 2, 2);
    p.ranks[0].limits.processes = 10.0;
    check_only(&p, "limits", MPB_FINDING_FAIL, "10 processes are allowed", "rank 0, host n1",
               "ulimit -u");
    make_patient(&p, 2, 2);
    p.ranks[0].limits.file_bytes = 1e6;
    check_only(&p, "limits", MPB_FINDING_ADVICE, "files may have", "rank 0, host n1", "ulimit -f");
    make_patient(&p, 2, 2);
    p.ranks[0].limits.cpu_seconds = 600.0;
    check_only(&p, "limits", MPB_FINDING_ADVICE, "killed after 600 s", "rank 0, host n1",
               "ulimit -t");
}

static void paths_that_a_host_cannot_use_fail_with_its_name(void)
{
    patient p;

    make_patient(&p, 2, 2);
    p.ranks[2].paths[0].exists = false;
    check_only(&p, "reading", MPB_FINDING_FAIL, "/data is missing", "rank 2, host n2",
               "that all hosts mount");
    make_patient(&p, 2, 1);
    p.ranks[1].paths[1].allowed = false;
    snprintf(p.ranks[1].paths[1].reason, DOCTOR_TEXT, "Read-only file system");
    check_only(&p, "writing", MPB_FINDING_FAIL, "/runs cannot be written: Read-only file system",
               "host n2", "checkpoint.directory");
    make_patient(&p, 2, 1);
    p.ranks[1].paths[1].shared = false;
    check_only(&p, "writing", MPB_FINDING_FAIL, "/runs is another folder than rank 0's", "host n2",
               "that all hosts mount");
    make_patient(&p, 2, 1);
    p.ranks[0].paths[1].free_bytes = 1e8;
    check_only(&p, "writing", MPB_FINDING_ADVICE, "has room for", "host n1", "checkpoint.keep");
}

static void locks_matter_to_runs_and_to_hdf5_where_it_takes_them(void)
{
    patient p;

    make_patient(&p, 2, 1);
    p.ranks[1].paths[1].locks = false;
    check_only(&p, "locking", MPB_FINDING_ADVICE, "/runs has no locks", "host n2", "flock");
    make_patient(&p, 2, 1);
    p.ranks[1].paths[0].flocks = false;
    p.ranks[0].hdf5_locks = p.ranks[1].hdf5_locks = true;
    check_only(&p, "locking", MPB_FINDING_FAIL, "HDF5_USE_FILE_LOCKING", "host n2",
               "HDF5_USE_FILE_LOCKING=FALSE");
}

static void clocks_that_differ_are_named(void)
{
    patient p;

    make_patient(&p, 3, 1);
    p.ranks[2].network.clock_ahead = -7.5;
    check_only(&p, "clock", MPB_FINDING_ADVICE, "7.5 s behind that of host n1", "host n3", "NTP");
}

static void the_same_address_on_two_hosts_is_found(void)
{
    patient p;

    make_patient(&p, 3, 2);
    for (int rank = 0; rank < 6; rank += 4) {
        snprintf(p.ranks[rank].network.addresses[1].device, DOCTOR_NAME, "docker0");
        snprintf(p.ranks[rank].network.addresses[1].text, DOCTOR_NAME, "172.17.0.1");
        p.ranks[rank].network.num_addresses = 2;
    }
    check_only(&p, "addresses", MPB_FINDING_ADVICE, "on host n3", "host n1",
               "OMPI_MCA_btl_tcp_if_exclude=lo,docker0");
}

static void tcp_is_found_where_it_is_slow_or_not_needed(void)
{
    patient p;

    make_patient(&p, 2, 1);
    snprintf(p.ranks[0].network.tcp_flags, DOCTOR_NAME, "6");
    check_only(&p, "transport", MPB_FINDING_ADVICE, "btl_tcp_flags is 6", "",
               "unset OMPI_MCA_btl_tcp_flags");
    p.job.open_mpi_version = 5;
    p.ranks[0].network.fast = p.ranks[1].network.fast = true;
    snprintf(p.ranks[0].network.forced_tcp, DOCTOR_TEXT, "OMPI_MCA_btl=tcp,self");
    check_only(&p, "transport", MPB_FINDING_ADVICE, "as asked by OMPI_MCA_btl=tcp,self", "",
               "OMPI_MCA_pml=ucx");
}

static void the_host_whose_links_are_all_slow_is_named(void)
{
    for (int hosts = 3; hosts <= 4; hosts++) {
        for (int slow = 0; slow < hosts; slow++) {
            patient p;
            char where[24];

            make_patient(&p, hosts, 2);
            for (size_t i = 0; i < p.job.num_links; i++) {
                if (p.links[i].a == 2 * slow || p.links[i].b == 2 * slow) {
                    p.links[i].bytes_per_second = GIGABIT;
                }
            }
            snprintf(where, sizeof(where), "host n%d", 1 + slow);
            check_only(&p, "links", MPB_FINDING_ADVICE, "take 1.00 Gb/s at best", where, "ethtool");
        }
    }
}

static void a_single_slow_link_is_named_by_its_ends(void)
{
    patient p;

    make_patient(&p, 4, 1);
    p.links[4].bytes_per_second = GIGABIT; /* 1 to 3 */
    check_only(&p, "links", MPB_FINDING_ADVICE, "take 1.00 Gb/s, those between others 10.00 Gb/s",
               "hosts n2 and n4", "switch");
    make_patient(&p, 2, 1);
    p.links[0].bytes_per_second = 0.1 * GIGABIT;
    check_only(&p, "links", MPB_FINDING_ADVICE, "between hosts take 0.10 Gb/s", "",
               "gradient_dtype=bf16");
}

static void many_hosts_are_counted(void)
{
    patient p;

    make_patient(&p, 1, 8);
    p.job.hosts = 8;
    p.job.num_links = 0;
    for (int rank = 0; rank < 8; rank++) {
        snprintf(p.ranks[rank].host, DOCTOR_NAME, "n%d", rank + 1);
        snprintf(p.ranks[rank].network.addresses[0].text, DOCTOR_NAME, "10.0.0.%d", rank);
        p.ranks[rank].host_number = rank;
        snprintf(p.ranks[rank].memory.huge_pages, DOCTOR_NAME, "never");
    }
    check_only(&p, "huge pages", MPB_FINDING_ADVICE, "are off",
               "hosts n1, n2, n3, n4, n5, n6, n7, n8", "echo");
}

int main(void)
{
    a_healthy_job_gets_a_good_line_for_each_check();
    jobs_of_one_rank_each_are_told_how_to_start();
    different_programs_and_processors_are_named_with_their_host();
    ranks_bound_to_a_core_leave_others_idle();
    threads_and_cores_that_do_not_fit_are_counted();
    a_quota_below_the_threads_is_found();
    weak_kernels_are_named_with_better_ones();
    little_memory_is_advice_and_next_to_none_fails();
    small_shared_memory_counts_only_where_ranks_share();
    mpi_that_finds_no_shared_memory_is_not_started();
    huge_pages_that_are_off_and_refused_copies_are_advice();
    limits_of_the_process_are_compared_with_the_job();
    paths_that_a_host_cannot_use_fail_with_its_name();
    locks_matter_to_runs_and_to_hdf5_where_it_takes_them();
    clocks_that_differ_are_named();
    the_same_address_on_two_hosts_is_found();
    tcp_is_found_where_it_is_slow_or_not_needed();
    the_host_whose_links_are_all_slow_is_named();
    a_single_slow_link_is_named_by_its_ends();
    many_hosts_are_counted();
    return 0;
}
