#pragma once

/* What is trained, and when: a word, top:N or a list of names, and a map of epochs to such. Private to
 * the run_config files; a field stays untouched on failure. `where` is FILE:LINE or "command line". */

#include "mpibert/core/buffer.h"
#include "mpibert/io/yaml.h"
#include "run_config_table.h"

MPB_MUST_CHECK mpb_status run_trainable_set(const run_key *key, const mpb_yaml_node *node,
                                            const char *where, mpb_trainable *field);
MPB_MUST_CHECK mpb_status run_trainable_write(const mpb_trainable *what, mpb_buffer *out);
void run_trainable_clear(mpb_trainable *what);

MPB_MUST_CHECK mpb_status run_schedule_set(const run_key *key, const mpb_yaml_node *node,
                                           const char *where, mpb_unfreeze_schedule *field);
MPB_MUST_CHECK mpb_status run_schedule_write(const mpb_unfreeze_schedule *schedule,
                                             mpb_buffer *out);
void run_schedule_clear(mpb_unfreeze_schedule *schedule);
