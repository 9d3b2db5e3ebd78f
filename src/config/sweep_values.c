#include "sweep_values.h"

#include <stdlib.h>
#include <string.h>

#include "mpibert/config/run_config.h"
#include "mpibert/core/suggest.h"

static const int64_t LARGEST_SEED = 4294967295; /* of training.seed */

enum { MOST_DIGITS = 10 };

mpb_status sweep_check_members(const char *path, const mpb_yaml_node *map, const char *const *names,
                               size_t count)
{
    for (size_t i = 0; i < map->num_children; i++) {
        const mpb_yaml_node *child = &map->children[i];
        const char *meant = mpb_suggest(child->key, names, count);
        bool known = false;

        for (size_t j = 0; j < count; j++) {
            known = known || strcmp(child->key, names[j]) == 0;
        }
        MPB_REQUIRE(known, MPB_ERR_CONFIG, "unknown key '%.100s'%s%s%s (%s, line %d)", child->key,
                    meant == NULL ? "" : ", did you mean ", meant == NULL ? "" : meant,
                    meant == NULL ? "" : "?", path, child->line);
    }
    return MPB_OK;
}

/* Digits alone. */
static bool parse_whole(const mpb_yaml_node *node, int64_t least, int64_t most, int64_t *number)
{
    const size_t length = node->kind == MPB_YAML_SCALAR ? strlen(node->text) : 0;

    if (length == 0 || length > MOST_DIGITS || strspn(node->text, "0123456789") != length) {
        return false;
    }
    *number = strtoll(node->text, NULL, 10);
    return *number >= least && *number <= most;
}

const sweep_numbers SWEEP_SEEDS = {
    .name = "seeds",
    .expected = "a list of different whole numbers from 0 to 4294967295 was expected",
    .most = LARGEST_SEED};

const sweep_numbers SWEEP_AFTER_EPOCHS = {
    .name = "halving.after_epochs",
    .expected = "a list of numbers of epochs was expected, from 1 on and ascending",
    .least = 1,
    .most = MPB_MOST_EPOCHS,
    .ascending = true};

static bool follows(const sweep_numbers *list, const int64_t *numbers, size_t count, int64_t next)
{
    for (size_t i = 0; i < count; i++) {
        if (list->ascending ? numbers[i] >= next : numbers[i] == next) {
            return false;
        }
    }
    return true;
}

mpb_status sweep_read_numbers(const char *path, const sweep_numbers *list,
                              const mpb_yaml_node *node, int64_t **numbers, size_t *count)
{
    MPB_REQUIRE(node->kind == MPB_YAML_LIST && node->num_children > 0, MPB_ERR_CONFIG,
                "%s is %s, %s (%s, line %d)", list->name,
                node->kind == MPB_YAML_LIST ? "an empty list" : "no list", list->expected, path,
                node->line);
    *numbers = calloc(node->num_children, sizeof(**numbers));
    MPB_REQUIRE(*numbers != NULL, MPB_ERR_SYSTEM, "no memory for %s", list->name);
    for (size_t i = 0; i < node->num_children; i++) {
        const mpb_yaml_node *item = &node->children[i];
        int64_t number = 0;

        MPB_REQUIRE(parse_whole(item, list->least, list->most, &number) &&
                        follows(list, *numbers, *count, number),
                    MPB_ERR_CONFIG, "%s has '%.100s', %s (%s, line %d)", list->name,
                    item->text == NULL ? "a list" : item->text, list->expected, path, item->line);
        (*numbers)[(*count)++] = number;
    }
    return MPB_OK;
}

mpb_status sweep_read_keep(const char *path, const mpb_yaml_node *node, double *keep)
{
    const char *text = node->text == NULL ? "" : node->text;
    char *end = NULL;
    const bool is_number = text[0] != '\0' && strspn(text, ".0123456789eE-") == strlen(text);

    *keep = is_number ? strtod(text, &end) : 0.0;
    MPB_REQUIRE(is_number && *end == '\0' && *keep > 0.0 && *keep < 1.0, MPB_ERR_CONFIG,
                "halving.keep is '%.100s', a number above 0 and below 1 was expected (%s, line %d)",
                text, path, node->line);
    return MPB_OK;
}
