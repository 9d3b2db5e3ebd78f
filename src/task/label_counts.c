#include "label_counts.h"

enum { MOST_LISTED = 8 };

void label_counts_balance(size_t num_labels, const size_t *counts, float *weights)
{
    size_t total = 0;

    for (size_t j = 0; j < num_labels; j++) {
        total += counts[j];
    }
    for (size_t j = 0; j < num_labels; j++) {
        weights[j] = counts[j] == 0
                         ? 0.0f
                         : (float)((double)total / ((double)num_labels * (double)counts[j]));
    }
}

static mpb_status append_extremes(const mpb_strings *names, const size_t *counts, const char *noun,
                                  mpb_buffer *out)
{
    size_t rarest = 0;
    size_t usual = 0;

    for (size_t j = 1; j < names->count; j++) {
        rarest = counts[j] < counts[rarest] ? j : rarest;
        usual = counts[j] > counts[usual] ? j : usual;
    }
    return mpb_buffer_append_format(out, "%zu %s, from %.40s %zu to %.40s %zu", names->count, noun,
                                    names->items[rarest], counts[rarest], names->items[usual],
                                    counts[usual]);
}

mpb_status label_counts_append(const mpb_strings *names, const size_t *counts, const char *noun,
                               mpb_buffer *out)
{
    if (names->count > MOST_LISTED) {
        return append_extremes(names, counts, noun, out);
    }
    MPB_TRY(mpb_buffer_append_format(out, "%zu %s:", names->count, noun));
    for (size_t j = 0; j < names->count; j++) {
        MPB_TRY(mpb_buffer_append_format(out, "%s %.40s %zu", j == 0 ? "" : ",", names->items[j],
                                         counts[j]));
    }
    return MPB_OK;
}
