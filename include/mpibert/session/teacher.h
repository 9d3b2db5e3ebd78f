#pragma once

/* The trained model that a student learns from (model.teacher). Local. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/config/run_config.h"
#include "mpibert/core/status.h"
#include "mpibert/io/sha256.h"
#include "mpibert/model/model.h"
#include "mpibert/session/opened_model.h"
#include "mpibert/shards/dataset.h"
#include "mpibert/task/task.h"

typedef struct mpb_teacher {
    mpb_opened_model opened;
    bool is_there;                /* else there is none, and nothing to close */
    char digest[MPB_SHA256_TEXT]; /* of the files that decide what it says */
} mpb_teacher;

/* Opens that of the configuration, if it names one: `teacher` starts as {0} and stays where it is.
 * MPB_ERR_CONFIG where the task is not distilled; MPB_ERR_DATA where the model is not there, is of
 * another task or another vocabulary than `student`. Local. */
MPB_MUST_CHECK mpb_status mpb_teacher_open(const mpb_run_config *config, const mpb_task_table *task,
                                           const mpb_opened_model *student, mpb_teacher *teacher);
void mpb_teacher_close(mpb_teacher *teacher);

/* MPB_ERR_DATA unless it has the outputs of `student`, a model of this data, under the same names in the
 * same order, and takes texts as long as these. Nothing without a teacher. Local. */
MPB_MUST_CHECK mpb_status mpb_teacher_check(const mpb_teacher *teacher,
                                            const mpb_model_config *student,
                                            const mpb_dataset *data);

/* data->taught, all 0: what it would say of the data. Nothing without a teacher. Local. */
MPB_MUST_CHECK mpb_status mpb_teacher_reserve(const mpb_teacher *teacher,
                                              const mpb_task_table *task, mpb_dataset *data);

/* Sequences that a rank of `ranks` asks it about at a time. Pure. Local. */
size_t mpb_teacher_batch(const mpb_run_config *config, int ranks);

/* What a rank takes to ask it: gone before the student is made. All of it borrowed. */
typedef struct mpb_teacher_job {
    const mpb_teacher *teacher; /* that is there */
    const mpb_dataset *data;    /* with room for what it says */
    size_t batch_size;          /* mpb_teacher_batch */
    int threads;
    mpb_gemm_type precision;
} mpb_teacher_job;

/* Of its model: no batch of `data` is larger. Pure. Local. */
mpb_model_limits mpb_teacher_limits(const mpb_dataset *data, size_t batch_size);

/* Bytes. Local. */
MPB_MUST_CHECK mpb_status mpb_teacher_measure(const mpb_teacher_job *job, size_t *bytes);
