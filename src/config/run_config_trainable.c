#include "run_config_trainable.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "run_config_refuse.h"
#include "run_config_text.h"

static const char TOP[] = "top:";

typedef struct trainable_word {
    const char *text;
    mpb_trainable_kind kind;
} trainable_word;

static const trainable_word WORDS[] = {
    {"all", MPB_TRAIN_ALL}, {"head", MPB_TRAIN_HEAD}, {"bitfit", MPB_TRAIN_BITFIT}};

enum { NUM_WORDS = sizeof(WORDS) / sizeof(WORDS[0]), MOST_DIGITS = 6 };

/* A whole number of at least 1, in digits alone; 0 where the text is none. */
static int64_t parse_count(const char *text)
{
    const size_t length = strlen(text);

    return length > 0 && length <= MOST_DIGITS && strspn(text, "0123456789") == length
               ? strtoll(text, NULL, 10)
               : 0;
}

static bool parse_word(const char *text, mpb_trainable *what)
{
    for (size_t i = 0; i < NUM_WORDS; i++) {
        if (strcmp(text, WORDS[i].text) == 0) {
            what->kind = WORDS[i].kind;
            return true;
        }
    }
    if (strncmp(text, TOP, strlen(TOP)) != 0) {
        return false;
    }
    what->kind = MPB_TRAIN_TOP;
    what->top_layers = parse_count(text + strlen(TOP));
    return what->top_layers > 0;
}

static mpb_status parse_names(const run_key *key, const mpb_yaml_node *list, const char *where,
                              mpb_trainable *what)
{
    what->kind = MPB_TRAIN_NAMED;
    for (size_t i = 0; i < list->num_children; i++) {
        const mpb_yaml_node *node = &list->children[i];

        if (node->kind != MPB_YAML_SCALAR || node->text[0] == '\0' ||
            !mpb_text_is_line(node->text)) {
            return run_refuse(key, node, where);
        }
        MPB_TRY(mpb_strings_add(&what->names, node->text, strlen(node->text)));
    }
    return list->num_children == 0 ? run_refuse(key, list, where) : MPB_OK;
}

static mpb_status parse(const run_key *key, const mpb_yaml_node *node, const char *where,
                        mpb_trainable *what)
{
    if (node->kind == MPB_YAML_LIST) {
        return parse_names(key, node, where, what);
    }
    return node->kind == MPB_YAML_SCALAR && parse_word(node->text, what)
               ? MPB_OK
               : run_refuse(key, node, where);
}

mpb_status run_trainable_set(const run_key *key, const mpb_yaml_node *node, const char *where,
                             mpb_trainable *field)
{
    mpb_trainable made = {0};
    const mpb_status status = parse(key, node, where, &made);

    if (status != MPB_OK) {
        run_trainable_clear(&made);
        return status;
    }
    run_trainable_clear(field);
    *field = made;
    return MPB_OK;
}

mpb_status run_trainable_write(const mpb_trainable *what, mpb_buffer *out)
{
    if (what->kind == MPB_TRAIN_NAMED) {
        return run_strings_write(&what->names, out);
    }
    for (size_t i = 0; i < NUM_WORDS; i++) {
        if (WORDS[i].kind == what->kind) {
            return mpb_buffer_append_text(out, WORDS[i].text);
        }
    }
    return mpb_buffer_append_format(out, "\"%s%" PRId64 "\"", TOP, what->top_layers);
}

void run_trainable_clear(mpb_trainable *what)
{
    mpb_strings_clear(&what->names);
    *what = (mpb_trainable){0};
}

static int compare_epochs(const void *a, const void *b)
{
    const int64_t first = ((const mpb_unfreezing *)a)->epochs;
    const int64_t second = ((const mpb_unfreezing *)b)->epochs;

    return (first > second) - (first < second);
}

static mpb_status parse_stages(const run_key *key, const mpb_yaml_node *map, const char *where,
                               mpb_unfreeze_schedule *schedule)
{
    for (size_t i = 0; i < map->num_children; i++) {
        const mpb_yaml_node *node = &map->children[i];
        mpb_unfreezing *stage = &schedule->items[schedule->count++];

        stage->epochs = parse_count(node->key);
        MPB_REQUIRE(stage->epochs > 0, MPB_ERR_CONFIG,
                    "'%.100s' stands for epochs in %s, a number of epochs that are done, from 1 to "
                    "999999, was expected; what is trained from the start is model.trainable (%s)",
                    node->key, key->name, where);
        MPB_TRY(parse(key, node, where, &stage->what));
    }
    qsort(schedule->items, schedule->count, sizeof(*schedule->items), compare_epochs);
    for (size_t i = 1; i < schedule->count; i++) {
        MPB_REQUIRE(schedule->items[i - 1].epochs < schedule->items[i].epochs, MPB_ERR_CONFIG,
                    "epoch %" PRId64 " is given twice in %s (%s)", schedule->items[i].epochs,
                    key->name, where);
    }
    return MPB_OK;
}

mpb_status run_schedule_set(const run_key *key, const mpb_yaml_node *node, const char *where,
                            mpb_unfreeze_schedule *field)
{
    mpb_unfreeze_schedule made = {0};
    mpb_status status;

    if (node->kind != MPB_YAML_MAP || node->num_children == 0) {
        return run_refuse(key, node, where);
    }
    made.items = calloc(node->num_children, sizeof(*made.items));
    MPB_REQUIRE(made.items != NULL, MPB_ERR_SYSTEM, "no memory for a setting");
    status = parse_stages(key, node, where, &made);
    if (status != MPB_OK) {
        run_schedule_clear(&made);
        return status;
    }
    run_schedule_clear(field);
    *field = made;
    return MPB_OK;
}

mpb_status run_schedule_write(const mpb_unfreeze_schedule *schedule, mpb_buffer *out)
{
    if (schedule->count == 0) {
        return mpb_buffer_append_text(out, "null");
    }
    for (size_t i = 0; i < schedule->count; i++) {
        MPB_TRY(mpb_buffer_append_format(out, "%s%" PRId64 ": ", i == 0 ? "{" : ", ",
                                         schedule->items[i].epochs));
        MPB_TRY(run_trainable_write(&schedule->items[i].what, out));
    }
    return mpb_buffer_append_text(out, "}");
}

void run_schedule_clear(mpb_unfreeze_schedule *schedule)
{
    for (size_t i = 0; i < schedule->count; i++) {
        run_trainable_clear(&schedule->items[i].what);
    }
    free(schedule->items);
    *schedule = (mpb_unfreeze_schedule){0};
}
