#pragma once

/* Gets a model directory from the hub, a folder or a wheel, checks it, and puts it in place whole.
 * Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/io/file.h"

/* Called now and then while a file is downloaded; `total` is 0 while unknown. */
typedef void mpb_fetch_progress_fn(void *context, const char *file, uint64_t received,
                                   uint64_t total);

typedef struct mpb_fetch_request {
    const mpb_log *log;   /* borrowed */
    const char *name;     /* a directory, a .whl or .zip file, a registry key, "minilm", a hub id */
    const char *output;   /* NULL: models/<last part of the name> */
    const char *endpoint; /* of the hub; NULL: https://huggingface.co */
    const char *token;    /* that the hub asks for, or NULL */
    int stall_seconds;    /* a hub that sends less than 1 KiB a second for so long is given up; 0:
                             MPB_HTTP_STALL_SECONDS */
    mpb_fetch_progress_fn *progress; /* or NULL */
    void *context;                   /* for progress; borrowed */
    bool (*stopped)(void);           /* whether to give up and leave nothing behind; or NULL */
} mpb_fetch_request;

typedef struct mpb_fetch_result {
    char directory[MPB_PATH_SIZE];
    bool already_there; /* a complete, verified copy was found, and nothing was done */
    size_t num_files;   /* without the manifest */
    uint64_t bytes;     /* of them */
} mpb_fetch_result;

/* The folder appears (or replaces an older one) only when every file is there, sizes and hashes are
 * those that the hub lists and announces, config.json parses and model.safetensors opens;
 * manifest.json holds size and SHA-256 of each file. A file that is longer than the hub says, a
 * text above 32 MiB and weights above 32 GiB are refused as soon as that shows. A folder that holds
 * anything that no fetch put there is left alone: MPB_ERR_CONFIG. */
MPB_MUST_CHECK mpb_status mpb_fetch_model(const mpb_fetch_request *request,
                                          mpb_fetch_result *result);
