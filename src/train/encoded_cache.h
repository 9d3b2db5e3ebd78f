#pragma once

/* What a frozen encoder makes of a dataset, in a file of the cache of the data: encoded-KEY.h5, the key
 * being of the weights, of the sequences and of the products that computed it. On rank 0. Local. */

#include "whole_run.h"

typedef struct encoded_cache {
    char key[MPB_SHA256_TEXT];
    char path[MPB_PATH_SIZE];
} encoded_cache;

/* Where it is, and whether it was there: then data->encoded holds it. A file that is damaged is warned
 * of, and will be written anew. */
MPB_MUST_CHECK mpb_status encoded_cache_look(const whole_run *run, mpb_dataset *data,
                                             encoded_cache *cache, bool *found);

MPB_MUST_CHECK mpb_status encoded_cache_write(const whole_run *run, const encoded_cache *cache,
                                              const mpb_dataset *data);
