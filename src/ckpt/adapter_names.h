#pragma once

/* PEFT's names of the tensors that an adapter holds. */

#include "mpibert/model/parameters.h"

enum { ADAPTER_NAME = 2 * MPB_PARAMETER_NAME };

/* base_model.model.NAME, where the layer that is adapted has become NAME's base_layer. */
void adapter_name(const mpb_parameter *parameter, char name[ADAPTER_NAME]);

/* Whether an adapter holds the tensor: what its training changes. */
bool adapter_holds(const mpb_parameter *parameter);
