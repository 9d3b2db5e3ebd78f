/* mpibert bench: how fast this machine runs the program, and how fast it could. */

#include <stdlib.h>
#include <string.h>

#include "bench_report.h"
#include "jobs.h"
#include "mpibert/core/bytes.h"
#include "mpibert/session/rank_team.h"
#include "options.h"

const char mpb_help_bench[] =
    "usage: mpibert bench kernels|train|infer|allreduce [--shape mini|distil|base|large]\n"
    "                     [--task TASK] [--labels K] [--batch B] [--length S | --lengths FILE]\n"
    "                     [--steps N] [--threads T]\n"
    "                     [--activation-checkpointing auto|none|all] [--memory-limit SIZE]\n"
    "                     [--precision fp32|bf16] [--gradient-dtype fp32|bf16] [--no-overlap]\n"
    "                     [--json]\n\n"
    "  kernels    peak of multiply-adds, matrix products and memory, and each kernel's share\n"
    "  train      the whole training step: tokens a second, efficiency, peak memory\n"
    "  infer      likewise for inference\n"
    "  allreduce  sums over ranks by size of the message, up to the model's gradients\n\n"
    "Weights and token ids are random. Efficiency is the FLOPs of the real tokens (training:\n"
    "3 x forward) by time, as a share of the largest matrix product's on the same threads. Times\n"
    "are the slowest rank's, rates those of all ranks together.\n\n"
    "  --shape NAME    the model's sizes [base]\n"
    "  --task TASK     train only, as model.task: what is learned, with 15 % of the words masked,\n"
    "                  each token labelled or four choices a question [classification]\n"
    "  --labels K      of the task, where it has some [2]\n"
    "  --batch B       sequences of a step over all ranks [16]\n"
    "  --length S      tokens of each sequence [128]\n"
    "  --lengths FILE  one length a line; sequence i of a step takes line i, from the start again\n"
    "                  after the last\n"
    "  --steps N       measurements after a warm-up, the median counts [5]; with 0, train and "
    "infer\n"
    "                  only take and touch their memory\n"
    "  --activation-checkpointing HOW, --memory-limit SIZE\n"
    "                  train only, as training.activation_checkpointing [auto] and\n"
    "                  training.memory_limit [what the node grants]\n"
    "  --threads T     of each rank [the cores it was given]\n"
    "  --precision P   of the factors of matrix products, fp32 or bf16 [fp32]\n"
    "  --gradient-dtype P, --no-overlap\n"
    "                  of sums over ranks, as cluster.gradient_dtype [fp32] and\n"
    "                  cluster.overlap=false, by which MPI_Allreduce sums between nodes\n"
    "  --json          one JSON object instead of tables\n\n"
    "allreduce measures messages alone: batch, lengths and threads do not matter to it.\n\n"
    "  mpirun -n 2 mpibert bench train --shape base --batch 16 --length 128\n";

enum { MAX_BATCH = 1 << 16, MAX_THREADS = 1024, MAX_LABELS = 1 << 15 };

typedef struct arguments {
    const char *what, *shape, *task, *labels, *batch, *length, *lengths, *steps, *threads,
        *precision, *checkpointing, *memory_limit, *gradient_dtype;
    bool no_overlap, json;
} arguments;

typedef mpb_status measure_fn(const mpb_log *log, const mpb_bench *bench);

typedef struct subject {
    const char *name;
    measure_fn *measure;
    long min_steps; /* 0: its memory alone can be measured */
} subject;

static mpb_status measure_kernels(const mpb_log *log, const mpb_bench *bench)
{
    mpb_kernels_measurement result;

    MPB_TRY(mpb_measure_kernels(&bench->setup, &result));
    if (!log->leader) {
        return MPB_OK;
    }
    if (bench->json) {
        return mpb_bench_json_kernels(bench, &result);
    }
    mpb_bench_table_kernels(bench, &result);
    return MPB_OK;
}

static mpb_status report_step(const mpb_log *log, const mpb_bench *bench,
                              const mpb_step_measurement *result)
{
    if (!log->leader) {
        return MPB_OK;
    }
    if (bench->json) {
        return mpb_bench_json_step(bench, result);
    }
    mpb_bench_table_step(bench, result);
    return MPB_OK;
}

static mpb_status measure_training(const mpb_log *log, const mpb_bench *bench)
{
    mpb_step_measurement result;

    MPB_TRY(mpb_measure_training(&bench->setup, &result));
    return report_step(log, bench, &result);
}

static mpb_status measure_inference(const mpb_log *log, const mpb_bench *bench)
{
    mpb_step_measurement result;

    MPB_TRY(mpb_measure_inference(&bench->setup, &result));
    return report_step(log, bench, &result);
}

static mpb_status measure_allreduce(const mpb_log *log, const mpb_bench *bench)
{
    mpb_allreduce_measurement result;

    MPB_TRY(mpb_measure_allreduce(&bench->setup, &result));
    if (!log->leader) {
        return MPB_OK;
    }
    if (bench->json) {
        return mpb_bench_json_allreduce(bench, &result);
    }
    mpb_bench_table_allreduce(bench, &result);
    return MPB_OK;
}

static const subject SUBJECTS[] = {
    {"kernels", measure_kernels, 1},
    {"train", measure_training, 0},
    {"infer", measure_inference, 0},
    {"allreduce", measure_allreduce, 1},
};

static const subject *find_subject(const char *name)
{
    for (size_t i = 0; i < sizeof(SUBJECTS) / sizeof(*SUBJECTS); i++) {
        if (strcmp(SUBJECTS[i].name, name) == 0) {
            return &SUBJECTS[i];
        }
    }
    return NULL;
}

static mpb_status parse(int argc, char **argv, arguments *args)
{
    const mpb_option items[] = {
        {"--shape", &args->shape, NULL},
        {"--task", &args->task, NULL},
        {"--labels", &args->labels, NULL},
        {"--batch", &args->batch, NULL},
        {"--length", &args->length, NULL},
        {"--lengths", &args->lengths, NULL},
        {"--steps", &args->steps, NULL},
        {"--threads", &args->threads, NULL},
        {"--precision", &args->precision, NULL},
        {"--activation-checkpointing", &args->checkpointing, NULL},
        {"--memory-limit", &args->memory_limit, NULL},
        {"--gradient-dtype", &args->gradient_dtype, NULL},
        {"--no-overlap", NULL, &args->no_overlap},
        {"--json", NULL, &args->json},
    };
    const mpb_options options = {.items = items,
                                 .count = sizeof(items) / sizeof(items[0]),
                                 .positional = "WHAT",
                                 .positional_value = &args->what};

    MPB_TRY(mpb_options_parse(&options, argc, argv));
    MPB_REQUIRE(args->what != NULL, MPB_ERR_CONFIG,
                "kernels, train, infer or allreduce was expected (command line)");
    MPB_REQUIRE(find_subject(args->what) != NULL, MPB_ERR_CONFIG,
                "'%.100s' cannot be measured, allowed are kernels, train, infer, allreduce "
                "(command line)",
                args->what);
    MPB_REQUIRE(args->length == NULL || args->lengths == NULL, MPB_ERR_CONFIG,
                "--length and --lengths exclude each other (command line)");
    return MPB_OK;
}

static mpb_status read_lengths(const arguments *args, mpb_measure_setup *setup)
{
    const long longest = setup->model.max_position_embeddings;
    long length = 128;

    if (args->lengths != NULL) {
        return mpb_lengths_read(args->lengths, (size_t)longest, &setup->lengths);
    }
    if (args->length != NULL) {
        MPB_TRY(mpb_option_integer("--length", args->length, 1, longest, &length));
    }
    return mpb_lengths_equal((size_t)length, &setup->lengths);
}

static mpb_status read_number(const char *name, const char *text, long min, long max, long *number)
{
    return text == NULL ? MPB_OK : mpb_option_integer(name, text, min, max, number);
}

static mpb_status read_checkpointing(const char *text, mpb_run_checkpointing *checkpointing)
{
    static const char *const words[] = {[MPB_RUN_CHECKPOINTING_AUTO] = "auto",
                                        [MPB_RUN_CHECKPOINTING_NONE] = "none",
                                        [MPB_RUN_CHECKPOINTING_ALL] = "all"};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (strcmp(words[i], text) == 0) {
            *checkpointing = (mpb_run_checkpointing)i;
            return MPB_OK;
        }
    }
    return MPB_FAIL(MPB_ERR_CONFIG,
                    "--activation-checkpointing is '%.100s', allowed are auto, none, all "
                    "(command line)",
                    text);
}

static mpb_status read_memory(const arguments *args, mpb_measure_setup *setup)
{
    double bytes = 0.0;

    MPB_REQUIRE(strcmp(args->what, "train") == 0 ||
                    (args->checkpointing == NULL && args->memory_limit == NULL),
                MPB_ERR_CONFIG,
                "--activation-checkpointing and --memory-limit are for bench train only (command "
                "line)");
    if (args->checkpointing != NULL) {
        MPB_TRY(read_checkpointing(args->checkpointing, &setup->checkpointing));
    }
    if (args->memory_limit != NULL) {
        MPB_REQUIRE(mpb_bytes_parse(args->memory_limit, &bytes), MPB_ERR_CONFIG,
                    "--memory-limit is '%.100s', %s was expected (command line)",
                    args->memory_limit, MPB_BYTES_FORMS);
        setup->memory_limit = (size_t)bytes;
    }
    return MPB_OK;
}

static mpb_status read_type(const char *name, const char *text, bool *is_bf16)
{
    MPB_REQUIRE(strcmp(text, "fp32") == 0 || strcmp(text, "bf16") == 0, MPB_ERR_CONFIG,
                "%s is '%.100s', allowed are fp32, bf16 (command line)", name, text);
    *is_bf16 = strcmp(text, "bf16") == 0;
    return MPB_OK;
}

static mpb_status read_types(const arguments *args, mpb_measure_setup *setup)
{
    bool products = false;
    bool gradients = false;

    MPB_TRY(read_type("--precision", args->precision, &products));
    MPB_TRY(read_type("--gradient-dtype", args->gradient_dtype, &gradients));
    setup->precision = products ? MPB_GEMM_BF16 : MPB_GEMM_F32;
    setup->gradient_dtype = gradients ? MPB_RUN_BF16 : MPB_RUN_FP32;
    setup->overlap = !args->no_overlap;
    return MPB_OK;
}

/* The model's head and labels are those of the task. */
static mpb_status read_task(const arguments *args, mpb_measure_setup *setup)
{
    const char *name = args->task == NULL ? "classification" : args->task;
    long labels = setup->model.num_labels;

    MPB_REQUIRE(strcmp(args->what, "train") == 0 || args->task == NULL, MPB_ERR_CONFIG,
                "--task is for bench train only (command line)");
    setup->task = mpb_task_find(mpb_task_named(name));
    MPB_REQUIRE(setup->task != NULL, MPB_ERR_CONFIG,
                "--task is '%.100s', one of model.task's was expected (command line)", name);
    MPB_TRY(read_number("--labels", args->labels, 1, MAX_LABELS, &labels));
    setup->model.num_labels = (int)labels;
    setup->model.head = setup->task->head;
    setup->model.problem = setup->task->problem;
    return mpb_model_config_check(&setup->model, "command line");
}

static mpb_status read_setup(int argc, char **argv, const mpb_comm *comm, mpb_bench *bench)
{
    mpb_measure_setup *setup = &bench->setup;
    arguments args = {.shape = "base", .precision = "fp32", .gradient_dtype = "fp32"};
    long batch = 16;
    long steps = 5;

    MPB_TRY(parse(argc, argv, &args));
    MPB_TRY(mpb_measure_shape(args.shape, &setup->model));
    MPB_TRY(read_task(&args, setup));
    MPB_TRY(read_number("--batch", args.batch, 1, MAX_BATCH, &batch));
    MPB_TRY(read_number("--steps", args.steps, find_subject(args.what)->min_steps, MPB_MAX_SAMPLES,
                        &steps));
    MPB_TRY(read_number("--threads", args.threads, 1, MAX_THREADS, &bench->threads));
    MPB_TRY(read_memory(&args, setup));
    MPB_TRY(read_types(&args, setup));
    bench->what = args.what;
    bench->shape = args.shape;
    bench->json = args.json;
    setup->comm = comm;
    setup->batch_size = (size_t)batch;
    setup->samples = (int)steps;
    setup->isa = mpb_isa_best();
    return read_lengths(&args, setup);
}

mpb_status mpb_job_bench(const mpb_log *log, const mpb_comm *comm, int argc, char **argv)
{
    mpb_bench bench = {0};
    mpb_status status = mpb_comm_agree(comm, read_setup(argc, argv, comm, &bench));

    if (status == MPB_OK) {
        status = mpb_rank_team_begin(log, comm, bench.threads, &bench.setup.team);
    }
    if (status == MPB_OK) {
        status = mpb_measure_setup_begin(&bench.setup);
    }
    if (status == MPB_OK) {
        status = find_subject(bench.what)->measure(log, &bench);
    }
    mpb_measure_setup_end(&bench.setup);
    mpb_team_end(&bench.setup.team);
    return status;
}
