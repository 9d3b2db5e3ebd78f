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

/* "a b c" becomes "a, b, c". */
static void describe_choices(const run_key *key, char *allowed)
{
    const char *intro = key->partial ? "this version offers only " : "allowed are ";
    size_t at = (size_t)snprintf(allowed, ALLOWED_SIZE, "%s", intro);

    for (const char *c = key->choices; *c != '\0' && at + 3 < ALLOWED_SIZE; c++) {
        if (*c == ' ') {
            allowed[at++] = ',';
        }
        allowed[at++] = *c;
    }
    allowed[at] = '\0';
}

static void describe_allowed(const run_key *key, char *allowed)
{
    switch (key->kind) {
    case KEY_WORD:
    case KEY_CHOICE:
    case KEY_FLAGS:
        describe_choices(key, allowed);
        break;
    case KEY_INTEGER:
    case KEY_REAL:
        describe_range(key, allowed);
        break;
    case KEY_BYTES:
        snprintf(allowed, ALLOWED_SIZE, "%s was expected", MPB_BYTES_FORMS);
        break;
    case KEY_BOOLEAN:
        if (key->partial) {
            describe_choices(key, allowed);
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
