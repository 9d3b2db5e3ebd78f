#pragma once

/* Where neither embeddings nor layers are trained, what they make of a text never changes: a linear
 * probe. Then it is computed once for all texts, by all ranks, kept in memory and in the cache of the
 * data, and all epochs and validations begin at the head. Tokens that are masked anew in each epoch
 * make other texts of them, and so do large corpora on disk, or too little memory, mean that the
 * encoder runs in every epoch; that is said, and the results are the same. Collective. */

#include "whole_run.h"

/* Room for it, if it is to be kept: before the memory of the run is planned. */
MPB_MUST_CHECK mpb_status frozen_encoder_reserve(whole_run *run);

/* Fills it, once the weights are there. */
MPB_MUST_CHECK mpb_status frozen_encoder_run(whole_run *run);
