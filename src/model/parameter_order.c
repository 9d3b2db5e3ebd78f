#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "parameter_builder.h"

enum { ALIGNMENT = 16 }; /* floats: tensors start on cache lines */

static const char TRAINABLE[] = "model.trainable";
static const char SCHEDULE[] = "model.unfreeze_schedule";

/* Whether `part` stands in the dotted name, between dots or its ends. */
static bool has_part(const char *name, const char *part)
{
    const size_t length = strlen(part);

    for (const char *at = strstr(name, part); at != NULL; at = strstr(at + 1, part)) {
        if ((at == name || at[-1] == '.') && (at[length] == '.' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

static bool is_bias(const mpb_parameter *item)
{
    static const char BIAS[] = ".bias";
    const size_t length = strlen(item->name);

    return strcmp(item->name + length - strlen(BIAS), BIAS) == 0;
}

static bool is_named(const mpb_parameter *item, const mpb_strings *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (has_part(item->name, names->items[i])) {
            return true;
        }
    }
    return false;
}

static bool is_wanted(const mpb_trainable *what, const mpb_model_config *config,
                      const mpb_parameter *item)
{
    switch (what->kind) {
    case MPB_TRAIN_ALL:
        return true;
    case MPB_TRAIN_HEAD:
        return !item->is_base;
    case MPB_TRAIN_TOP:
        return !item->is_base || item->layer >= config->num_hidden_layers - what->top_layers;
    case MPB_TRAIN_BITFIT:
        return !item->is_base || is_bias(item);
    case MPB_TRAIN_NAMED:
        return !item->is_base || is_named(item, &what->names);
    }
    return false;
}

static mpb_status check_name(const mpb_parameters *table, const char *name, const char *key)
{
    for (size_t i = 0; i < table->count; i++) {
        if (has_part(table->items[i].name, name)) {
            return MPB_OK;
        }
    }
    return MPB_FAIL(
        MPB_ERR_CONFIG,
        "'%.100s' names no tensor of the model, which are called as in %s; parts of such "
        "names between dots were expected (%s)",
        name, table->items[table->count / 2].name, key);
}

static mpb_status check_wish(const mpb_trainable *what, const mpb_model_config *config,
                             const mpb_parameters *table, const char *key)
{
    MPB_REQUIRE(what->kind != MPB_TRAIN_TOP || what->top_layers <= config->num_hidden_layers,
                MPB_ERR_CONFIG, "top:%" PRId64 " was asked for, the model has %d layers (%s)",
                what->top_layers, config->num_hidden_layers, key);
    for (size_t i = 0; what->kind == MPB_TRAIN_NAMED && i < what->names.count; i++) {
        MPB_TRY(check_name(table, what->names.items[i], key));
    }
    return MPB_OK;
}

static bool is_adapted(const mpb_lora *lora, const mpb_parameter *item)
{
    return !item->is_base || item->is_lora || (lora->bias == MPB_LORA_BIAS_ALL && is_bias(item)) ||
           (lora->bias == MPB_LORA_BIAS_ONLY && is_bias(item) && item->is_adapted);
}

static mpb_status check_target(const mpb_parameters *table, const char *target)
{
    char wanted[2 * MPB_PARAMETER_NAME];

    snprintf(wanted, sizeof(wanted), "%.*s.lora_A", MPB_PARAMETER_NAME, target);
    for (size_t i = 0; i < table->count; i++) {
        if (has_part(table->items[i].name, wanted)) {
            return MPB_OK;
        }
    }
    return MPB_FAIL(
        MPB_ERR_CONFIG,
        "'%.100s' ends no name of a linear layer of the encoder, which are called as in %s "
        "without its last part (model.lora.targets)",
        target, table->items[table->count / 2].name);
}

/* The base is frozen. */
static mpb_status adapt(const mpb_lora *lora, mpb_parameters *table)
{
    for (size_t i = 0; i < lora->targets.count; i++) {
        MPB_TRY(check_target(table, lora->targets.items[i]));
    }
    for (size_t i = 0; i < table->count; i++) {
        table->items[i].trained_after = is_adapted(lora, &table->items[i]) ? 0 : MPB_NEVER_TRAINED;
    }
    return MPB_OK;
}

/* Likewise. */
static void freeze_around_bottlenecks(mpb_parameters *table)
{
    for (size_t i = 0; i < table->count; i++) {
        mpb_parameter *item = &table->items[i];

        item->trained_after = !item->is_base || item->is_bottleneck ? 0 : MPB_NEVER_TRAINED;
    }
}

static mpb_status begin(const mpb_trainable *what, const mpb_model_config *config,
                        mpb_parameters *table)
{
    if (config->lora != NULL && config->lora->rank > 0) {
        return adapt(config->lora, table);
    }
    if (config->bottleneck.kind != MPB_NO_BOTTLENECK) {
        freeze_around_bottlenecks(table);
        return MPB_OK;
    }
    MPB_TRY(check_wish(what, config, table, TRAINABLE));
    for (size_t i = 0; i < table->count; i++) {
        mpb_parameter *item = &table->items[i];

        item->trained_after = is_wanted(what, config, item) ? 0 : MPB_NEVER_TRAINED;
    }
    return MPB_OK;
}

static mpb_status unfreeze(const mpb_unfreezing *stage, const mpb_model_config *config,
                           mpb_parameters *table)
{
    size_t count = 0;

    MPB_TRY(check_wish(&stage->what, config, table, SCHEDULE));
    for (size_t i = 0; i < table->count; i++) {
        mpb_parameter *item = &table->items[i];
        const bool frozen = item->trained_after == MPB_NEVER_TRAINED;
        const bool wanted = is_wanted(&stage->what, config, item);

        MPB_REQUIRE(frozen || wanted, MPB_ERR_CONFIG,
                    "what is trained after epoch %" PRId64 " lacks %s, which was trained before: "
                    "tensors can be unfrozen, not frozen again (%s)",
                    stage->epochs, item->name, SCHEDULE);
        if (frozen && wanted) {
            item->trained_after = stage->epochs;
            count++;
        }
    }
    MPB_REQUIRE(count > 0, MPB_ERR_CONFIG,
                "after epoch %" PRId64 " nothing is unfrozen that was frozen before (%s)",
                stage->epochs, SCHEDULE);
    return MPB_OK;
}

/* What is laid out as one, or must come first, has to be trained as such. */
static mpb_status check_order(const mpb_parameters *table)
{
    const mpb_parameter *words = &table->items[0];

    for (size_t i = 1; i < table->count; i++) {
        const mpb_parameter *item = &table->items[i];

        MPB_REQUIRE(!item->follows || item->trained_after == item[-1].trained_after, MPB_ERR_CONFIG,
                    "%s and %s are trained together or not at all: name query, key and value (%s)",
                    item[-1].name, item->name, TRAINABLE);
        MPB_REQUIRE(words->trained_after == MPB_NEVER_TRAINED ||
                        words->trained_after >= item->trained_after,
                    MPB_ERR_CONFIG,
                    "%s is unfrozen after %s: the words can only be unfrozen last (%s)", item->name,
                    words->name, SCHEDULE);
    }
    return MPB_OK;
}

static size_t aligned(size_t offset)
{
    return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void place(mpb_parameters *table, int64_t trained_after)
{
    for (size_t i = 0; i < table->count; i++) {
        mpb_parameter *item = &table->items[i];

        if (item->trained_after == trained_after) {
            item->offset = item->follows ? table->size : aligned(table->size);
            table->size = item->offset + item->count;
        }
    }
    table->size = aligned(table->size);
}

mpb_status parameters_order(const mpb_model_config *config, mpb_parameters *table)
{
    const mpb_trainable all = {.kind = MPB_TRAIN_ALL};
    const mpb_unfreeze_schedule none = {0};
    const mpb_unfreeze_schedule *later =
        config->unfreeze_schedule == NULL ? &none : config->unfreeze_schedule;

    MPB_TRY(begin(config->trainable == NULL ? &all : config->trainable, config, table));
    for (size_t i = 0; i < later->count; i++) {
        MPB_TRY(unfreeze(&later->items[i], config, table));
    }
    MPB_TRY(check_order(table));
    place(table, MPB_NEVER_TRAINED);
    table->frozen = table->size;
    for (size_t i = later->count; i-- > 0;) {
        place(table, later->items[i].epochs);
    }
    place(table, 0);
    return MPB_OK;
}
