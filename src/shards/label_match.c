#include "mpibert/shards/label_match.h"

#include "mpibert/records/label_names.h"

static bool any_is_number(const mpb_strings *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (mpb_label_number(names->items[i]) >= 0) {
            return true;
        }
    }
    return false;
}

/* Whether rule 3 holds, given that no label is a name. */
static bool are_numbers_of_outputs(const mpb_strings *labels, const mpb_strings *names)
{
    for (size_t i = 0; i < labels->count; i++) {
        int number = mpb_label_number(labels->items[i]);

        if (number < 0 || (size_t)number >= names->count) {
            return false;
        }
    }
    return labels->count > 0 && !any_is_number(names);
}

bool mpb_labels_match(const mpb_strings *labels, const mpb_strings *names, int *outputs)
{
    bool named = false;

    for (size_t i = 0; i < labels->count; i++) {
        outputs[i] = mpb_label_find(names, labels->items[i]);
        named = named || outputs[i] >= 0;
    }
    if (named || !are_numbers_of_outputs(labels, names)) {
        return false;
    }
    for (size_t i = 0; i < labels->count; i++) {
        outputs[i] = mpb_label_number(labels->items[i]);
    }
    return true;
}
