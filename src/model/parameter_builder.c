#include "parameter_builder.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

void parameters_add(parameter_builder *to, const char *name, const char *suffix, int rows, int cols)
{
    mpb_parameters *table = to->table;
    mpb_parameter *item = &table->items[table->count++];
    int prefix = 0;

    assert(rows > 0);
    if (to->layer >= 0 && !to->is_head) {
        prefix = snprintf(item->name, sizeof(item->name), to->family->names.layer, to->layer);
    }
    snprintf(item->name + prefix, sizeof(item->name) - (size_t)prefix, "%s%s", name, suffix);
    item->num_dims = cols == 0 ? 1 : 2;
    item->shape[0] = rows;
    item->shape[1] = cols;
    item->count = (size_t)rows * (size_t)(cols == 0 ? 1 : cols);
    item->follows = to->adjacent;
    item->decay = cols != 0;
    item->is_head = to->is_head;
    item->is_base = !to->is_head;
    item->is_feed_forward = to->is_feed_forward;
    item->layer = to->layer;
    table->num_total += item->count;
}

void parameters_add_linear(parameter_builder *to, const char *name, int out, int in)
{
    parameters_add(to, name, ".weight", out, in);
    parameters_add(to, name, ".bias", out, 0);
}

static bool is_target(const mpb_strings *targets, const char *module)
{
    for (size_t i = 0; i < targets->count; i++) {
        if (mpb_lora_finds(targets->items[i], module, strlen(module))) {
            return true;
        }
    }
    return false;
}

static void mark_adapted(mpb_parameters *table, const char *module)
{
    const size_t length = strlen(module);

    for (size_t i = 0; i < table->count; i++) {
        mpb_parameter *item = &table->items[i];

        if (strncmp(item->name, module, length) == 0 && item->name[length] == '.') {
            item->is_adapted = !item->is_lora;
        }
    }
}

void parameters_add_lora(parameter_builder *to, const char *name, int out, int in)
{
    const mpb_lora *lora = to->config->lora;
    const mpb_tensor_names *names = &to->family->names;
    char module[MPB_PARAMETER_NAME];
    const int prefix = snprintf(module, sizeof(module), names->layer, to->layer);
    mpb_parameters *table = to->table;

    if (lora == NULL || lora->rank == 0) {
        return;
    }
    snprintf(module + prefix, sizeof(module) - (size_t)prefix, "%s", name);
    if (lora->targets.count == 0 ? name != names->query && name != names->value
                                 : !is_target(&lora->targets, module)) {
        return;
    }
    parameters_add(to, name, ".lora_A.weight", (int)lora->rank, in);
    parameters_add(to, name, ".lora_B.weight", out, (int)lora->rank);
    table->items[table->count - 2].is_lora = true;
    table->items[table->count - 1].is_lora = true;
    to->num_added += table->items[table->count - 2].count + table->items[table->count - 1].count;
    mark_adapted(table, module);
}

void parameters_add_bottleneck(parameter_builder *to, const char *name)
{
    const int H = to->config->hidden_size;
    const int size = (int)to->config->bottleneck.size;
    mpb_parameters *table = to->table;
    const size_t first = table->count;

    parameters_add(to, name, ".adapter_down.0.weight", size, H);
    parameters_add(to, name, ".adapter_down.0.bias", size, 0);
    parameters_add(to, name, ".adapter_up.weight", H, size);
    parameters_add(to, name, ".adapter_up.bias", H, 0);
    for (size_t i = first; i < table->count; i++) {
        table->items[i].is_bottleneck = true;
        to->num_added += table->items[i].count;
    }
}

void parameters_add_norm(parameter_builder *to, const char *name, int hidden)
{
    parameters_add(to, name, ".weight", hidden, 0);
    to->table->items[to->table->count - 1].is_layernorm_weight = true;
    parameters_add(to, name, ".bias", hidden, 0);
}

void parameters_add_bias(parameter_builder *to, const char *name, int count)
{
    parameters_add(to, name, ".bias", count, 0);
}

void parameters_add_pooler(parameter_builder *to)
{
    const int H = to->config->hidden_size;
    const size_t before = to->table->num_total;

    parameters_add_linear(to, to->family->names.pooler, H, H);
    if (to->family->pooler_is_encoder) {
        to->table->num_encoder += to->table->num_total - before;
        to->table->items[to->table->count - 2].is_base = true;
        to->table->items[to->table->count - 1].is_base = true;
    }
}

void parameters_add_output(parameter_builder *to, const char *name, int out)
{
    mpb_parameter *items = to->table->items;

    parameters_add_linear(to, name, out, to->config->hidden_size);
    items[to->table->count - 2].is_output = true;
    items[to->table->count - 1].is_output = true;
}
