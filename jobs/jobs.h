#pragma once

/* The commands: one file each, and main.c, which starts and ends them.
 *
 * A command gets the arguments after its name. It returns the status that becomes the exit code
 * and prints no error itself: main prints mpb_status_last() once. A command with MPI returns the
 * same status on all ranks (mpb_comm_agree after local work that can fail on one of them). Results
 * go to standard output, from rank 0.
 */

#include "mpibert/comm/comm.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"

typedef mpb_status mpb_job_fn(const mpb_log *log, int argc, char **argv);
typedef mpb_status mpb_mpi_job_fn(const mpb_log *log, const mpb_comm *comm, int argc, char **argv);

/* What `mpibert <command> --help` prints. */
extern const char mpb_help_fetch[];
extern const char mpb_help_tokenize[];
extern const char mpb_help_preprocess[];
extern const char mpb_help_train[];
extern const char mpb_help_evaluate[];
extern const char mpb_help_predict[];
extern const char mpb_help_export[];
extern const char mpb_help_embed[];
extern const char mpb_help_inspect[];
extern const char mpb_help_plan[];
extern const char mpb_help_bench[];
extern const char mpb_help_doctor[];

mpb_job_fn mpb_job_fetch;
mpb_job_fn mpb_job_tokenize;
mpb_job_fn mpb_job_export;
mpb_job_fn mpb_job_inspect;
mpb_job_fn mpb_job_plan;
mpb_mpi_job_fn mpb_job_preprocess;
mpb_mpi_job_fn mpb_job_train;
mpb_mpi_job_fn mpb_job_evaluate;
mpb_mpi_job_fn mpb_job_predict;
mpb_mpi_job_fn mpb_job_embed;
mpb_mpi_job_fn mpb_job_bench;
mpb_mpi_job_fn mpb_job_doctor;
