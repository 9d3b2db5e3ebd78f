/* mpibert plan: what a job will need and how long it will take, before it is submitted. */

#include <math.h>
#include <stdlib.h>

#include "jobs.h"
#include "mpibert/core/bytes.h"
#include "mpibert/forecast/run_forecast.h"
#include "mpibert/train/job_end.h"
#include "options.h"
#include "plan_report.h"
#include "wall_time.h"

const char mpb_help_plan[] =
    "usage: mpibert plan --config FILE.yaml [--ranks N] [--nodes M] [--network 100Gb]\n"
    "                    [options] [--json] [section.key=value ...]\n\n"
    "Says before a job what it will need and how long it will take: memory of each rank, disk,\n"
    "texts that are cut, time of a step and what of the network's is hidden behind computation,\n"
    "end of the run. Reads and tokenises data.train (of more than 50,000 texts a sample), "
    "measures\n"
    "how fast this machine computes for some seconds, and writes nothing. Needs no MPI.\n\n"
    "  --config FILE.yaml     the configuration that `train` would get\n"
    "  --ranks N, --nodes M   of the job [1, 1]\n"
    "  --network RATE         of a node's link, as in 10GbE, 100Gb; needed for several nodes\n"
    "  --latency TIME         between nodes [15us]\n"
    "  --threads T            of a rank [cluster.threads_per_rank, or this machine's cores by the\n"
    "                         ranks of a node]\n"
    "  --node-memory SIZE     of a node [training.memory_limit, or what this machine has free]\n"
    "  --gflops G             useful GFLOP/s of a rank in training, where this is not the job's\n"
    "                         machine: `bench train` says it there\n"
    "  --seconds-per-step S   in place of it, what a step takes there without waits and sums\n"
    "  --disk-rate SIZE       a second, of checkpoints [300MB]\n"
    "  --time LIMIT           of the job, as in sbatch: 04:00:00, 2-12:00 [the job's, in one]\n"
    "  --json                 one JSON object with all figures instead of text\n"
    "  section.key=value      overrides one key\n\n"
    "Exit code 4, after the forecast, where the job would be refused: not enough memory or disk.\n"
    "A run that meets its time limit goes on in the next job and is no failure.\n\n"
    "  mpibert plan --config configs/newsposts.yaml --ranks 16 --nodes 4 --network 25Gb\n";

enum { MAX_RANKS = 1 << 16, MAX_NODES = 1 << 14, MAX_THREADS = 1024 };

typedef struct arguments {
    const char *config, *ranks, *nodes, *network, *latency, *threads, *node_memory, *gflops,
        *seconds_per_step, *disk_rate, *time;
    bool json;
    const char **overrides; /* owned */
    size_t num_overrides;
} arguments;

static mpb_status parse(int argc, char **argv, arguments *args)
{
    const mpb_option items[] = {
        {"--config", &args->config, NULL},
        {"--ranks", &args->ranks, NULL},
        {"--nodes", &args->nodes, NULL},
        {"--network", &args->network, NULL},
        {"--latency", &args->latency, NULL},
        {"--threads", &args->threads, NULL},
        {"--node-memory", &args->node_memory, NULL},
        {"--gflops", &args->gflops, NULL},
        {"--seconds-per-step", &args->seconds_per_step, NULL},
        {"--disk-rate", &args->disk_rate, NULL},
        {"--time", &args->time, NULL},
        {"--json", NULL, &args->json},
    };
    const mpb_options options = {.items = items,
                                 .count = sizeof(items) / sizeof(items[0]),
                                 .overrides = args->overrides,
                                 .num_overrides = &args->num_overrides};

    MPB_TRY(mpb_options_parse(&options, argc, argv));
    MPB_REQUIRE(args->gflops == NULL || args->seconds_per_step == NULL, MPB_ERR_CONFIG,
                "--gflops and --seconds-per-step are given, one of them was expected (command "
                "line)");
    return MPB_OK;
}

/* Options that are not there leave their number as it is. */
static mpb_status read_count(const char *name, const char *text, long max, int *count)
{
    long number = *count;

    if (text != NULL) {
        MPB_TRY(mpb_option_integer(name, text, 1, max, &number));
    }
    *count = (int)number;
    return MPB_OK;
}

static mpb_status read_positive(const char *name, const char *text, double *number)
{
    char *end;
    double value;

    if (text == NULL) {
        return MPB_OK;
    }
    value = strtod(text, &end);
    MPB_REQUIRE(end != text && *end == '\0' && isfinite(value) && value > 0.0, MPB_ERR_CONFIG,
                "%s is '%.100s', a number above 0 was expected (command line)", name, text);
    *number = value;
    return MPB_OK;
}

static mpb_status read_size(const char *name, const char *text, double *bytes)
{
    MPB_REQUIRE(text == NULL || mpb_bytes_parse(text, bytes), MPB_ERR_CONFIG,
                "%s is '%.100s', %s was expected (command line)", name, text, MPB_BYTES_FORMS);
    return MPB_OK;
}

static mpb_status read_network(const arguments *args, mpb_forecast_question *question)
{
    MPB_REQUIRE(question->nodes <= question->ranks, MPB_ERR_CONFIG,
                "--nodes is %d, at most --ranks (%d) was expected: each node has a rank (command "
                "line)",
                question->nodes, question->ranks);
    MPB_REQUIRE(args->network != NULL || question->nodes == 1, MPB_ERR_CONFIG,
                "--nodes is %d, --network was expected with it, as in --network 100Gb (command "
                "line)",
                question->nodes);
    MPB_TRY(mpb_network_parse("--network", args->network == NULL ? "100Gb" : args->network,
                              &question->network));
    return args->latency == NULL
               ? MPB_OK
               : mpb_latency_parse("--latency", args->latency, &question->network.latency);
}

static mpb_status read_question(const arguments *args, mpb_forecast_question *question)
{
    double gflops = 0.0;

    question->ranks = 1;
    question->nodes = 1;
    MPB_TRY(read_count("--ranks", args->ranks, MAX_RANKS, &question->ranks));
    MPB_TRY(read_count("--nodes", args->nodes, MAX_NODES, &question->nodes));
    MPB_TRY(read_count("--threads", args->threads, MAX_THREADS, &question->threads));
    MPB_TRY(read_size("--node-memory", args->node_memory, &question->node_memory));
    MPB_TRY(read_size("--disk-rate", args->disk_rate, &question->disk_rate));
    MPB_TRY(read_positive("--gflops", args->gflops, &gflops));
    MPB_TRY(
        read_positive("--seconds-per-step", args->seconds_per_step, &question->seconds_per_step));
    question->flops_per_second = 1e9 * gflops;
    return read_network(args, question);
}

/* Asked for here, or by the configuration, or that of the job which this process is in. */
static mpb_status find_limit(const arguments *args, const mpb_run_config *config,
                             mpb_plan_report *report)
{
    mpb_job_end end;

    report->time_source = "--time";
    if (args->time != NULL) {
        return mpb_wall_time_parse("--time", args->time, &report->time_limit);
    }
    report->time_source = "checkpoint.time_limit_minutes";
    report->time_limit = 60.0 * config->checkpoint.time_limit_minutes;
    if (report->time_limit > 0.0) {
        return MPB_OK;
    }
    report->time_source = "what is left of this job";
    mpb_job_end_begin(&end);
    report->time_limit = isfinite(end.at) ? fmax(1.0, end.at - mpb_job_clock()) : 0.0;
    mpb_job_end_clear(&end);
    return MPB_OK;
}

/* What the job would be refused for. */
static mpb_status judge(const mpb_run_forecast *forecast)
{
    const double needed = (double)mpb_memory_plan_bytes(&forecast->memory.largest);
    const mpb_disk_forecast *disk = &forecast->disk;
    char need[MPB_BYTES_TEXT];
    char have[MPB_BYTES_TEXT];

    MPB_REQUIRE(forecast->memory.fits, MPB_ERR_SYSTEM,
                "the job would not fit: training needs %s a rank, %s are granted; %s (%s)",
                mpb_bytes_text(needed, need), mpb_bytes_text((double)forecast->grant.bytes, have),
                forecast->memory_advice.data, forecast->grant.source);
    MPB_REQUIRE(forecast->teacher_bytes <= forecast->grant.bytes, MPB_ERR_SYSTEM,
                "the job would not fit: the teacher needs %s a rank, %s are granted; a smaller "
                "training.eval_batch_size takes less (%s)",
                mpb_bytes_text((double)forecast->teacher_bytes, need),
                mpb_bytes_text((double)forecast->grant.bytes, have), forecast->grant.source);
    MPB_REQUIRE(disk->free == 0.0 || disk->free >= disk->total, MPB_ERR_SYSTEM,
                "the job would not fit: its files take %s, %s are free; a lower checkpoint.keep "
                "takes less (checkpoint.directory)",
                mpb_bytes_text(disk->total, need), mpb_bytes_text(disk->free, have));
    return MPB_OK;
}

static mpb_status make_plan(const mpb_log *log, const arguments *args, mpb_plan_report *report)
{
    mpb_run_forecast forecast = {0};
    mpb_comm *comm = NULL;
    mpb_status status;

    report->forecast = &forecast;
    MPB_TRY(mpb_comm_alone(&comm));
    status = mpb_run_forecast_make(log, comm, report->question, &forecast);
    mpb_comm_stop(&comm);
    if (status == MPB_OK) {
        status = args->json ? mpb_plan_print_json(report) : mpb_plan_print_text(report);
    }
    if (status == MPB_OK) {
        status = judge(&forecast);
    }
    mpb_run_forecast_clear(&forecast);
    return status;
}

static mpb_status answer(const mpb_log *log, const arguments *args)
{
    mpb_run_config config = {0};
    mpb_forecast_question question = {.config = &config};
    mpb_plan_report report = {.question = &question, .network = args->network};
    mpb_status status;

    MPB_TRY(read_question(args, &question));
    report.network = args->network == NULL ? "none" : args->network;
    MPB_TRY(mpb_run_config_read(log, args->config, args->overrides, args->num_overrides, &config));
    status = find_limit(args, &config, &report);
    if (status == MPB_OK && config.data.train.count == 0) {
        status = MPB_FAIL(MPB_ERR_CONFIG, "there is nothing to train on: set data.train in the "
                                          "configuration or give data.train=PATH (command line)");
    }
    if (status == MPB_OK) {
        status = make_plan(log, args, &report);
    }
    mpb_run_config_clear(&config);
    return status;
}

mpb_status mpb_job_plan(const mpb_log *log, int argc, char **argv)
{
    arguments args = {.overrides = calloc((size_t)argc + 1, sizeof(*args.overrides))};
    mpb_status status = args.overrides == NULL
                            ? MPB_FAIL(MPB_ERR_SYSTEM, "no memory for the command line")
                            : parse(argc, argv, &args);

    if (status == MPB_OK) {
        status = answer(log, &args);
    }
    free(args.overrides);
    return status;
}
