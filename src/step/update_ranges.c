#include "update_ranges.h"

#include <math.h>

/* The head learns at the full rate; encoder layer l of L at decay^(L - l), embeddings (layer -1) at
 * decay^(L + 1). */
static tensor_rule rule_of(const mpb_updater_options *options, const mpb_parameter *parameter,
                           int num_layers)
{
    return (tensor_rule){
        .decay = parameter->decay ? options->weight_decay : 0.0f,
        .rate_factor = powf(options->layer_lr_decay, (float)(num_layers - parameter->layer)),
        .steps_before = parameter->trained_after * options->steps_per_epoch,
    };
}

/* Lists what is owned of a tensor from `next` on, unless that is NULL; gives the number of runs. */
static size_t list_ranges(const mpb_share *share, const mpb_parameters *parameters, size_t tensor,
                          update_range *next)
{
    const size_t begin = parameters->items[tensor].offset;
    const size_t end = begin + parameters->items[tensor].count;
    size_t count = 0;
    size_t taken;

    for (size_t at = begin; at < end; at += taken) {
        const size_t left = end - at;
        const size_t beside = at % MPB_SHARE_LINE;
        const size_t most = beside > 0 ? MPB_SHARE_LINE - beside : UPDATE_BLOCK;
        const mpb_owned run = mpb_share_find(share, at, left < most ? left : most, &taken);

        if (run.count > 0 && next != NULL) {
            next[count] = (update_range){.run = run, .tensor = tensor};
        }
        count += run.count > 0;
    }
    return count;
}

/* The word table is the first tensor, where it is trained. */
static size_t list_all(const mpb_share *share, const mpb_parameters *parameters,
                       update_range *items)
{
    size_t count = 0;

    for (size_t tensor = share->num_rows > 0; tensor < parameters->count; tensor++) {
        count += list_ranges(share, parameters, tensor, items == NULL ? NULL : items + count);
    }
    return count;
}

void update_ranges_lay_out(update_ranges *ranges, const mpb_parameters *parameters,
                           const mpb_share *share, mpb_arena *arena)
{
    ranges->num_tensors = parameters->count;
    ranges->count = list_all(share, parameters, NULL);
    ranges->rules = mpb_arena_take(arena, ranges->num_tensors * sizeof(*ranges->rules));
    ranges->items = mpb_arena_take(arena, ranges->count * sizeof(*ranges->items));
}

void update_ranges_fill(update_ranges *ranges, const mpb_updater_options *options,
                        const mpb_parameters *parameters, const mpb_share *share, int num_layers)
{
    list_all(share, parameters, ranges->items);
    for (size_t tensor = 0; tensor < ranges->num_tensors; tensor++) {
        ranges->rules[tensor] = rule_of(options, &parameters->items[tensor], num_layers);
    }
}
