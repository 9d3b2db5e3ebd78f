#include "run_config_state.h"

#include <stdio.h>

void run_where(const char *file, int line, char *where)
{
    if (file == NULL) {
        snprintf(where, RUN_WHERE_SIZE, "command line");
    } else {
        snprintf(where, RUN_WHERE_SIZE, "%s, line %d", file, line);
    }
}

void run_where_given(const run_state *state, const char *name, char *where)
{
    const run_source *source = &state->sources[run_key_find(name)];

    run_where(source->file, source->line, where);
}

bool run_given(const run_state *state, const char *name)
{
    return state->sources[run_key_find(name)].given;
}

bool run_overridden(const run_state *state, const char *name)
{
    const run_source *source = &state->sources[run_key_find(name)];

    return source->seen && (source->file == NULL || source->file != state->path);
}
