/* What `predict` asks a model of masked words: to fill in the masks that a text has itself. */

#include "fill_lines.h"
#include "fill_words.h"
#include "tasks.h"

/* clang-format off */
#define FILLS_MASKS                                                                                \
    .masks = true,                                                                                 \
    .choose = fill_choose,                                                                         \
    .kept_size = fill_kept_size,                                                                   \
    .condense = fill_condense,                                                                     \
    .merge = fill_merge,                                                                           \
    .describe = fill_lines_describe,                                                               \
    .name_columns = fill_lines_name_columns,                                                       \
    .fill_columns = fill_lines_fill_columns
/* clang-format on */

const mpb_task_table task_fill_mlm = {
    .task = MPB_TASK_MLM,
    .head = MPB_HEAD_WORDS,
    FILLS_MASKS,
};

const mpb_task_table task_fill_pretraining = {
    .task = MPB_TASK_PRETRAINING,
    .head = MPB_HEAD_PRETRAINING,
    FILLS_MASKS,
};
