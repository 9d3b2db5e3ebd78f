#include "head.h"

static const head *const HEADS[] = {
    [MPB_HEAD_SEQUENCE] = &HEAD_SEQUENCE, [MPB_HEAD_TOKENS] = &HEAD_TOKENS,
    [MPB_HEAD_SPANS] = &HEAD_SPANS,       [MPB_HEAD_CHOICE] = &HEAD_CHOICE,
    [MPB_HEAD_WORDS] = &HEAD_WORDS,       [MPB_HEAD_PRETRAINING] = &HEAD_PRETRAINING,
};

const head *head_of(mpb_head_kind kind)
{
    return HEADS[kind];
}

const mpb_head_facts *mpb_head_of(mpb_head_kind kind)
{
    return &HEADS[kind]->facts;
}

int mpb_head_width(const mpb_model_config *config)
{
    return HEADS[config->head]->width(config);
}
