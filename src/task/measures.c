#include "measures.h"

mpb_status task_report_measures(const mpb_task_table *task, const mpb_measures *measures,
                                mpb_json *object)
{
    MPB_TRY(mpb_json_set(object, "examples", mpb_json_new_integer(measures->num_examples)));
    MPB_TRY(mpb_json_set(object, "loss", mpb_json_new_number(measures->loss)));
    for (size_t i = 0; i < task->num_metrics; i++) {
        MPB_TRY(
            mpb_json_set(object, task->metrics[i].name, mpb_json_new_number(measures->values[i])));
    }
    return MPB_OK;
}
