#include "mpibert/shards/shard_layout.h"

static bool always(const mpb_dataset_shape *shape)
{
    (void)shape;
    return true;
}

static bool with_labels(const mpb_dataset_shape *shape)
{
    return shape->labels;
}

static bool with_values(const mpb_dataset_shape *shape)
{
    return shape->value_width > 0;
}

static bool with_token_labels(const mpb_dataset_shape *shape)
{
    return shape->token_labels;
}

static bool with_answers(const mpb_dataset_shape *shape)
{
    return shape->answers;
}

static bool with_characters(const mpb_dataset_shape *shape)
{
    return shape->characters;
}

/* clang-format off */
#define ARRAY(name_, type_, field, by_token_, exists_, is_table_) \
    {.name = name_, .type = type_, .element = sizeof(*((mpb_dataset *)NULL)->field), \
     .offset = offsetof(mpb_dataset, field), .by_token = by_token_, .exists = exists_, \
     .is_table = is_table_}

const mpb_shard_array mpb_shard_arrays[] = {
    ARRAY("segment_b", MPB_H5_U32, segment_b, false, always, false),
    ARRAY("document", MPB_H5_U64, document, false, always, false),
    ARRAY("chunk", MPB_H5_U32, chunk, false, always, false),
    ARRAY("labels", MPB_H5_I32, labels, false, with_labels, false),
    ARRAY("labels", MPB_H5_F32, values, false, with_values, true),
    ARRAY("labels", MPB_H5_I32, token_labels, true, with_token_labels, false),
    ARRAY("answers/start", MPB_H5_I32, answer_start, false, with_answers, false),
    ARRAY("answers/end", MPB_H5_I32, answer_end, false, with_answers, false),
    ARRAY("char_start", MPB_H5_U32, char_start, true, with_characters, false),
    ARRAY("char_end", MPB_H5_U32, char_end, true, with_characters, false),
};
/* clang-format on */

const size_t mpb_num_shard_arrays = sizeof(mpb_shard_arrays) / sizeof(mpb_shard_arrays[0]);

void **mpb_shard_array_of(mpb_dataset *dataset, const mpb_shard_array *array)
{
    return (void **)(void *)((char *)dataset + array->offset);
}
