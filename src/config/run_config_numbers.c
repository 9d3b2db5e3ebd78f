#include "run_config_numbers.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/core/bytes.h"
#include "run_config_refuse.h"

/* A decimal number and nothing else: strtod alone would take "inf" and "0x1p3" too. */
static bool parse_number(const mpb_yaml_node *node, const char *text, double *number)
{
    char *end;

    if (node->quoted || text[0] == '\0' || strspn(text, "+-.0123456789eE") != strlen(text) ||
        isalpha((unsigned char)text[0])) {
        return false;
    }
    *number = strtod(text, &end);
    return *end == '\0' && isfinite(*number);
}

/* Whether the decimal number `text` is whole as it is written: 1e-400 is 0 and 1.00000000000000001
 * is 1 as soon as they are doubles. */
static bool is_whole(const char *text)
{
    size_t mantissa = strcspn(text, "eE");
    size_t point = strcspn(text, ".eE");
    long exponent = mantissa < strlen(text) ? strtol(text + mantissa + 1, NULL, 10) : 0;
    long place = (long)mantissa; /* behind the last digit that is not 0 */

    while (place > 0 && strchr("0.+-", text[place - 1]) != NULL) {
        place--;
    }
    /* How many places behind the point that digit stands, negative before it. */
    return place == 0 || place - (long)point - (place > (long)point) <= exponent;
}

mpb_status run_number_set(const run_key *key, const mpb_yaml_node *node, const char *text,
                          const char *where, void *field)
{
    double number = 0.0;
    bool fits = text != NULL && parse_number(node, text, &number) && number >= key->min &&
                number <= key->max;

    if (!fits || (key->kind == KEY_INTEGER && !is_whole(text))) {
        return run_refuse(key, node, where);
    }
    if (key->kind == KEY_INTEGER) {
        *(int64_t *)field = (int64_t)number;
    } else {
        *(double *)field = number;
    }
    return MPB_OK;
}

mpb_status run_bytes_set(const run_key *key, const mpb_yaml_node *node, const char *where,
                         int64_t *field)
{
    double bytes;

    if (node->kind != MPB_YAML_SCALAR || !mpb_bytes_parse(node->text, &bytes)) {
        return run_refuse(key, node, where);
    }
    *field = (int64_t)bytes;
    return MPB_OK;
}

/* items (num_children) = the numbers of a list. */
static mpb_status parse_weights(const run_key *key, const mpb_yaml_node *list, const char *where,
                                double *items)
{
    for (size_t i = 0; i < list->num_children; i++) {
        const mpb_yaml_node *node = &list->children[i];

        if (node->kind != MPB_YAML_SCALAR || !parse_number(node, node->text, &items[i]) ||
            items[i] < key->min || items[i] > key->max) {
            return run_refuse(key, node, where);
        }
    }
    return MPB_OK;
}

static mpb_status make_weights(const run_key *key, const mpb_yaml_node *node, const run_word *word,
                               const char *where, mpb_run_weights *weights)
{
    if (word != NULL) {
        weights->how = (mpb_run_class_weights)word->value;
        return MPB_OK;
    }
    if (node->kind != MPB_YAML_LIST || node->num_children == 0) {
        return run_refuse(key, node, where);
    }
    weights->how = MPB_RUN_WEIGHTS_LIST;
    weights->count = node->num_children;
    weights->items = calloc(weights->count, sizeof(*weights->items));
    MPB_REQUIRE(weights->items != NULL, MPB_ERR_SYSTEM, "no memory for a setting");
    return parse_weights(key, node, where, weights->items);
}

mpb_status run_weights_set(const run_key *key, const mpb_yaml_node *node, const run_word *word,
                           const char *where, mpb_run_weights *field)
{
    mpb_run_weights made = {0};
    const mpb_status status = make_weights(key, node, word, where, &made);

    if (status != MPB_OK) {
        run_weights_clear(&made);
        return status;
    }
    run_weights_clear(field);
    *field = made;
    return MPB_OK;
}

void run_weights_clear(mpb_run_weights *weights)
{
    free(weights->items);
    *weights = (mpb_run_weights){0};
}
