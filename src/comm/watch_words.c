#include "watch_words.h"

#include <stdio.h>
#include <unistd.h>

enum { LINE_SIZE = 640, TEXT_SIZE = 512, STATE_SIZE = 256 };

/* One write, so that no other line comes between. */
static void say(const watch_words *words, const char *text)
{
    char line[LINE_SIZE];
    int size = snprintf(line, sizeof(line), "%smpibert: %s: %s\n",
                        isatty(STDERR_FILENO) ? "\r\033[K" : "", words->command, text);
    ssize_t written;

    size = size < LINE_SIZE ? size : LINE_SIZE - 1;
    written = write(STDERR_FILENO, line, (size_t)size);
    (void)written; /* there is nobody else to tell */
}

/* "rank 2 on node07 has not been heard of for 30 s, last while validating after step 120" */
static void describe(const watch_words *words, int rank, double now, char text[STATE_SIZE])
{
    const watch_peer *peer = &words->ranks->peers[rank];
    const bool met = peer->presence != WATCH_UNMET;
    char finding[64] = "has ended without a word";
    char after[40] = "";

    if (peer->presence == WATCH_THERE || !met) {
        snprintf(finding, sizeof(finding), "has not been heard of for %.0f s", now - peer->since);
    }
    if (peer->step >= 0) {
        snprintf(after, sizeof(after), " after step %lld", (long long)peer->step);
    }
    snprintf(text, STATE_SIZE, "rank %d on %s %s, last while %s%s", rank, words->hosts[rank].name,
             finding, met ? peer->doing : "starting", after);
}

void watch_say_end(const watch_words *words, const watch_verdict *verdict, double now,
                   int64_t saved)
{
    const char *cause = verdict->presence == WATCH_LOST
                            ? "it was killed, or crashed"
                            : "its process is stopped, or its host is down, or cut off";
    char state[STATE_SIZE];
    char kept[80] = "";
    char text[TEXT_SIZE];

    describe(words, verdict->rank, now, state);
    if (saved >= 0) {
        snprintf(kept, sizeof(kept), "; the newest checkpoint is that of step %lld",
                 (long long)saved);
    }
    snprintf(text, sizeof(text), "%s: %s%s (rank %d)", state, cause, kept, verdict->rank);
    say(words, text);
}

void watch_say_missed(const watch_words *words, int rank, double now, double limit)
{
    char state[STATE_SIZE];
    char text[TEXT_SIZE];

    describe(words, rank, now, state);
    snprintf(text, sizeof(text), "warning: %s; after %.0f s the job ends (rank %d)", state, limit,
             rank);
    say(words, text);
}

void watch_say_unmet(const watch_words *words)
{
    int first = 0;
    const int count = watch_count_unmet(words->ranks, &first);
    char text[TEXT_SIZE];

    if (count > 0) {
        snprintf(text, sizeof(text),
                 "warning: %d of %d ranks could not connect to rank 0 on %s, the first is rank %d "
                 "on %s: if one of them dies or stops, the others may wait for it for ever; let "
                 "TCP pass between the hosts, at any port (rank %d)",
                 count, words->ranks->size, words->hosts[0].name, first, words->hosts[first].name,
                 first);
        say(words, text);
    }
}
