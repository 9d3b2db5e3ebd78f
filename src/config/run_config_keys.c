#include "mpibert/config/run_config_keys.h"

#include <string.h>

#include "mpibert/core/suggest.h"
#include "run_config_value.h"

enum { WRONG_SECTION = 2 };

static const char *last_part(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot == NULL ? path : dot + 1;
}

static int find_name(const char *name)
{
    for (size_t i = 0; i < num_run_keys; i++) {
        if (strcmp(run_keys[i].name, name) == 0) {
            return (int)i;
        }
    }
    return KEY_NONE;
}

int run_key_find(const char *path)
{
    int found = find_name(path);

    for (size_t i = 0; found == KEY_NONE && i < num_run_aliases; i++) {
        if (strcmp(run_aliases[i].alias, last_part(path)) == 0) {
            found = find_name(run_aliases[i].name);
        }
    }
    return found;
}

bool run_key_is_section(const char *path)
{
    size_t length = strlen(path);

    for (size_t i = 0; i < num_run_keys; i++) {
        if (strncmp(run_keys[i].name, path, length) == 0 && run_keys[i].name[length] == '.') {
            return true;
        }
    }
    return false;
}

static const char *const sections[] = {"model",   "training",  "data",   "checkpoint",
                                       "logging", "inference", "cluster"};

/* A key may be misspelt, or stand in a wrong section, which counts as WRONG_SECTION letters. */
static size_t distance_to(const char *path, const char *name)
{
    size_t whole = mpb_edit_distance(path, name);
    size_t last = mpb_edit_distance(last_part(path), last_part(name));

    if (last_part(path) != path) {
        last += WRONG_SECTION;
    }
    return whole < last ? whole : last;
}

const char *run_key_suggest(const char *path)
{
    size_t limit = mpb_suggest_limit(last_part(path));
    size_t nearest = (limit > WRONG_SECTION ? limit : WRONG_SECTION) + 1;
    const char *found = NULL;

    if (strchr(path, '.') == NULL) {
        found = mpb_suggest(path, sections, sizeof(sections) / sizeof(sections[0]));
        nearest = found == NULL ? nearest : mpb_edit_distance(path, found);
    }
    for (size_t i = 0; i < num_run_keys; i++) {
        size_t distance = distance_to(path, run_keys[i].name);

        if (distance < nearest) {
            nearest = distance;
            found = run_keys[i].name;
        }
    }
    for (size_t i = 0; i < num_run_aliases; i++) {
        size_t distance = mpb_edit_distance(last_part(path), run_aliases[i].alias) + 1;

        if (distance < nearest) {
            nearest = distance;
            found = run_aliases[i].alias;
        }
    }
    return found;
}

size_t mpb_run_config_num_keys(void)
{
    return num_run_keys;
}

const char *mpb_run_config_key_name(size_t key)
{
    return run_keys[key].name;
}

mpb_key_resume mpb_run_config_key_resume(size_t key)
{
    return run_keys[key].resume;
}

mpb_status mpb_run_config_key_write(size_t key, const mpb_run_config *config, mpb_buffer *out)
{
    return run_value_write(&run_keys[key], config, out);
}
