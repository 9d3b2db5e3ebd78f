#include "run_sinks.h"

#include "mpibert/io/file.h"
#include "mpibert/report/history.h"
#include "mpibert/report/models.h"
#include "mpibert/report/table.h"
#include "mpibert/session/screen.h"

static mpb_status say_line(void *context, const mpb_event *event)
{
    if (event->kind == MPB_EVENT_WARNING) {
        mpb_log_warning(context, "%s", event->line);
    } else if (event->kind == MPB_EVENT_NOTE) {
        mpb_log_info(context, "%s", event->line);
    }
    return MPB_OK;
}

/* A file has a line before the screen shows it, and the progress line makes room for the table. */
mpb_status run_sinks_begin(const mpb_trainer *trainer, mpb_training_state *state, run_sinks *sinks)
{
    mpb_events *events = &sinks->events;

    *sinks = (run_sinks){.log = *trainer->log};
    mpb_events_add(events, mpb_history_take, &state->history);
    sinks->progress = mpb_screen_progress(&sinks->log, trainer->options.progress);
    if (mpb_comm_rank(trainer->comm) != 0) {
        return MPB_OK;
    }
    MPB_TRY(mpb_path_join(trainer->saver->run, "metrics.jsonl", sinks->metrics.path,
                          sizeof(sinks->metrics.path)));
    mpb_events_add(events, mpb_time_limit_take, trainer->limit);
    mpb_events_add(events, mpb_metrics_log_take, &sinks->metrics);
    mpb_events_add(events, mpb_progress_take, &sinks->progress);
    mpb_events_add(events, mpb_table_take, &sinks->log);
    mpb_events_add(events, mpb_models_take, &sinks->log);
    mpb_events_add(events, say_line, &sinks->log);
    return MPB_OK;
}
