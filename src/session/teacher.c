#include "mpibert/session/teacher.h"

#include <string.h>

#include "mpibert/ckpt/adapter.h"
#include "mpibert/ckpt/model_dir.h"
#include "mpibert/eval/predict.h"
#include "mpibert/io/file.h"
#include "mpibert/model/head.h"
#include "mpibert/session/table_check.h"
#include "mpibert/task/head_rows.h"

static mpb_status add_file(const char *directory, const char *name, mpb_sha256 *hash)
{
    char path[MPB_PATH_SIZE];
    char digest[MPB_SHA256_TEXT];

    MPB_TRY(mpb_path_join(directory, name, path, sizeof(path)));
    MPB_TRY(mpb_sha256_of_file(path, digest));
    mpb_sha256_update(hash, digest, sizeof(digest));
    return MPB_OK;
}

/* Those that `list` names of the directory, and one more. */
static mpb_status add_directory(const char *directory, const char *config,
                                mpb_status (*list)(const char *directory, mpb_strings *names),
                                mpb_sha256 *hash)
{
    mpb_strings names = {0};
    mpb_status status = list(directory, &names);

    for (size_t i = 0; i < names.count && status == MPB_OK; i++) {
        status = add_file(directory, names.items[i], hash);
    }
    mpb_strings_clear(&names);
    MPB_TRY(status);
    return add_file(directory, config, hash);
}

static mpb_status add_files(const mpb_opened_model *opened, mpb_sha256 *hash)
{
    MPB_TRY(add_directory(opened->weights, "config.json", mpb_model_dir_weight_files, hash));
    if (opened->adapter[0] == '\0') {
        return MPB_OK;
    }
    MPB_TRY(add_file(opened->directory, "config.json", hash));
    return add_directory(opened->adapter, "adapter_config.json", mpb_adapter_weight_files, hash);
}

static mpb_status find_digest(mpb_teacher *teacher)
{
    mpb_sha256 *hash = NULL;
    mpb_status status;

    MPB_TRY(mpb_sha256_create(&hash));
    status = add_files(&teacher->opened, hash);
    mpb_sha256_finish(hash, teacher->digest);
    mpb_sha256_destroy(&hash);
    return status;
}

static mpb_status check_kind(const mpb_task_table *task, const mpb_opened_model *student,
                             const mpb_opened_model *opened)
{
    const mpb_task_table *own = mpb_task_of_model(&opened->config);

    MPB_REQUIRE(own == task, MPB_ERR_DATA,
                "the teacher is a model of model.task %s, one of %s was expected (%s)",
                mpb_task_name(own->task), mpb_task_name(task->task), opened->directory);
    MPB_REQUIRE(strcmp(opened->vocab_sha256, student->vocab_sha256) == 0, MPB_ERR_DATA,
                "the teacher's vocabulary is another one than the student's (%s), the same tokens "
                "were expected (%s)",
                student->directory, opened->directory);
    return MPB_OK;
}

static mpb_status settle(const mpb_task_table *task, const mpb_opened_model *student,
                         mpb_teacher *teacher)
{
    MPB_TRY(check_kind(task, student, &teacher->opened));
    MPB_TRY(mpb_opened_model_name_labels(&teacher->opened));
    return find_digest(teacher);
}

mpb_status mpb_teacher_open(const mpb_run_config *config, const mpb_task_table *task,
                            const mpb_opened_model *student, mpb_teacher *teacher)
{
    const char *name = config->model.teacher;
    mpb_status status;

    if (name == NULL) {
        return MPB_OK;
    }
    MPB_REQUIRE(task->imitate != NULL, MPB_ERR_CONFIG,
                "model.teacher is given, a model of model.task %s does not learn from one in this "
                "version: leave it out (configuration)",
                mpb_task_name(task->task));
    MPB_TRY(mpb_opened_model_open(name, &teacher->opened));
    teacher->is_there = true;
    status = settle(task, student, teacher);
    if (status != MPB_OK) {
        mpb_teacher_close(teacher);
    }
    return status;
}

void mpb_teacher_close(mpb_teacher *teacher)
{
    if (teacher->is_there) {
        mpb_opened_model_close(&teacher->opened);
    }
    *teacher = (mpb_teacher){0};
}

/* Numbers need no names to mean the same. */
static mpb_status check_names(const mpb_opened_model *opened, const mpb_strings *names)
{
    for (size_t j = 0; j < names->count && j < opened->label_names.count; j++) {
        MPB_REQUIRE(strcmp(opened->label_names.items[j], names->items[j]) == 0, MPB_ERR_DATA,
                    "output %zu is '%.200s' of the teacher and '%.200s' of the data, the same was "
                    "expected; model.label_names gives an order (%s)",
                    j, opened->label_names.items[j], names->items[j], opened->directory);
    }
    return MPB_OK;
}

mpb_status mpb_teacher_check(const mpb_teacher *teacher, const mpb_model_config *student,
                             const mpb_dataset *data)
{
    const mpb_opened_model *opened = &teacher->opened;
    const int outputs = mpb_head_width(&opened->config);
    const int expected = mpb_head_width(student);

    if (!teacher->is_there) {
        return MPB_OK;
    }
    MPB_REQUIRE(outputs == expected, MPB_ERR_DATA,
                "the teacher has %d outputs, %d were expected, as the student's data asks for (%s)",
                outputs, expected, opened->directory);
    MPB_TRY(check_names(opened, &data->label_names));
    return mpb_tables_check(&opened->config, data, opened->directory);
}

mpb_status mpb_teacher_reserve(const mpb_teacher *teacher, const mpb_task_table *task,
                               mpb_dataset *data)
{
    return teacher->is_there
               ? mpb_head_rows_keep(task, data, (size_t)mpb_head_width(&teacher->opened.config),
                                    "what the teacher says of texts", &data->taught)
               : MPB_OK;
}

size_t mpb_teacher_batch(const mpb_run_config *config, int ranks)
{
    return ((size_t)config->training.eval_batch_size + (size_t)ranks - 1) / (size_t)ranks;
}

mpb_model_limits mpb_teacher_limits(const mpb_dataset *data, size_t batch_size)
{
    return (mpb_model_limits){.max_tokens = mpb_predict_max_tokens(data, batch_size),
                              .max_sequences = batch_size,
                              .max_length = mpb_dataset_longest(data)};
}

mpb_status mpb_teacher_measure(const mpb_teacher_job *job, size_t *bytes)
{
    const mpb_model_limits limits = mpb_teacher_limits(job->data, job->batch_size);
    const mpb_keeping keeping = mpb_head_rows_keeping(&job->data->taught);
    mpb_model_sizes sizes;

    MPB_TRY(mpb_model_measure(&job->teacher->opened.config, &limits, job->threads, job->precision,
                              &sizes));
    *bytes = sizes.weights + sizes.gradients + sizes.activations + sizes.scratch +
             mpb_predict_bytes(job->data, job->batch_size, &keeping);
    return MPB_OK;
}
