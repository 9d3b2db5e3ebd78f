#include "head.h"

#define TABLE_OF_HEAD(NAME) [MPB_HEAD_##NAME] = &HEAD_##NAME,

static const head *const HEADS[MPB_NUM_HEADS] = {MPB_HEADS(TABLE_OF_HEAD)};

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

double mpb_head_flops(const mpb_model_config *config, double rows)
{
    return HEADS[config->head]->flops(config, rows);
}
