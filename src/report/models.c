#include "mpibert/report/models.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum { LINE_SIZE = 8192, VALUE_SIZE = 32 };

static void show(const mpb_log *log, const mpb_event_models *models, const mpb_event_model *model)
{
    char line[LINE_SIZE];
    char value[VALUE_SIZE];

    if (models->metric == NULL) {
        snprintf(line, sizeof(line), "%s: %s/%s", model->label, models->run, model->folder);
        mpb_log_show(log, line);
        return;
    }
    snprintf(value, sizeof(value), isnan(model->value) ? "undefined" : "%.4f", model->value);
    snprintf(line, sizeof(line), "%s: %s/%s (step %" PRId64 ", %s %s)", model->label, models->run,
             model->folder, model->step, models->metric, value);
    mpb_log_show(log, line);
}

void mpb_models_show(const mpb_log *log, const mpb_event_models *models)
{
    for (size_t i = 0; i < models->count; i++) {
        show(log, models, &models->items[i]);
    }
}

mpb_status mpb_models_take(void *context, const mpb_event *event)
{
    if (event->kind == MPB_EVENT_MODELS) {
        mpb_models_show(context, &event->models);
    }
    return MPB_OK;
}
