#include "mpibert/records/record.h"

#include <stdio.h>

#include "encoding.h"
#include "label_list.h"

mpb_status mpb_sink_take(mpb_sink *sink, const mpb_record *record)
{
    if (record->num_labels > MPB_MAX_RECORD_LABELS && record->num_words == 0) {
        return mpb_place_fail(&record->place,
                              "the example has more than 65536 labels, fewer were expected");
    }
    MPB_TRY(mpb_text_check(record->text, record->size, &record->place));
    MPB_TRY(mpb_text_check(record->text_b, record->size_b, &record->place));
    for (size_t i = 0; i < record->num_choices; i++) {
        MPB_TRY(mpb_text_check(record->choices[i].text, record->choices[i].size, &record->place));
    }
    return sink->take(sink->context, record);
}

mpb_status mpb_sink_settle(mpb_sink *sink, mpb_status status)
{
    if (status != MPB_ERR_DATA || !sink->skip_bad) {
        return status;
    }
    if (sink->num_bad == 0) {
        snprintf(sink->first_bad, sizeof(sink->first_bad), "%s", mpb_status_last());
    }
    sink->num_bad++;
    return MPB_OK;
}
