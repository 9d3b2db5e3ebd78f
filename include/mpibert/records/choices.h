#pragma once

/* Which of its choices answers a multiple-choice question. Local. */

#include "mpibert/core/status.h"
#include "mpibert/records/record.h"

/* The position of the choice that the record's label names: a whole number from 0 is a position, as
 * in SWAG, anything else the text of a choice. -1: the record has no label, or it names none. */
int mpb_choice_find(const mpb_record *record);

/* MPB_ERR_DATA unless there are two choices at least, none of them empty, and, if one is `needed`,
 * exactly one right answer: a second label, or a second choice with the text of the right one, would
 * be another. */
MPB_MUST_CHECK mpb_status mpb_choices_check(const mpb_record *record, bool needed);
