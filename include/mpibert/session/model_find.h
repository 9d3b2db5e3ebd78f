#pragma once

/* Where the model `name` (a directory, a registry key, a hub id) lies: see mpb_model_dir_find. The
 * cache of Hugging Face's libraries is HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME/hub,
 * XDG_CACHE_HOME/huggingface/hub or ~/.cache/huggingface/hub, the first whose variable is set, as
 * in huggingface_hub. Local. */

#include "mpibert/core/status.h"
#include "mpibert/io/file.h"

MPB_MUST_CHECK mpb_status mpb_model_find(const char *name, char directory[MPB_PATH_SIZE]);
