#pragma once

/* AdapterHub's BnConfig, which says where a bottleneck adapter stands and what it computes. */

#include "mpibert/core/status.h"
#include "mpibert/io/json.h"
#include "mpibert/model/bottleneck.h"

/* Sets the members that differ from BnConfig's defaults or decide what is computed. */
MPB_MUST_CHECK mpb_status bottleneck_config_fill(const mpb_bottleneck *bottleneck, int hidden_size,
                                                 mpb_json *object);

/* What is neither double_seq_bn (houlsby) nor seq_bn (pfeiffer) is MPB_ERR_DATA by its member. */
MPB_MUST_CHECK mpb_status bottleneck_config_read(const mpb_json *object, int64_t hidden_size,
                                                 const char *where, mpb_bottleneck *bottleneck);

/* The member `adapters` of a config.json as AdapterHub's models have it, with the one adapter. */
MPB_MUST_CHECK mpb_status bottleneck_config_set(const mpb_bottleneck *bottleneck, int hidden_size,
                                                mpb_json *root);
/* Of none where the member is absent or names none. */
MPB_MUST_CHECK mpb_status bottleneck_config_get(const mpb_json *root, int hidden_size,
                                                const char *where, mpb_bottleneck *bottleneck);
