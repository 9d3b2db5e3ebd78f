#pragma once

/* The tensors of a model directory: those of model.safetensors or, where there is none, those that
 * model.safetensors.index.json lists, each in the file that it names. */

#include "mpibert/core/strings.h"
#include "mpibert/io/file.h"
#include "mpibert/io/json.h"
#include "mpibert/io/safetensors.h"

#define WEIGHTS_INDEX "model.safetensors.index.json"

typedef struct weights_tensor {
    const char *name; /* borrowed, like the rest */
    const mpb_tensor_view *view;
    const char *path; /* of its file */
} weights_tensor;

typedef struct weights_files {
    char path[MPB_PATH_SIZE]; /* what lists the tensors: the one file, or the index */
    mpb_json *index;          /* owned; NULL where there is one file */
    mpb_strings names;        /* of the files */
    mpb_strings paths;
    mpb_safetensors **files; /* owned, (names.count) */
    weights_tensor *tensors; /* owned, (count), sorted by name */
    size_t count;
} weights_files;

/* Fills a zeroed object. On failure it still has to be cleared. MPB_ERR_DATA: neither file, a file
 * that is missing or damaged, a file name that leaves the directory, or a tensor that is not in the
 * file that the index names. */
MPB_MUST_CHECK mpb_status weights_files_open(const char *directory, weights_files *weights);
void weights_files_clear(weights_files *weights);

/* NULL where there is no such tensor. */
const weights_tensor *weights_files_find(const weights_files *weights, const char *name);
