#include "watch_process.h"

#include <stdio.h>
#include <string.h>

/* By proc(5): T of a signal, t of a debugger. */
static bool is_stopped(pid_t process)
{
    char path[64];
    char state = '\0';
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%ld/stat", (long)process);
    file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1) {
        state = '\0';
    }
    fclose(file);
    return state == 'T' || state == 't';
}

void watch_find_stopped(watch_ranks *ranks, const struct comm_host *hosts, double now)
{
    for (int rank = 0; rank < ranks->size; rank++) {
        watch_peer *peer = &ranks->peers[rank];
        const bool near = strcmp(hosts[rank].name, hosts[ranks->rank].name) == 0;

        if (near && peer->presence == WATCH_UNMET && watch_expects(ranks, rank)) {
            const bool was_stopped = peer->is_stopped;

            peer->is_stopped = is_stopped(hosts[rank].process);
            peer->since = peer->is_stopped && was_stopped ? peer->since : now;
        }
    }
}
