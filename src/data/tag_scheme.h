#pragma once

/* How the tags of words mark entities of several words.
 *
 * IOB2 begins every entity with B-; IOB1 only one that directly follows another of its type, and
 * all others with I-; IOBES marks the last word with E- and the only one with S-. O is outside. */

#include <stdbool.h>
#include <stddef.h>

#include "label_list.h"
#include "mpibert/core/status.h"

typedef enum mpb_tag_scheme {
    MPB_TAGS_PLAIN, /* no entities: parts of speech, for instance */
    MPB_TAGS_IOB1,
    MPB_TAGS_IOB2,
    MPB_TAGS_IOBES,
} mpb_tag_scheme;

/* What was seen of a corpus. Starts as {0}. */
typedef struct mpb_tag_survey {
    bool plain;         /* a tag that is neither O nor B-, I-, E- or S- and a type */
    bool entity;        /* a tag of an entity */
    bool ends;          /* an entity with E- or S- */
    bool begins_with_i; /* an entity that only IOB1 begins so */
} mpb_tag_survey;

/* Looks at the tags of one sentence. */
void mpb_tag_survey_add(mpb_tag_survey *survey, const char *const *tags, size_t count);

/* Without entities that tell IOB1 from IOB2: IOB2, which they are as well. */
mpb_tag_scheme mpb_tag_survey_scheme(const mpb_tag_survey *survey);

/* Adds the tags of one sentence as IOB2 to `out`; plain ones stay as they are. */
MPB_MUST_CHECK mpb_status mpb_tags_to_iob2(mpb_tag_scheme scheme, const char *const *tags,
                                           size_t count, mpb_label_list *out);
