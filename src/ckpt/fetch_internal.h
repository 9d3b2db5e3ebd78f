#pragma once

#include "mpibert/ckpt/fetch.h"
#include "mpibert/core/strings.h"
#include "mpibert/io/json_value.h"

typedef enum mpb_fetch_kind {
    MPB_FETCH_DIRECTORY,
    MPB_FETCH_ARCHIVE,
    MPB_FETCH_HUB
} mpb_fetch_kind;

/* Where the files of a model come from. */
typedef struct mpb_fetch_source {
    const mpb_fetch_request *request; /* borrowed */
    mpb_fetch_kind kind;
    const char *id;             /* of the hub, or the path; borrowed */
    mpb_strings entries;        /* of an archive; owned */
    char prefix[MPB_PATH_SIZE]; /* the model's folder in the archive, with its '/' */
    mpb_buffer listing;         /* JSON of what the hub says it has; empty before it was asked, and
                                   where it does not tell; owned */
    mpb_value listed_files;     /* the array of files in it; borrowed from `listing` */
} mpb_fetch_source;

/* Tells what `request->name` is, and finds the model in an archive. `source` starts as {0} and is
 * cleared by the caller, also on failure. */
MPB_MUST_CHECK mpb_status mpb_fetch_source_find(const mpb_fetch_request *request,
                                                mpb_fetch_source *source);
void mpb_fetch_source_clear(mpb_fetch_source *source);

/* Asks the hub what it has of the model. */
MPB_MUST_CHECK mpb_status fetch_hub_open(mpb_fetch_source *source);

/* mpb_fetch_source_get from the hub. */
MPB_MUST_CHECK mpb_status fetch_hub_get(const mpb_fetch_source *source, const char *name,
                                        bool optional, const char *path, bool *found);

/* Puts the model's file `name` at `path`. Where it is absent: *found is false if it is `optional`,
 * otherwise a failure. A name is one of letters, digits and "-_." alone, or two of them, of a folder
 * and a file in it. */
MPB_MUST_CHECK mpb_status mpb_fetch_source_get(const mpb_fetch_source *source, const char *name,
                                               bool optional, const char *path, bool *found);

/* Puts the weights into `folder`: model.safetensors, or its index and the files that this names.
 * Each file opens and holds what the index says. */
MPB_MUST_CHECK mpb_status fetch_weights(const mpb_fetch_source *source, const char *folder);

#define FETCH_MODULES "modules.json"

/* Puts modules.json of sentence-transformers into `folder`, where the model has it, and what its modules
 * keep of their configuration. */
MPB_MUST_CHECK mpb_status fetch_sentence_modules(const mpb_fetch_source *source,
                                                 const char *folder);

/* All JSON in `folder` can be read, and there is a vocabulary; `id` names the model. */
MPB_MUST_CHECK mpb_status fetch_check_model(const char *folder, const char *id);

/* A folder beside the final one; its lock ends with the process, so what a killed fetch left is
 * found and cleared by the next one. */
typedef struct fetch_staging {
    char path[MPB_PATH_SIZE];
    int descriptor; /* of the folder, locked; or -1 */
} fetch_staging;

/* Makes <output>.partial, locks and empties it. */
MPB_MUST_CHECK mpb_status fetch_staging_begin(const char *output, fetch_staging *aside);

/* Removes what was not published, or the older model. The failure that led here stays the one that
 * is described. */
MPB_MUST_CHECK mpb_status fetch_staging_end(fetch_staging *aside, const mpb_log *log,
                                            mpb_status status);
