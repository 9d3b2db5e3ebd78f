#pragma once

/* The tensors that one file of a written model directory is made of. */

#include "mpibert/ckpt/model_dir.h"
#include "mpibert/io/file.h"
#include "mpibert/io/safetensors.h"

/* Those of a model that never change in a run are kept apart from those that are trained, or not. */
typedef enum weights_part { WEIGHTS_ALL, WEIGHTS_FROZEN, WEIGHTS_TRAINED } weights_part;

typedef struct weight_list {
    char path[MPB_PATH_SIZE];   /* of the file */
    mpb_tensor_source *sources; /* owned, (count) */
    size_t count;
    float **copies; /* owned, (count): of weights that are merged, NULL elsewhere */
} weight_list;

/* The name of that part's file. */
const char *weights_part_file(weights_part part);

/* The part that `content` makes a directory's own. */
weights_part weights_part_own(const mpb_model_dir_content *content);

/* The part that has the tensor where both are apart. */
weights_part weights_part_of(const mpb_parameter *parameter);

/* `list` starts as {0} and is the caller's to clear, also after a failure. */
MPB_MUST_CHECK mpb_status weight_list_make(const char *directory,
                                           const mpb_model_dir_content *content, weights_part part,
                                           weight_list *list);
void weight_list_clear(weight_list *list);
