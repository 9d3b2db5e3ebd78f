#pragma once

/* What a directory of sentence-transformers says of the vectors that its model is for. Local. */

#include <stdbool.h>

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

typedef struct mpb_sentence_model {
    bool is_there;    /* there is modules.json; otherwise all else is as it was */
    char pooling[16]; /* "cls", "mean" or "max" */
    bool normalised;  /* a module Normalize comes last */
} mpb_sentence_model;

/* Of the modules Transformer, Pooling and Normalize; another module, or pooling of another kind, is
 * MPB_ERR_DATA, since vectors without it would be others. `found` starts as {0}. */
MPB_MUST_CHECK mpb_status mpb_sentence_model_read(const char *directory, mpb_sentence_model *found);

/* Adds the folders that its modules have beside the encoder, such as "1_Pooling"; each lies in the
 * directory itself. None where there is no modules.json. */
MPB_MUST_CHECK mpb_status mpb_sentence_model_folders(const char *directory, mpb_strings *folders);
