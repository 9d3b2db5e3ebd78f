#pragma once

/* Entities among labelled tokens, found and scored as seqeval 1.2.2 does. Local and pure. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/eval/scores.h"

/* Which tokens make an entity. Labels are "O", outside of any, or a letter (B: begins one, I: is
 * inside, E: ends one, S: is a whole one), "-" and the entity's type; its type is "_" where the
 * label has none. */
typedef enum mpb_entity_scheme {
    MPB_ENTITIES_DEFAULT, /* seqeval's default mode: what conlleval makes of any order of labels */
    MPB_ENTITIES_IOB1,    /* mode="strict", scheme=IOB1; labels O, I, B */
    MPB_ENTITIES_IOB2,    /* likewise IOB2 */
    MPB_ENTITIES_IOBES,   /* likewise IOBES; labels O, I, B, E, S */
} mpb_entity_scheme;

/* What the labels say in a scheme. Starts as {0}. */
typedef struct mpb_entity_labels {
    mpb_entity_scheme scheme;
    size_t num_labels;
    struct mpb_entity_label *labels; /* owned, (num_labels) */
    mpb_strings types;               /* owned; all that labels name, sorted */
} mpb_entity_labels;

/* MPB_ERR_DATA where a label is none of the scheme. */
MPB_MUST_CHECK mpb_status mpb_entity_labels_read(mpb_entity_scheme scheme,
                                                 const mpb_strings *label_names,
                                                 mpb_entity_labels *labels);
void mpb_entity_labels_clear(mpb_entity_labels *labels);

/* Adds the entities of one sequence of `length` labelled tokens to counts (labels->types.count):
 * one is hit where first token, last token and type are right. Labels are in [0, num_labels). */
void mpb_entities_count(const mpb_entity_labels *labels, size_t length, const int32_t *gold,
                        const int32_t *predicted, mpb_hit_counts *counts);

typedef struct mpb_entity_metrics {
    size_t num_tokens;
    double accuracy;             /* accuracy_score: the share of tokens with the right label */
    mpb_score_averages averages; /* over the types of which there is or was predicted an entity */
    mpb_hit_counts *per_type;    /* owned, (labels->types.count) */
} mpb_entity_metrics;

/* Of sequences i of labelled tokens [offsets[i], offsets[i + 1]). Scores are 0 without entities. */
MPB_MUST_CHECK mpb_status mpb_entity_metrics_compute(const mpb_entity_labels *labels,
                                                     size_t num_sequences, const size_t *offsets,
                                                     const int32_t *gold, const int32_t *predicted,
                                                     mpb_entity_metrics *metrics);
void mpb_entity_metrics_clear(mpb_entity_metrics *metrics);
