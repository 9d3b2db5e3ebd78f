/* mpibert doctor: what would make a job slow or let it fail, and the remedy. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobs.h"
#include "launch.h"
#include "mpibert/config/run_config.h"
#include "mpibert/core/version.h"
#include "mpibert/doctor/doctor.h"
#include "mpibert/io/file.h"
#include "mpibert/io/json.h"
#include "options.h"
#include "version.h"

const char mpb_help_doctor[] =
    "usage: mpibert doctor [--data PATH] [--config FILE.yaml] [--json] [section.key=value ...]\n\n"
    "Looks at this host or, under mpirun or srun, at all hosts of the job: do the ranks meet, do\n"
    "they have their cores, memory, shared memory and kernels, can every host read the data and\n"
    "write the run, do clocks agree, is a link between two hosts slow. A line for each finding, "
    "and\n"
    "its remedy. Takes some seconds.\n\n"
    "  --data PATH         a file or folder that all hosts must read\n"
    "  --config FILE.yaml  looks at this configuration's data, model, cache and run directory, "
    "too\n"
    "  --json              one JSON object instead of lines\n"
    "  section.key=value   overrides one key of the configuration\n\n"
    "Exit code 0: healthy, 1: there is advice, 4: a job would fail.\n\n"
    "  srun --mpi=pmix mpibert doctor --config configs/newsposts.yaml\n";

enum { NAME_WIDTH = 14, SEVERITY_WIDTH = 7 };

typedef struct arguments {
    const char *data, *config;
    bool json;
    const char **overrides; /* owned, (num_overrides) */
    size_t num_overrides;
} arguments;

static mpb_status parse(int argc, char **argv, arguments *args)
{
    const mpb_option items[] = {
        {"--data", &args->data, NULL},
        {"--config", &args->config, NULL},
        {"--json", NULL, &args->json},
    };
    const mpb_options options = {.items = items,
                                 .count = sizeof(items) / sizeof(items[0]),
                                 .overrides = args->overrides,
                                 .num_overrides = &args->num_overrides};

    return mpb_options_parse(&options, argc, argv);
}

static bool has_config(const arguments *args)
{
    return args->config != NULL || args->num_overrides > 0;
}

/* `config` (starts as {0}) stays so where none was given. */
static mpb_status read_arguments(const mpb_log *log, int argc, char **argv, arguments *args,
                                 mpb_run_config *config)
{
    args->overrides = calloc((size_t)argc + 1, sizeof(*args->overrides));
    MPB_REQUIRE(args->overrides != NULL, MPB_ERR_SYSTEM, "no memory for the command line");
    MPB_TRY(parse(argc, argv, args));
    return has_config(args) ? mpb_run_config_read(log, args->config, args->overrides,
                                                  args->num_overrides, config)
                            : MPB_OK;
}

static mpb_status add_path(const char *path, mpb_strings *paths)
{
    return path == NULL ? MPB_OK : mpb_strings_add(paths, path, strlen(path));
}

/* `model_is_path`: its name may be an id as well. */
static mpb_status list_paths(const arguments *args, const mpb_run_config *config,
                             bool model_is_path, mpb_doctor_setup *setup)
{
    MPB_TRY(add_path(args->data, &setup->read));
    if (!has_config(args)) {
        return MPB_OK;
    }
    setup->threads = config->cluster.threads_per_rank;
    MPB_TRY(mpb_strings_append(&setup->read, &config->data.train));
    MPB_TRY(mpb_strings_append(&setup->read, &config->data.validation));
    MPB_TRY(mpb_strings_append(&setup->read, &config->data.test));
    MPB_TRY(add_path(model_is_path ? config->model.name : NULL, &setup->read));
    MPB_TRY(add_path(config->checkpoint.directory, &setup->written));
    return add_path(config->data.cache_directory, &setup->written);
}

static void print_lines(const mpb_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        const mpb_finding *f = &findings->items[i];

        printf("%-*s %-*s %s%s%s%s\n", SEVERITY_WIDTH, mpb_severity_name(f->severity), NAME_WIDTH,
               f->check, f->found, f->where[0] == '\0' ? "" : " (", f->where,
               f->where[0] == '\0' ? "" : ")");
        if (f->remedy[0] != '\0') {
            printf("%*sremedy: %s\n", SEVERITY_WIDTH + NAME_WIDTH + 2, "", f->remedy);
        }
    }
}

static mpb_status add_finding(const mpb_finding *finding, mpb_json *list)
{
    mpb_json *item = mpb_json_new_object();

    MPB_TRY(mpb_json_append(list, item));
    MPB_TRY(mpb_json_set(item, "check", mpb_json_new_text(finding->check)));
    MPB_TRY(
        mpb_json_set(item, "severity", mpb_json_new_text(mpb_severity_name(finding->severity))));
    MPB_TRY(mpb_json_set(item, "found", mpb_json_new_text(finding->found)));
    MPB_TRY(mpb_json_set(item, "where", mpb_json_new_text(finding->where)));
    return mpb_json_set(item, "remedy", mpb_json_new_text(finding->remedy));
}

static mpb_severity worst_of(const mpb_findings *findings)
{
    mpb_severity worst = MPB_FINDING_OK;

    for (size_t i = 0; i < findings->count; i++) {
        worst = findings->items[i].severity > worst ? findings->items[i].severity : worst;
    }
    return worst;
}

static mpb_status fill_object(const mpb_findings *findings, mpb_json *root)
{
    mpb_json *list = mpb_json_new_array();

    MPB_TRY(
        mpb_json_set(root, "severity", mpb_json_new_text(mpb_severity_name(worst_of(findings)))));
    MPB_TRY(mpb_json_set(root, "findings", list));
    for (size_t i = 0; i < findings->count; i++) {
        MPB_TRY(add_finding(&findings->items[i], list));
    }
    return MPB_OK;
}

static mpb_status print_json(const mpb_findings *findings)
{
    mpb_json *root = mpb_json_new_object();
    mpb_buffer text = {0};
    mpb_status status =
        root == NULL ? MPB_FAIL(MPB_ERR_SYSTEM, "no memory for the findings") : MPB_OK;

    if (status == MPB_OK) {
        status = fill_object(findings, root);
    }
    if (status == MPB_OK) {
        status = mpb_json_write(root, 2, &text);
    }
    if (status == MPB_OK) {
        puts(text.data);
    }
    mpb_buffer_clear(&text);
    mpb_json_destroy(&root);
    return status;
}

/* The exit code. */
static mpb_status conclude(const mpb_findings *findings)
{
    const size_t fails = mpb_findings_count(findings, MPB_FINDING_FAIL);
    const size_t advice = mpb_findings_count(findings, MPB_FINDING_ADVICE);

    if (fails > 0) {
        return MPB_FAIL(MPB_ERR_SYSTEM, "a job would fail: %zu finding%s (machine)", fails,
                        fails == 1 ? "" : "s");
    }
    return advice > 0 ? MPB_FAIL(MPB_ADVISED, "%zu pieces of advice", advice) : MPB_OK;
}

static mpb_status report(const arguments *args, const mpb_findings *findings)
{
    if (args->json) {
        MPB_TRY(print_json(findings));
    } else {
        print_lines(findings);
    }
    return conclude(findings);
}

static mpb_status examine(const mpb_log *log, const mpb_comm *comm, const arguments *args,
                          const mpb_run_config *config)
{
    const mpb_launch launch = mpb_launch_find();
    bool model_is_path = has_config(args) && mpb_file_exists(config->model.name);
    char program[160];
    mpb_doctor_setup setup = {.by_launcher = launch.has_ranks,
                              .start = mpb_doctor_foresee_start(),
                              .started = launch.size,
                              .started_from = launch.from,
                              .granted = launch.granted,
                              .program = program};
    mpb_findings findings = {0};
    mpb_status status;

    snprintf(program, sizeof(program), "%s, revision %s, %s", mpb_program(), MPB_REVISION,
             MPB_COMPILER);
    MPB_TRY(mpb_comm_broadcast(comm, &model_is_path, sizeof(model_is_path)));
    status = mpb_comm_agree(comm, list_paths(args, config, model_is_path, &setup));
    if (status == MPB_OK) {
        status = mpb_doctor_examine(log, comm, &setup, &findings);
    }
    if (status == MPB_OK && log->leader) {
        status = report(args, &findings);
    }
    mpb_findings_clear(&findings);
    mpb_strings_clear(&setup.read);
    mpb_strings_clear(&setup.written);
    return status;
}

mpb_status mpb_job_doctor(const mpb_log *log, const mpb_comm *comm, int argc, char **argv)
{
    arguments args = {0};
    mpb_run_config config = {0};
    mpb_status status = mpb_comm_agree(comm, read_arguments(log, argc, argv, &args, &config));

    if (status == MPB_OK) {
        status = mpb_comm_agree(comm, examine(log, comm, &args, &config));
    }
    mpb_run_config_clear(&config);
    free(args.overrides);
    return status;
}
