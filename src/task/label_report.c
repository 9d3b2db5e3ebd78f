#include "label_report.h"

static mpb_status set_scores(mpb_json *object, mpb_scores scores)
{
    MPB_TRY(mpb_json_set(object, "precision", mpb_json_new_number(scores.precision)));
    MPB_TRY(mpb_json_set(object, "recall", mpb_json_new_number(scores.recall)));
    return mpb_json_set(object, "f1", mpb_json_new_number(scores.f1));
}

static mpb_status append_label(mpb_json *list, const char *name, mpb_hit_counts counts)
{
    mpb_json *entry = mpb_json_new_object();

    MPB_TRY(mpb_json_append(list, entry));
    MPB_TRY(mpb_json_set(entry, "label", mpb_json_new_text(name)));
    MPB_TRY(set_scores(entry, mpb_scores_of(counts)));
    return mpb_json_set(entry, "support", mpb_json_new_integer(counts.gold));
}

mpb_status label_report_add(const mpb_strings *names, const mpb_hit_counts *counts,
                            size_t num_averages, const label_average *averages, mpb_json *object)
{
    mpb_json *list = mpb_json_new_array();
    mpb_json *means;

    MPB_TRY(mpb_json_set(object, "labels", list));
    for (size_t j = 0; j < names->count; j++) {
        MPB_TRY(append_label(list, names->items[j], counts[j]));
    }
    means = mpb_json_new_object();
    MPB_TRY(mpb_json_set(object, "averages", means));
    for (size_t i = 0; i < num_averages; i++) {
        mpb_json *entry = mpb_json_new_object();

        MPB_TRY(mpb_json_set(means, averages[i].name, entry));
        MPB_TRY(set_scores(entry, averages[i].scores));
    }
    return MPB_OK;
}
