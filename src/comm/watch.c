#define _GNU_SOURCE /* pipe2 */
#include "watch.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "mpibert/core/clock.h"
#include "watch_links.h"
#include "watch_process.h"
#include "watch_words.h"

enum { STACK_BYTES = 256 << 10, OTHER_FILES = 256 };

static const double EAGER_TICK = 0.02;  /* seconds, while connections are made */
static const double LATEST_TICKS = 8.0; /* that a look may take before its time stops counting */
static const double LAST_WORDS = 0.2;   /* seconds until what was sent is on its way */

struct watch {
    watch_links links;
    watch_clock clock;
    watch_pace pace;
    watch_words words;
    bool speaks_last; /* the first rank of its host that nobody relies on */
    int bell;         /* -1: none */
    int bell_port;
    int stop[2]; /* a pipe: the thread ends when its end is closed */
    double beat_due;
    char told[WATCH_DOING]; /* what the last beat said that this rank does */
    bool told_of_unmet;
    pthread_t thread;
    _Atomic(const char *) doing;
    atomic_llong step;  /* after which it does so; -1: none */
    atomic_llong saved; /* newest checkpoint; -1: none */
    _Atomic double silence;
};

watch_pace watch_usual_pace(void)
{
    return (watch_pace){.tick = 0.25,
                        .beat = 1.0,
                        .silence = 30.0,
                        .grace = 0.3,
                        .deference = 2.5,
                        .unmet = 15.0,
                        .worry = 2.0 / 3.0};
}

static watch_message make_message(const watch *w, watch_kind kind)
{
    watch_message message = {.token = w->links.token,
                             .kind = (int32_t)kind,
                             .rank = w->links.ranks.rank,
                             .bell = w->bell_port,
                             .step = atomic_load(&w->step)};

    strncpy(message.doing, atomic_load(&w->doing), sizeof(message.doing) - 1);
    return message;
}

static bool speaks(const watch *w)
{
    const watch_ranks *ranks = &w->links.ranks;

    return ranks->rank == 0 || ranks->rank == ranks->deputy || w->speaks_last;
}

static void pause_for(double seconds)
{
    const struct timespec length = {.tv_sec = (time_t)seconds,
                                    .tv_nsec = (long)(1e9 * (seconds - (double)(time_t)seconds))};

    nanosleep(&length, NULL);
}

static void wake_all(const watch *w)
{
    for (int rank = 0; rank < w->links.ranks.size; rank++) {
        const watch_peer *peer = &w->links.ranks.peers[rank];
        const int connection = atomic_load(&peer->connection);

        if (connection >= 0 && peer->presence == WATCH_THERE) {
            watch_bell_ring(connection, peer->bell);
        }
    }
}

/* MPI is not asked: it might wait for the one who is gone. */
static _Noreturn void end_job(const watch *w, const watch_verdict *verdict)
{
    watch_message end = make_message(w, WATCH_END);

    end.code = verdict->code;
    watch_links_send(&w->links, &end);
    if (verdict->presence != WATCH_LEAVES && speaks(w)) {
        watch_say_end(&w->words, verdict, w->clock.now, atomic_load(&w->saved));
    }
    wake_all(w);
    pause_for(LAST_WORDS);
    _exit(verdict->code);
}

static void tell(watch *w)
{
    const int missed = watch_find_missed(&w->links.ranks, &w->pace, w->clock.now);

    if (missed >= 0) {
        watch_say_missed(&w->words, missed, w->clock.now, w->pace.silence);
    }
    if (!w->told_of_unmet && w->clock.now >= w->pace.unmet) {
        w->told_of_unmet = true;
        if (w->links.ranks.rank == 0) {
            watch_say_unmet(&w->words);
        }
    }
}

/* Waits for the next look; false when the watch is to end. */
static bool await_tick(const watch *w)
{
    int first;
    const bool is_eager =
        w->clock.now < w->pace.unmet && watch_count_unmet(&w->links.ranks, &first) > 0;
    const double tick = is_eager ? EAGER_TICK : w->pace.tick;
    struct pollfd stop = {.fd = w->stop[0], .events = POLLIN};

    return poll(&stop, 1, (int)(1e3 * tick)) <= 0;
}

/* What is new is told at once: it may be what the rank will be found dead in. */
static void send_beat(watch *w, const watch_message *beat)
{
    if (w->clock.now >= w->beat_due || strcmp(beat->doing, w->told) != 0) {
        watch_links_send(&w->links, beat);
        memcpy(w->told, beat->doing, sizeof(w->told));
        w->beat_due = w->clock.now + w->pace.beat;
    }
}

static void look(watch *w)
{
    const watch_message beat = make_message(w, WATCH_BEAT);
    watch_verdict verdict;

    watch_clock_advance(&w->clock, mpb_clock_seconds(), LATEST_TICKS * w->pace.tick);
    watch_links_advance(&w->links, &beat, w->clock.now);
    if (w->links.ended_with != 0) {
        _exit(w->links.ended_with);
    }
    watch_find_stopped(&w->links.ranks, w->words.hosts, w->clock.now);
    send_beat(w, &beat);
    w->pace.silence = atomic_load(&w->silence);
    if (watch_judge(&w->links.ranks, &w->pace, w->clock.now, &verdict)) {
        end_job(w, &verdict);
    }
    tell(w);
}

static void *run(void *context)
{
    watch *w = context;

    while (await_tick(w)) {
        look(w);
    }
    return NULL;
}

/* Ranks 0 and the deputy have a connection for each rank. */
static void allow_connections(int size)
{
    struct rlimit files;
    const rlim_t needed = (rlim_t)size + OTHER_FILES;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < needed) {
        files.rlim_cur = needed < files.rlim_max ? needed : files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

/* Where rank 0 and the deputy have died at once, a rank of each host speaks. */
static bool find_speaks_last(const watch_parts *parts)
{
    for (int rank = 1; rank < parts->rank; rank++) {
        if (rank != parts->deputy &&
            strcmp(parts->hosts[rank].name, parts->hosts[parts->rank].name) == 0) {
            return false;
        }
    }
    return true;
}

static void fill(const watch_parts *parts, watch_peer *peers, watch *w)
{
    w->links.ranks = (watch_ranks){
        .rank = parts->rank, .size = parts->size, .deputy = parts->deputy, .peers = peers};
    watch_links_begin(&w->links, parts->hosts, parts->offers, parts->listener);
    w->clock.world = mpb_clock_seconds();
    w->pace = parts->pace;
    w->words =
        (watch_words){.command = parts->command, .hosts = parts->hosts, .ranks = &w->links.ranks};
    w->speaks_last = find_speaks_last(parts);
    atomic_init(&w->doing, "starting");
    atomic_init(&w->step, -1);
    atomic_init(&w->saved, -1);
    atomic_init(&w->silence, parts->pace.silence);
    w->bell = watch_bell_hang(&w->bell_port);
}

/* Signals go to other threads. */
static int start_thread(watch *w)
{
    pthread_attr_t attributes;
    sigset_t all;
    sigset_t before;
    int code;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    code = pthread_create(&w->thread, &attributes, run, w);
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

static void close_if_open(int descriptor)
{
    if (descriptor >= 0) {
        close(descriptor);
    }
}

static void release(watch *w)
{
    watch_links_end(&w->links);
    close_if_open(w->bell);
    free(w->links.ranks.peers);
    free(w);
}

mpb_status watch_create(const watch_parts *parts, watch **made)
{
    watch *w = calloc(1, sizeof(*w));
    watch_peer *peers = calloc((size_t)parts->size, sizeof(*peers));
    int code;

    if (w == NULL || peers == NULL) {
        close_if_open(parts->listener);
        free(w);
        free(peers);
        return MPB_FAIL(MPB_ERR_SYSTEM, "no memory to watch %d ranks", parts->size);
    }
    if (parts->listener >= 0) {
        allow_connections(parts->size);
    }
    fill(parts, peers, w);
    code = pipe2(w->stop, O_CLOEXEC) == 0 ? start_thread(w) : -1;
    if (code != 0) {
        release(w);
        return MPB_FAIL(MPB_ERR_SYSTEM, "cannot start a thread that watches the other ranks");
    }
    *made = w;
    return MPB_OK;
}

void watch_destroy(watch **gone)
{
    watch *w = *gone;
    watch_message bye;

    if (w == NULL) {
        return;
    }
    *gone = NULL;
    close(w->stop[1]);
    pthread_join(w->thread, NULL);
    close(w->stop[0]);
    bye = make_message(w, WATCH_BYE);
    watch_links_send(&w->links, &bye);
    release(w);
}

void watch_note(watch *w, const char *doing, int64_t step)
{
    atomic_store(&w->step, step);
    atomic_store(&w->doing, doing);
}

void watch_note_saved(watch *w, int64_t step)
{
    atomic_store(&w->saved, step);
}

void watch_set_silence(watch *w, double seconds)
{
    atomic_store(&w->silence, seconds);
}

void watch_leave(watch *w, int code)
{
    watch_message leaving = make_message(w, WATCH_LEAVING);

    leaving.code = code;
    watch_links_send(&w->links, &leaving);
}
