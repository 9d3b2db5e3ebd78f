#pragma once

/* data->encoded, for which there is room, = what the last layer of the run's model gives for the rows
 * that its head reads, without dropout. Ranks share the sequences out by their tokens and end with all
 * of it; no bit depends on their number. Collective. */

#include "whole_run.h"

MPB_MUST_CHECK mpb_status encode_dataset(whole_run *run, mpb_dataset *data);
