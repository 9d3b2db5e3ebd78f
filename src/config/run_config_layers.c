#include "run_config_layers.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "run_config_refuse.h"

enum { MOST_DIGITS = 4 }; /* of a layer's number */

/* A whole number in digits alone; -1 where the node is none. */
static int64_t parse_layer(const mpb_yaml_node *node)
{
    size_t length;

    if (node->kind != MPB_YAML_SCALAR || node->quoted) {
        return -1;
    }
    length = strlen(node->text);
    return length > 0 && length <= MOST_DIGITS && strspn(node->text, "0123456789") == length
               ? strtoll(node->text, NULL, 10)
               : -1;
}

static mpb_status parse(const run_key *key, const mpb_yaml_node *list, const char *where,
                        int64_t *items)
{
    for (size_t i = 0; i < list->num_children; i++) {
        items[i] = parse_layer(&list->children[i]);
        if (items[i] < 0) {
            return run_refuse(key, &list->children[i], where);
        }
        MPB_REQUIRE(i == 0 || items[i] > items[i - 1], MPB_ERR_CONFIG,
                    "%s has layer %" PRId64 " behind layer %" PRId64
                    ", each once and in ascending order was expected (%s)",
                    key->name, items[i], items[i - 1], where);
    }
    return MPB_OK;
}

mpb_status run_layers_set(const run_key *key, const mpb_yaml_node *node, const char *where,
                          mpb_kept_layers *field)
{
    int64_t *items;
    mpb_status status;

    if (node->kind != MPB_YAML_LIST || node->num_children == 0) {
        return run_refuse(key, node, where);
    }
    items = calloc(node->num_children, sizeof(*items));
    MPB_REQUIRE(items != NULL, MPB_ERR_SYSTEM, "no memory for a setting");
    status = parse(key, node, where, items);
    if (status != MPB_OK) {
        free(items);
        return status;
    }
    run_layers_clear(field);
    *field = (mpb_kept_layers){.items = items, .count = node->num_children};
    return MPB_OK;
}

mpb_status run_layers_write(const mpb_kept_layers *layers, mpb_buffer *out)
{
    if (layers->count == 0) {
        return mpb_buffer_append_text(out, "null");
    }
    for (size_t i = 0; i < layers->count; i++) {
        MPB_TRY(mpb_buffer_append_format(out, "%s%" PRId64, i == 0 ? "[" : ", ", layers->items[i]));
    }
    return mpb_buffer_append_text(out, "]");
}

void run_layers_clear(mpb_kept_layers *layers)
{
    free(layers->items);
    *layers = (mpb_kept_layers){0};
}
