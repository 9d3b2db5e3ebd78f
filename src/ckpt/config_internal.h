#pragma once

/* What reading config.json consists of. `where` is the file's path for messages. */

#include "mpibert/ckpt/model_dir.h"
#include "mpibert/io/json.h"

/* NULL where the member is absent or null, which the reference treats alike. */
const mpb_json *config_given(const mpb_json *object, const char *name);

/* A required number of things. */
MPB_MUST_CHECK mpb_status config_get_size(const mpb_json *root, const char *name, const char *where,
                                          int *out);

/* A number, or `otherwise` where it is not given. */
MPB_MUST_CHECK mpb_status config_get_number_or(const mpb_json *root, const char *name,
                                               double otherwise, const char *where, float *out);

/* A text that must be `expected` where it is given. */
MPB_MUST_CHECK mpb_status config_require_text(const mpb_json *root, const char *name,
                                              const char *expected, const char *where);

/* config->num_labels = as many as id2label names, or num_labels, or 2. */
MPB_MUST_CHECK mpb_status config_read_num_labels(const mpb_json *root, const char *where,
                                                 mpb_model_config *config);

/* root.id2label and root.label2id: the names, or LABEL_0 ... where there are none. */
MPB_MUST_CHECK mpb_status config_set_labels(mpb_json *root, const mpb_model_config *config,
                                            const mpb_strings *names);

/* Adds the names of id2label in the order of their ids, or none where all are LABEL_n. It decides,
 * as in the reference; label2id is read by nobody. A name that is a number or a boolean is its JSON
 * text. */
MPB_MUST_CHECK mpb_status config_read_names(const mpb_json *root, const char *where,
                                            mpb_strings *names);
