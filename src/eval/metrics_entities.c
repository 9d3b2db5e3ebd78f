#include "mpibert/eval/metrics_entities.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "mpibert/core/memory.h"

typedef struct mpb_entity_label {
    char tag; /* one of OIBES */
    int type; /* in labels->types; -1 of O */
} entity_label;

typedef enum agreement { ANY_TYPES, SAME_TYPE, OTHER_TYPE } agreement;

/* A token with one of the tags `now` after one with a tag of `before`. */
typedef struct pattern {
    const char *before;
    const char *now;
    agreement types;
} pattern;

enum { MAX_PATTERNS = 4 };

/* At each token, an entity that is open goes on if one of `inside` holds; otherwise it is closed,
 * and is an entity if one of `ends` holds. Then another opens if one of `starts` does. */
typedef struct scheme_rules {
    const char *name;
    const char *tags;
    pattern starts[MAX_PATTERNS];
    pattern inside[MAX_PATTERNS];
    pattern ends[MAX_PATTERNS];
} scheme_rules;

static const scheme_rules SCHEMES[] = {
    [MPB_ENTITIES_DEFAULT] = {"IOB or IOBES", "OIBES", .starts = {{"OIBES", "IBES", ANY_TYPES}},
                              .inside = {{"IB", "IE", SAME_TYPE}},
                              .ends = {{"IBES", "OIBES", ANY_TYPES}}},
    [MPB_ENTITIES_IOB1] = {"IOB1", "OIB",
                           .starts = {{"OB", "I", ANY_TYPES},
                                      {"I", "I", OTHER_TYPE},
                                      {"IB", "B", SAME_TYPE}},
                           .inside = {{"IB", "I", SAME_TYPE}},
                           .ends = {{"IB", "O", ANY_TYPES},
                                    {"I", "B", ANY_TYPES},
                                    {"B", "B", SAME_TYPE},
                                    {"IB", "I", OTHER_TYPE}}},
    [MPB_ENTITIES_IOB2] = {"IOB2", "OIB", .starts = {{"OIB", "B", ANY_TYPES}},
                           .inside = {{"IB", "I", SAME_TYPE}},
                           .ends = {{"IB", "OB", ANY_TYPES}, {"IB", "I", OTHER_TYPE}}},
    [MPB_ENTITIES_IOBES] = {"IOBES", "OIBES", .starts = {{"OIBES", "BS", ANY_TYPES}},
                            .inside = {{"IB", "IE", SAME_TYPE}},
                            .ends = {{"ES", "OIBES", ANY_TYPES}}},
};

static bool holds(const pattern *patterns, entity_label before, entity_label now)
{
    for (int i = 0; i < MAX_PATTERNS && patterns[i].before != NULL; i++) {
        const pattern *p = &patterns[i];

        if (strchr(p->before, before.tag) != NULL && strchr(p->now, now.tag) != NULL &&
            (p->types == ANY_TYPES || (before.type == now.type) == (p->types == SAME_TYPE))) {
            return true;
        }
    }
    return false;
}

/* The type in label `name` as seqeval reads it, *length bytes: after the tag and one hyphen, or
 * with mode="strict" without all hyphens at its ends. */
static const char *type_in(mpb_entity_scheme scheme, const char *name, size_t *length)
{
    const char *type = name + 1;

    type += *type == '-';
    *length = strlen(type);
    if (scheme != MPB_ENTITIES_DEFAULT) {
        while (*type == '-') {
            type++;
            --*length;
        }
        while (*length > 0 && type[*length - 1] == '-') {
            --*length;
        }
    }
    if (*length == 0) {
        *length = 1;
        return "_";
    }
    return type;
}

static bool is_outside(const char *name)
{
    return strcmp(name, "O") == 0;
}

static mpb_status check_name(mpb_entity_scheme scheme, const char *name, size_t i)
{
    const char *tags = SCHEMES[scheme].tags;
    const bool is_tag = *name != '\0' && *name != 'O' && strchr(tags, *name) != NULL &&
                        (name[1] == '\0' || name[1] == '-');

    MPB_REQUIRE(is_outside(name) || is_tag, MPB_ERR_DATA,
                "'%s' does not label an entity: %s has 'O' or a letter of %s, '-' and the type, "
                "as in 'B-PER' (label %zu)",
                name, SCHEMES[scheme].name, tags + 1, i);
    return MPB_OK;
}

static int find_type(const mpb_strings *types, const char *type, size_t length)
{
    for (size_t i = 0; i < types->count; i++) {
        if (strlen(types->items[i]) == length && memcmp(types->items[i], type, length) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static mpb_status collect_types(mpb_entity_scheme scheme, const mpb_strings *names,
                                mpb_strings *types)
{
    for (size_t i = 0; i < names->count; i++) {
        size_t length;
        const char *type;

        MPB_TRY(check_name(scheme, names->items[i], i));
        type = type_in(scheme, names->items[i], &length);
        if (!is_outside(names->items[i]) && find_type(types, type, length) < 0) {
            MPB_TRY(mpb_strings_add(types, type, length));
        }
    }
    mpb_strings_sort(types);
    return MPB_OK;
}

static mpb_status read_labels(const mpb_strings *names, mpb_entity_labels *labels)
{
    MPB_TRY(collect_types(labels->scheme, names, &labels->types));
    MPB_TRY(mpb_memory_create(names->count, sizeof(*labels->labels), "the labels of entities",
                              (void **)&labels->labels));
    for (size_t i = 0; i < names->count; i++) {
        size_t length;
        const char *type = type_in(labels->scheme, names->items[i], &length);
        const bool outside = is_outside(names->items[i]);

        labels->labels[i].tag = *names->items[i];
        labels->labels[i].type = outside ? -1 : find_type(&labels->types, type, length);
    }
    return MPB_OK;
}

mpb_status mpb_entity_labels_read(mpb_entity_scheme scheme, const mpb_strings *label_names,
                                  mpb_entity_labels *labels)
{
    mpb_entity_labels made = {.scheme = scheme, .num_labels = label_names->count};
    mpb_status status = read_labels(label_names, &made);

    if (status != MPB_OK) {
        mpb_entity_labels_clear(&made);
        return status;
    }
    *labels = made;
    return MPB_OK;
}

void mpb_entity_labels_clear(mpb_entity_labels *labels)
{
    mpb_memory_destroy(labels->labels);
    mpb_strings_clear(&labels->types);
    *labels = (mpb_entity_labels){0};
}

static const entity_label OUTSIDE = {.tag = 'O', .type = -1};

/* Reads the labels of a sequence from left to right. */
typedef struct entity_reader {
    entity_label before;
    bool open; /* an entity, since token `first` */
    size_t first;
    bool found; /* an entity that ended before the token just read */
    size_t found_first;
    int found_type;
} entity_reader;

static void read_token(const scheme_rules *rules, size_t position, entity_label now,
                       entity_reader *reader)
{
    const entity_label before = reader->before;

    reader->before = now;
    reader->found = false;
    if (reader->open && holds(rules->inside, before, now)) {
        return;
    }
    if (reader->open && holds(rules->ends, before, now)) {
        reader->found = true;
        reader->found_first = reader->first;
        reader->found_type = before.type;
    }
    reader->open = holds(rules->starts, before, now);
    reader->first = position;
}

static entity_label label_of(const mpb_entity_labels *labels, int32_t label)
{
    assert(label >= 0 && (size_t)label < labels->num_labels);
    return labels->labels[label];
}

void mpb_entities_count(const mpb_entity_labels *labels, size_t length, const int32_t *gold,
                        const int32_t *predicted, mpb_hit_counts *counts)
{
    const scheme_rules *rules = &SCHEMES[labels->scheme];
    entity_reader truth = {.before = OUTSIDE}, guess = {.before = OUTSIDE};

    for (size_t i = 0; i <= length; i++) {
        const bool end = i == length; /* where whatever is open ends */

        read_token(rules, i, end ? OUTSIDE : label_of(labels, gold[i]), &truth);
        read_token(rules, i, end ? OUTSIDE : label_of(labels, predicted[i]), &guess);
        if (truth.found) {
            counts[truth.found_type].gold++;
        }
        if (guess.found) {
            counts[guess.found_type].predicted++;
        }
        if (truth.found && guess.found && truth.found_first == guess.found_first &&
            truth.found_type == guess.found_type) {
            counts[truth.found_type].hits++;
        }
    }
}

/* Of the types that occur only, as seqeval; `occurring` is scratch (num_types). */
static mpb_score_averages average(size_t num_types, const mpb_hit_counts *per_type,
                                  mpb_hit_counts *occurring)
{
    size_t count = 0;

    for (size_t i = 0; i < num_types; i++) {
        if (per_type[i].gold + per_type[i].predicted > 0) {
            occurring[count++] = per_type[i];
        }
    }
    return mpb_scores_average(count, occurring);
}

mpb_status mpb_entity_metrics_compute(const mpb_entity_labels *labels, size_t num_sequences,
                                      const size_t *offsets, const int32_t *gold,
                                      const int32_t *predicted, mpb_entity_metrics *metrics)
{
    const size_t num_types = labels->types.count;
    mpb_entity_metrics made = {.num_tokens = offsets[num_sequences] - offsets[0]};
    size_t right = 0;

    /* The second half is scratch. */
    MPB_TRY(mpb_memory_create(2 * num_types, sizeof(*made.per_type), "the counts of entities",
                              (void **)&made.per_type));
    for (size_t i = 0; i < num_sequences; i++) {
        mpb_entities_count(labels, offsets[i + 1] - offsets[i], gold + offsets[i],
                           predicted + offsets[i], made.per_type);
    }
    for (size_t i = offsets[0]; i < offsets[num_sequences]; i++) {
        right += gold[i] == predicted[i];
    }
    made.accuracy = made.num_tokens > 0 ? (double)right / (double)made.num_tokens : 0.0;
    made.averages = average(num_types, made.per_type, made.per_type + num_types);
    *metrics = made;
    return MPB_OK;
}

void mpb_entity_metrics_clear(mpb_entity_metrics *metrics)
{
    mpb_memory_destroy(metrics->per_type);
    *metrics = (mpb_entity_metrics){0};
}
