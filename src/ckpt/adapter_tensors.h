#pragma once

/* What both kinds of adapters do with their files of tensors. */

#include "mpibert/io/safetensors.h"
#include "mpibert/model/parameters.h"

enum { ADAPTER_NAME = 2 * MPB_PARAMETER_NAME };

/* values = the tensor `name`, which must be there in the parameter's shape and be finite. */
MPB_MUST_CHECK mpb_status adapter_take(const mpb_safetensors *file, const char *path,
                                       const char *name, const mpb_parameter *parameter,
                                       float *values);
