#include "mpibert/records/task_data.h"

#include <string.h>

#define TASK_ROW(NAME, name_, ...) [MPB_TASK_##NAME] = {.name = #name_, __VA_ARGS__},

static const mpb_task_data TASKS[MPB_NUM_TASKS] = {[MPB_TASK_AUTO] = {.name = "auto"},
                                                   MPB_TASKS(TASK_ROW)};

const mpb_strings mpb_next_sentence_names = {
    .items = (char *[]){[MPB_IS_NEXT] = "is_next", [MPB_NOT_NEXT] = "not_next"}, .count = 2};

const mpb_task_data *mpb_task_data_of(mpb_task task)
{
    return &TASKS[task];
}

const char *mpb_task_name(mpb_task task)
{
    return TASKS[task].name;
}

mpb_task mpb_task_named(const char *name)
{
    for (int task = 0; task < MPB_NUM_TASKS; task++) {
        if (strcmp(TASKS[task].name, name) == 0) {
            return (mpb_task)task;
        }
    }
    return MPB_TASK_AUTO;
}
