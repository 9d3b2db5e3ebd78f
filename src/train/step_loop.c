#include "step_loop.h"

mpb_status loop_tell_own(const step_loop *loop, mpb_event event)
{
    event.figure = &loop->figure;
    event.step = loop->state->step;
    event.epoch = (double)event.step / (double)loop->trainer->options.steps_per_epoch;
    return mpb_events_tell(&loop->sinks.events, &event);
}

mpb_status loop_tell(const step_loop *loop, mpb_event event)
{
    return mpb_comm_agree(loop->trainer->comm, loop_tell_own(loop, event));
}

mpb_status loop_tell_news(const step_loop *loop)
{
    const mpb_trainer *trainer = loop->trainer;
    char *warning = trainer->saver->news->warning;
    mpb_event event;
    mpb_status status = MPB_OK;

    if (mpb_time_limit_news(trainer->limit, &event)) {
        status = loop_tell_own(loop, event);
    }
    if (status == MPB_OK && warning[0] != '\0') {
        status = loop_tell_own(loop, (mpb_event){.kind = MPB_EVENT_WARNING, .line = warning});
        warning[0] = '\0';
    }
    return status;
}

bool loop_is_out_of_patience(const step_loop *loop)
{
    int64_t patience = loop->trainer->options.early_stopping_patience;

    return patience > 0 && loop->state->stale_validations >= patience;
}
