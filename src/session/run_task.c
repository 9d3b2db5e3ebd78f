#include "mpibert/session/run_task.h"

#include <assert.h>
#include <string.h>

#include "mpibert/io/file.h"
#include "mpibert/session/corpus_setup.h"
#include "mpibert/shards/shards.h"

/* What shards were made for; MPB_TASK_AUTO where data.train is none. */
static mpb_status find_task_of_shards(const mpb_run_config *config, mpb_task *found)
{
    const char *path = config->data.train.items[0];
    mpb_data_format format = config->data.format;
    mpb_shard_info info = {0};

    *found = MPB_TASK_AUTO;
    if (mpb_file_is_directory(path)) {
        MPB_TRY(mpb_data_format_find(path, format, &format));
    }
    if (format != MPB_FORMAT_SHARDS) {
        return MPB_OK;
    }
    MPB_TRY(mpb_shards_describe(path, &info, NULL, NULL));
    *found = mpb_task_named(info.task.data);
    mpb_shard_info_clear(&info);
    return MPB_OK;
}

static mpb_status find_task(const mpb_run_config *config, mpb_task *found)
{
    const mpb_task asked = config->model.task;

    MPB_TRY(find_task_of_shards(config, found));
    MPB_REQUIRE(*found == MPB_TASK_AUTO || asked == MPB_TASK_AUTO || asked == *found,
                MPB_ERR_CONFIG,
                "model.task is %s, the shards were made for %s: leave model.task out, or "
                "preprocess the data again (%s)",
                mpb_task_name(asked), mpb_task_name(*found), config->data.train.items[0]);
    if (*found == MPB_TASK_AUTO) {
        *found = mpb_corpus_task(config, &config->data.train);
    }
    return MPB_OK;
}

static mpb_status refuse_metric(const mpb_task_table *task, const char *metric)
{
    mpb_buffer list = {0};
    mpb_status status = MPB_OK;

    for (size_t i = 0; i < task->num_metrics && status == MPB_OK; i++) {
        status = mpb_buffer_append_format(&list, "%s, ", task->metrics[i].name);
    }
    if (status == MPB_OK) {
        status = MPB_FAIL(MPB_ERR_CONFIG,
                          "checkpoint.metric_for_best_model is '%.100s', for model.task %s allowed "
                          "are %sloss (configuration)",
                          metric, mpb_task_name(task->task), list.data);
    }
    mpb_buffer_clear(&list);
    return status;
}

static mpb_status check_direction(const mpb_task_metric *metric, mpb_run_greater greater)
{
    const mpb_run_greater refused =
        metric->smaller_is_better ? MPB_RUN_GREATER_TRUE : MPB_RUN_GREATER_FALSE;

    MPB_REQUIRE(greater != refused, MPB_ERR_CONFIG,
                "checkpoint.greater_is_better is %s, but %s is better where it is %s: leave it out "
                "(configuration)",
                metric->smaller_is_better ? "true" : "false", metric->name,
                metric->smaller_is_better ? "smaller" : "greater");
    return MPB_OK;
}

/* What would mean nothing. */
static mpb_status check_meaning(const mpb_run_config *config, const mpb_task_table *task)
{
    const mpb_run_training *training = &config->training;
    const mpb_run_model *model = &config->model;

    MPB_REQUIRE(
        task->num_outputs != NULL || (model->num_labels == 0 && model->label_names.count == 0),
        MPB_ERR_CONFIG,
        "model.num_labels or model.label_names is given, model.task %s has no labels: leave "
        "it out (configuration)",
        mpb_task_name(task->task));
    MPB_REQUIRE(mpb_task_data_of(task->task)->labels == MPB_LABELS_SCORE ||
                    config->data.score_columns.count == 0,
                MPB_ERR_CONFIG,
                "data.score_columns is given, model.task %s has no scores: leave it out "
                "(configuration)",
                mpb_task_name(task->task));
    MPB_REQUIRE(task->smooths_labels || training->label_smoothing <= 0.0, MPB_ERR_CONFIG,
                "training.label_smoothing is %g, model.task %s has no labels: leave it out "
                "(configuration)",
                training->label_smoothing, mpb_task_name(task->task));
    MPB_REQUIRE(task->balance != NULL || training->class_weights.how == MPB_RUN_WEIGHTS_NONE,
                MPB_ERR_CONFIG,
                "training.class_weights is given, model.task %s has no labels: leave it out "
                "(configuration)",
                mpb_task_name(task->task));
    return MPB_OK;
}

mpb_status mpb_run_task_settle(mpb_run_config *config, const mpb_task_table **task)
{
    const mpb_task_metric *metric;
    const mpb_task_table *found;
    mpb_task named;

    MPB_TRY(find_task(config, &named));
    found = mpb_task_find(named);
    assert(found != NULL);
    metric = mpb_task_metric_find(found, config->checkpoint.metric_for_best_model);
    if (metric == NULL) {
        return refuse_metric(found, config->checkpoint.metric_for_best_model);
    }
    MPB_TRY(check_direction(metric, config->checkpoint.greater_is_better));
    MPB_TRY(check_meaning(config, found));
    config->model.task = named;
    config->checkpoint.metric_for_best_model = (char *)metric->name;
    *task = found;
    return MPB_OK;
}

mpb_status mpb_run_masking(const mpb_run_config *config, const mpb_task_table *task,
                           const mpb_tokenizer *tokenizer, mpb_masking **masking)
{
    const mpb_masking_options options = {.probability = config->training.mlm_probability,
                                         .whole_words = config->training.whole_word_mask,
                                         .seed = (uint64_t)config->training.seed};

    return task->masks ? mpb_masking_create(tokenizer, &options, masking) : MPB_OK;
}

bool mpb_run_stratifies(const mpb_run_config *config, const mpb_dataset *data)
{
    return config->data.stratify && data->labels != NULL && mpb_run_task(config)->balance != NULL;
}

const mpb_task_table *mpb_run_task(const mpb_run_config *config)
{
    const mpb_task_table *task = mpb_task_find(config->model.task);

    assert(task != NULL);
    return task;
}
