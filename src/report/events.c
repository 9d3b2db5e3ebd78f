#include "mpibert/report/events.h"

#include <assert.h>

void mpb_events_add(mpb_events *events, mpb_event_fn *take, void *context)
{
    assert(events->num_sinks < MPB_MOST_SINKS);
    events->sinks[events->num_sinks].take = take;
    events->sinks[events->num_sinks].context = context;
    events->num_sinks++;
}

mpb_status mpb_events_tell(const mpb_events *events, const mpb_event *event)
{
    for (size_t i = 0; i < events->num_sinks; i++) {
        MPB_TRY(events->sinks[i].take(events->sinks[i].context, event));
    }
    return MPB_OK;
}
