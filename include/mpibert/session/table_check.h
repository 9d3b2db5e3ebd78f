#pragma once

/* Whether every index that examples lead to lies inside the model's tables: before the first of
 * them reaches a kernel, which looks none of them up. Local. */

#include "mpibert/core/status.h"
#include "mpibert/model/config.h"
#include "mpibert/shards/dataset.h"

/* Token ids (vocab_size rows), positions (max_position_embeddings), token types (type_vocab_size; a
 * model without types ignores them, as DistilBERT does in transformers) and labels
 * (dataset->label_names, where the dataset has labels). The first example that lies outside is
 * MPB_ERR_DATA; `where` names the data. */
MPB_MUST_CHECK mpb_status mpb_tables_check(const mpb_model_config *config,
                                           const mpb_dataset *dataset, const char *where);
