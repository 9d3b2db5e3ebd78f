#include "mpibert/task/task.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "mpibert/model/head.h"
#include "tasks.h"

#define TABLE_OF_TASK(NAME, name, ...) [MPB_TASK_##NAME] = &task_##name,

static const mpb_task_table *const TASKS[MPB_NUM_TASKS] = {MPB_TASKS(TABLE_OF_TASK)};

static const mpb_task_metric LOSS = {.name = "loss", .title = "Loss", .smaller_is_better = true};

const mpb_task_table *mpb_task_find(mpb_task task)
{
    return TASKS[task];
}

/* Each head, and each problem of one that has them, is of a task. */
const mpb_task_table *mpb_task_of_model(const mpb_model_config *config)
{
    int task = MPB_TASK_AUTO + 1;

    while (TASKS[task]->head != config->head ||
           (mpb_head_of(config->head)->has_problem && TASKS[task]->problem != config->problem)) {
        task++;
        assert(task < MPB_NUM_TASKS);
    }
    return TASKS[task];
}

const mpb_task_table *mpb_task_predicting(const mpb_model_config *config)
{
    const mpb_task_table *task = mpb_task_of_model(config);

    return task->predicting == NULL ? task : task->predicting;
}

mpb_status mpb_task_shape_model(const mpb_task_table *task, const mpb_dataset *data,
                                const char *where, mpb_model_config *config)
{
    config->head = task->head;
    config->problem = task->problem;
    if (task->num_outputs != NULL) {
        config->num_labels = (int)task->num_outputs(data);
    }
    return mpb_model_config_check(config, where);
}

const mpb_task_metric *mpb_task_metric_find(const mpb_task_table *task, const char *name)
{
    static const char prefix[] = "eval_";

    if (name == NULL) {
        return &task->metrics[0];
    }
    if (strncmp(name, prefix, strlen(prefix)) == 0) {
        name += strlen(prefix);
    }
    for (size_t i = 0; i < task->num_metrics; i++) {
        if (strcmp(task->metrics[i].name, name) == 0) {
            return &task->metrics[i];
        }
    }
    return strcmp(LOSS.name, name) == 0 ? &LOSS : NULL;
}

double mpb_task_metric_score(const mpb_task_table *task, const mpb_task_metric *metric,
                             const mpb_measures *measures)
{
    const double value =
        metric == &LOSS ? measures->loss : measures->values[metric - task->metrics];

    if (!isfinite(value)) {
        return MPB_WORST_SCORE;
    }
    return metric->smaller_is_better ? -value : value;
}

static size_t kept_size(const void *context, size_t i)
{
    const mpb_task_sequences *of = context;

    return of->task->kept_size(of, i);
}

static void keep(const void *context, const mpb_outputs *part, void *kept)
{
    const mpb_task_sequences *of = context;

    of->task->condense(of, part, kept);
}

mpb_keeping mpb_task_keeping(const mpb_task_sequences *of)
{
    return (mpb_keeping){.context = of, .size = kept_size, .keep = keep};
}

static size_t choose(const void *context, size_t i, uint32_t *tokens, uint32_t *rows)
{
    const mpb_task_sequences *of = context;

    return of->task->choose(&of->draw, of->data, i, tokens, rows);
}

mpb_row_choice mpb_task_choice(const mpb_task_sequences *of)
{
    return (mpb_row_choice){.choose = of->task->choose == NULL ? NULL : choose, .context = of};
}

mpb_task_results mpb_task_results_of(const mpb_task_sequences *of, const mpb_documents *documents,
                                     const mpb_strings *label_names, const mpb_kept *kept)
{
    mpb_task_results results = {.data = of->data,
                                .documents = documents,
                                .label_names = label_names,
                                .num_labels = of->num_labels,
                                .kept = kept};

    if (of->answers != NULL) {
        results.answers = *of->answers;
    }
    if (of->task->settle != NULL) {
        of->task->settle(of->data, &results.answers);
    }
    return results;
}

void mpb_task_merge(const mpb_task_sequences *of, const mpb_documents *documents,
                    mpb_pooling pooling, mpb_kept *kept)
{
    if (of->task->merge != NULL) {
        of->task->merge(of, documents, pooling, kept);
    }
}
