#include "run_config_state.h"

#include <stdio.h>

void run_where(const run_state *state, int line, char *where)
{
    if (line == 0 || state->path == NULL) {
        snprintf(where, RUN_WHERE_SIZE, "command line");
    } else {
        snprintf(where, RUN_WHERE_SIZE, "%s, line %d", state->path, line);
    }
}

void run_where_given(const run_state *state, const char *name, char *where)
{
    run_where(state, state->sources[run_key_find(name)].line, where);
}

bool run_given(const run_state *state, const char *name)
{
    return state->sources[run_key_find(name)].given;
}

bool run_overridden(const run_state *state, const char *name)
{
    const run_source *source = &state->sources[run_key_find(name)];

    return source->seen && source->line == 0;
}
