#pragma once

/* What the teacher says of the training data, without dropout and in the precision of the run, is computed
 * once, by all ranks, before the student is made, and kept in memory and in the cache of the data; the
 * epochs compute the student alone. Collective. */

#include "whole_run.h"

/* Fills run->inputs.train.taught, for which there is room; nothing without a teacher. */
MPB_MUST_CHECK mpb_status ask_teacher(whole_run *run);
