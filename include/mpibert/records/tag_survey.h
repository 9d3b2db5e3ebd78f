#pragma once

/* Which scheme the tags of a corpus follow, and where they do not. Local.
 *
 * In IOB2 every entity begins with B-; in IOB1 with I-, but for one right behind another of its type;
 * IOBES and BILOU say its end and single words too. Where an entity begins and ends is the same in all
 * of them, as conlleval and seqeval read them, so what does not fit is said and not refused. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/records/record.h"

/* Ways in which entities begin and end, of which only some go together. */
typedef enum mpb_tag_sign {
    MPB_TAG_BEGINS_WITH_I, /* where IOB2 has B-; with E- or L-, too */
    MPB_TAG_BEGINS_WITH_B, /* where IOB1 has I- */
    MPB_TAG_SAYS_END,      /* with E-, S-, L- or U- */
    MPB_TAG_LACKS_END,     /* with B- or I-, where IOBES has E- or S- */
    MPB_NUM_TAG_SIGNS
} mpb_tag_sign;

/* Starts as {0}. */
typedef struct mpb_tag_survey {
    uint64_t entities;
    uint64_t counts[MPB_NUM_TAG_SIGNS];            /* entities with the sign */
    char first[MPB_NUM_TAG_SIGNS][MPB_PLACE_SIZE]; /* the first of them: "train.conll, line 17" */
} mpb_tag_survey;

/* Looks at the tags of a sentence. */
void mpb_tag_survey_add(mpb_tag_survey *survey, const mpb_record *record);

/* total += part, which stands behind it. */
void mpb_tag_survey_merge(mpb_tag_survey *total, const mpb_tag_survey *part);

enum { MPB_TAG_WARNING_SIZE = MPB_PLACE_SIZE + 256 };

/* What is to be said of entities that do not follow the scheme of most; false: all follow one. */
bool mpb_tag_survey_judge(const mpb_tag_survey *survey, char warning[MPB_TAG_WARNING_SIZE]);
