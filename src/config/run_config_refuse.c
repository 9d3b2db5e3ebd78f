#include "run_config_refuse.h"

#include <stdio.h>
#include <string.h>

#include "mpibert/core/bytes.h"
#include "mpibert/core/strings.h"

enum { ALLOWED_SIZE = 256 };

static void describe_range(const run_key *key, char *allowed)
{
    const char *kind = key->kind == KEY_INTEGER ? "a whole number" : "a number";
    bool has_word = strcmp(key->preset, "null") == 0 || strcmp(key->preset, "auto") == 0;

    snprintf(allowed, ALLOWED_SIZE, "%s from %.12g to %.12g%s%s was expected", kind, key->min,
             key->max, has_word ? " or " : "", has_word ? key->preset : "");
}

static void describe_words(const run_key *key, char *allowed)
{
    const char *intro = key->partial ? "this version offers only " : "allowed are ";
    int at = snprintf(allowed, ALLOWED_SIZE, "%s", intro);

    for (size_t i = 0; key->words[i].text != NULL && at < ALLOWED_SIZE; i++) {
        at += snprintf(allowed + at, (size_t)(ALLOWED_SIZE - at), "%s%s", i == 0 ? "" : ", ",
                       key->words[i].text);
    }
}

static void describe_allowed(const run_key *key, char *allowed)
{
    size_t at;

    switch (key->kind) {
    case KEY_WORD:
    case KEY_CHOICE:
    case KEY_FLAGS:
        describe_words(key, allowed);
        break;
    case KEY_INTEGER:
    case KEY_REAL:
        describe_range(key, allowed);
        break;
    case KEY_WEIGHTS:
        describe_words(key, allowed);
        at = strlen(allowed);
        snprintf(allowed + at, ALLOWED_SIZE - at, " or a list of numbers from %.12g to %.12g",
                 key->min, key->max);
        break;
    case KEY_TRAINABLE:
        snprintf(allowed, ALLOWED_SIZE,
                 "all, head, bitfit, top:N or a list of parts of tensor names was expected");
        break;
    case KEY_SCHEDULE:
        snprintf(allowed, ALLOWED_SIZE,
                 "a map of epochs to what is trained once they are done was expected, as in "
                 "{1: top:2, 2: all}");
        break;
    case KEY_LAYERS:
        snprintf(allowed, ALLOWED_SIZE,
                 "a list of layers was expected, from 0 on, as in [0, 2, 4]");
        break;
    case KEY_BYTES:
        snprintf(allowed, ALLOWED_SIZE, "%s was expected", MPB_BYTES_FORMS);
        break;
    case KEY_BOOLEAN:
        if (key->partial) {
            describe_words(key, allowed);
        } else {
            snprintf(allowed, ALLOWED_SIZE, "true or false was expected");
        }
        break;
    case KEY_PATHS:
        snprintf(allowed, ALLOWED_SIZE, "a path or a list of paths was expected");
        break;
    case KEY_TEXT:
        snprintf(allowed, ALLOWED_SIZE, "a text was expected");
        break;
    case KEY_ABSENT:
        snprintf(allowed, ALLOWED_SIZE, "this version offers only null (not given)");
        break;
    }
}

mpb_status run_refuse(const run_key *key, const mpb_yaml_node *node, const char *where)
{
    char allowed[ALLOWED_SIZE];
    const char *note = key->legacy && key->kind != KEY_ABSENT ? "; " : "";
    const char *advice = note[0] == '\0' ? "" : key->help;

    describe_allowed(key, allowed);
    if (node->kind == MPB_YAML_LIST) {
        return MPB_FAIL(MPB_ERR_CONFIG, "%s is a list, %s%s%s (%s)", key->name, allowed, note,
                        advice, where);
    }
    if (node->kind == MPB_YAML_MAP) {
        return MPB_FAIL(MPB_ERR_CONFIG, "%s is a map, %s%s%s (%s)", key->name, allowed, note,
                        advice, where);
    }
    MPB_REQUIRE(mpb_text_is_line(node->text), MPB_ERR_CONFIG,
                "%s is '%.200s', a text without line breaks and other control characters was "
                "expected (%s)",
                key->name, node->text, where);
    return MPB_FAIL(MPB_ERR_CONFIG, "%s is '%.200s', %s%s%s (%s)", key->name, node->text, allowed,
                    note, advice, where);
}
