#pragma once

/* A finished model with its weights as they are, for work other than computing. Local. */

#include "mpibert/model/parameters.h"
#include "mpibert/session/opened_model.h"

typedef struct mpb_loaded_model {
    mpb_opened_model opened;
    mpb_parameters parameters; /* owned; of an encoder alone without its head */
    float *weights;            /* owned, (parameters.size), low-rank adaptations apart */
    bool has_head;             /* otherwise an encoder alone */
    bool has_pooler;           /* of an encoder alone: transformers' pooler_output */
} mpb_loaded_model;

/* `name` as mpb_opened_model_open takes it; outputs are named (mpb_opened_model_name_labels). A
 * directory whose configuration names a class with a head must have all of it; another one is an
 * encoder alone unless its files hold a classifier. `loaded` starts as {0}, stays where it is, and
 * is the caller's to close, also after a failure. */
MPB_MUST_CHECK mpb_status mpb_loaded_model_read(const char *name, mpb_loaded_model *loaded);
void mpb_loaded_model_close(mpb_loaded_model *loaded);

/* Puts what low-rank adaptations add into the weights that they adapt. */
void mpb_loaded_model_merge(mpb_loaded_model *loaded);
