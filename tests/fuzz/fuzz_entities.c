/* Label names, a line each until an empty one, then a byte a label of a sequence and of another: names
 * are refused or read, and the same entities are counted from either side. */

#include "fuzz.h"
#include "mpibert/eval/metrics_entities.h"

/* Takes the lines before the first empty one from *text; what is left has *size bytes. */
static mpb_strings take_names(const char **text, size_t *size)
{
    mpb_strings names = {0};

    for (bool more = true; more && *size > 0;) {
        const char *end = memchr(*text, '\n', *size);
        const size_t length = end == NULL ? *size : (size_t)(end - *text);
        const size_t taken = length + (end != NULL);

        more = length > 0;
        if (more && memchr(*text, '\0', length) == NULL) {
            CHECK_OK(mpb_strings_add(&names, *text, length));
        }
        *text += taken;
        *size -= taken;
    }
    return names;
}

static void check_counts(const mpb_entity_labels *labels, const uint8_t *bytes, size_t length)
{
    int32_t *gold = calloc(2 * length + 1, sizeof(*gold));
    int32_t *predicted = gold + length;
    mpb_hit_counts *counts = calloc(3 * labels->types.count + 1, sizeof(*counts));
    mpb_hit_counts *back = counts + labels->types.count, *self = back + labels->types.count;

    CHECK(gold != NULL && counts != NULL);
    for (size_t i = 0; i < 2 * length; i++) {
        gold[i] = (int32_t)(bytes[i] % labels->num_labels);
    }
    mpb_entities_count(labels, length, gold, predicted, counts);
    mpb_entities_count(labels, length, predicted, gold, back);
    mpb_entities_count(labels, length, gold, gold, self);
    for (size_t t = 0; t < labels->types.count; t++) {
        CHECK(counts[t].gold == back[t].predicted && counts[t].predicted == back[t].gold);
        CHECK(counts[t].hits == back[t].hits && counts[t].hits <= counts[t].gold);
        CHECK(self[t].hits == self[t].gold && self[t].hits == counts[t].gold);
        CHECK(counts[t].gold <= (int64_t)length);
    }
    free(counts);
    free(gold);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = fuzz_copy(data, size);
    const char *rest = copy;
    mpb_strings names = take_names(&rest, &size);

    for (int scheme = MPB_ENTITIES_DEFAULT; scheme <= MPB_ENTITIES_IOBES; scheme++) {
        mpb_entity_labels labels = {0};

        if (mpb_entity_labels_read((mpb_entity_scheme)scheme, &names, &labels) != MPB_OK) {
            CHECK(strstr(mpb_status_last(), "does not label an entity") != NULL);
        } else if (names.count > 0) {
            check_counts(&labels, (const uint8_t *)rest, size / 2);
        }
        mpb_entity_labels_clear(&labels);
    }
    mpb_strings_clear(&names);
    free(copy);
    return 0;
}
