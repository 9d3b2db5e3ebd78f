#include "watch_links.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

static const double CONNECT_SECONDS = 2.0; /* for one address */
static const double ANSWER_SECONDS = 30.0; /* of one who may have many to answer */
static const double PAUSE_SECONDS = 1.0;   /* after all addresses */
static const double GUEST_SECONDS = 40.0;  /* to say who one is */

static bool is_of_job(const watch_links *links, const watch_message *message)
{
    return memcmp(&message->token, &links->token, sizeof(links->token)) == 0;
}

static void take_message(watch_links *links, watch_peer *peer, double now)
{
    const watch_message *message = &peer->inbox.message;

    if (peer->presence == WATCH_LEAVES || peer->presence == WATCH_DONE) {
        return;
    }
    peer->since = now;
    switch (message->kind) {
    case WATCH_HELLO:
    case WATCH_BEAT:
        peer->presence = WATCH_THERE;
        peer->bell = message->bell;
        peer->step = message->step;
        memcpy(peer->doing, message->doing, sizeof(peer->doing) - 1);
        break;
    case WATCH_BYE:
        peer->presence = WATCH_DONE;
        break;
    case WATCH_LEAVING:
        peer->presence = WATCH_LEAVES;
        peer->code = message->code;
        break;
    default:
        links->ended_with = message->code;
    }
}

/* A connection that the network gave up is no death: its rank stays silent, and that counts. */
static void note_end(watch_peer *peer, watch_news news, double now)
{
    peer->is_deaf = true;
    if (news == WATCH_CLOSED && peer->presence == WATCH_THERE) {
        peer->presence = WATCH_LOST;
        peer->since = now;
    }
}

static void read_peer(watch_links *links, watch_peer *peer, double now)
{
    const int connection = atomic_load(&peer->connection);
    watch_news news;

    while ((news = watch_receive(connection, &peer->inbox)) == WATCH_MESSAGE) {
        if (is_of_job(links, &peer->inbox.message)) {
            take_message(links, peer, now);
        }
    }
    if (news != WATCH_NOTHING) {
        note_end(peer, news, now);
    }
}

static void read_peers(watch_links *links, double now)
{
    for (int rank = 0; rank < links->ranks.size; rank++) {
        watch_peer *peer = &links->ranks.peers[rank];

        if (atomic_load(&peer->connection) >= 0 && !peer->is_deaf) {
            read_peer(links, peer, now);
        }
    }
}

static void let_in(watch_links *links, double now)
{
    for (int i = 0; i < WATCH_GUESTS && links->listener >= 0; i++) {
        watch_guest *guest = &links->guests[i];

        if (guest->connection < 0) {
            const int connection = watch_accept(links->listener);

            if (connection < 0) {
                return;
            }
            guest->since = now;
            guest->inbox = (watch_inbox){0};
            guest->is_answered = false;
            guest->connection = connection;
        }
    }
}

static bool may_be(const watch_links *links, const watch_message *message)
{
    const int rank = message->rank;

    return is_of_job(links, message) && rank >= 0 && rank < links->ranks.size &&
           rank != links->ranks.rank && atomic_load(&links->ranks.peers[rank].connection) < 0;
}

/* False where it has to go. */
static bool hear_guest(watch_links *links, watch_guest *guest, const watch_message *beat,
                       double now)
{
    const watch_news news = watch_receive(guest->connection, &guest->inbox);
    const watch_message *message = &guest->inbox.message;
    watch_peer *peer;

    if (news == WATCH_NOTHING) {
        return now - guest->since < GUEST_SECONDS;
    }
    if (news != WATCH_MESSAGE || !may_be(links, message)) {
        return false;
    }
    if (message->kind == WATCH_HELLO) {
        guest->is_answered = watch_send(guest->connection, beat);
        return guest->is_answered;
    }
    peer = &links->ranks.peers[message->rank];
    peer->inbox = guest->inbox;
    take_message(links, peer, now);
    atomic_store(&peer->connection, guest->connection);
    guest->connection = -1;
    return true;
}

static void hear_guests(watch_links *links, const watch_message *beat, double now)
{
    for (int i = 0; i < WATCH_GUESTS; i++) {
        watch_guest *guest = &links->guests[i];

        if (guest->connection >= 0 && !hear_guest(links, guest, beat, now)) {
            guest->is_answered = false; /* before its number means something else */
            close(guest->connection);
            guest->connection = -1;
        }
    }
}

static void try_next(watch_dial *dial, double now)
{
    dial->connection = watch_connect(&dial->offer, dial->next);
    dial->greeted = false;
    dial->next++;
    dial->due = now + CONNECT_SECONDS;
}

static void give_up(watch_dial *dial, double now)
{
    close(dial->connection);
    dial->connection = -1;
    dial->due = now;
    if (dial->next >= dial->offer.count) {
        dial->next = dial->same_host ? -1 : 0;
        dial->due += PAUSE_SECONDS;
    }
}

static void greet(watch_dial *dial, const watch_message *beat, double now)
{
    watch_message hello = *beat;

    hello.kind = WATCH_HELLO;
    dial->greeted = watch_send(dial->connection, &hello);
    dial->due = now + ANSWER_SECONDS;
}

/* The target is met when it has answered with the job's token; until then it may be anybody. */
static bool hear_target(watch_links *links, watch_dial *dial, const watch_message *beat, double now)
{
    watch_peer *peer = &links->ranks.peers[dial->target];
    const watch_news news = watch_receive(dial->connection, &peer->inbox);
    const watch_message *message = &peer->inbox.message;

    if (news == WATCH_NOTHING) {
        return now < dial->due;
    }
    if (news != WATCH_MESSAGE || !is_of_job(links, message) || message->rank != dial->target) {
        peer->inbox.filled = 0;
        return false;
    }
    take_message(links, peer, now);
    atomic_store(&peer->connection, dial->connection); /* who leaves from here on says so to it */
    watch_send(dial->connection, beat);
    dial->connection = -1;
    return true;
}

static void go_on(watch_links *links, watch_dial *dial, const watch_message *beat, double now)
{
    bool hopeful = true;

    if (!dial->greeted && watch_is_connected(dial->connection, &hopeful)) {
        greet(dial, beat, now);
    }
    hopeful = hopeful && (dial->greeted ? hear_target(links, dial, beat, now) : now < dial->due);
    if (!hopeful) {
        give_up(dial, now);
    }
}

static void dial_targets(watch_links *links, const watch_message *beat, double now)
{
    for (int i = 0; i < links->num_dials; i++) {
        watch_dial *dial = &links->dials[i];
        const bool met = atomic_load(&links->ranks.peers[dial->target].connection) >= 0;

        if (met || dial->offer.port == 0 || (dial->offer.count == 0 && !dial->same_host)) {
            continue;
        }
        if (dial->connection < 0 && now >= dial->due) {
            try_next(dial, now);
        }
        if (dial->connection >= 0) {
            go_on(links, dial, beat, now);
        }
    }
}

void watch_links_advance(watch_links *links, const watch_message *beat, double now)
{
    let_in(links, now);
    hear_guests(links, beat, now);
    dial_targets(links, beat, now);
    read_peers(links, now);
}

void watch_links_send(const watch_links *links, const watch_message *message)
{
    for (int rank = 0; rank < links->ranks.size; rank++) {
        const int connection = atomic_load(&links->ranks.peers[rank].connection);

        if (connection >= 0) {
            watch_send(connection, message);
        }
    }
    for (int i = 0; i < WATCH_GUESTS; i++) {
        const int connection = links->guests[i].connection;

        if (connection >= 0 && links->guests[i].is_answered) {
            watch_send(connection, message);
        }
    }
}

static void add_dial(watch_links *links, const struct comm_host *hosts, int target,
                     const watch_offer *offer)
{
    const int rank = links->ranks.rank;
    const bool same_host = strcmp(hosts[rank].name, hosts[target].name) == 0;

    if (rank != 0 && rank != target) {
        links->dials[links->num_dials++] = (watch_dial){.target = target,
                                                        .same_host = same_host,
                                                        .next = same_host ? -1 : 0,
                                                        .connection = -1,
                                                        .offer = *offer};
    }
}

void watch_links_begin(watch_links *links, const struct comm_host *hosts,
                       const watch_offer offers[2], int listener)
{
    links->token = offers[0].token;
    links->listener = listener;
    for (int rank = 0; rank < links->ranks.size; rank++) {
        atomic_init(&links->ranks.peers[rank].connection, -1);
        links->ranks.peers[rank].step = -1;
    }
    for (int i = 0; i < WATCH_GUESTS; i++) {
        links->guests[i].connection = -1;
    }
    add_dial(links, hosts, 0, &offers[0]);
    add_dial(links, hosts, links->ranks.deputy, &offers[1]);
}

static void close_if_open(int descriptor)
{
    if (descriptor >= 0) {
        close(descriptor);
    }
}

void watch_links_end(watch_links *links)
{
    for (int rank = 0; rank < links->ranks.size; rank++) {
        close_if_open(atomic_load(&links->ranks.peers[rank].connection));
    }
    for (int i = 0; i < WATCH_GUESTS; i++) {
        close_if_open(links->guests[i].connection);
    }
    for (int i = 0; i < links->num_dials; i++) {
        close_if_open(links->dials[i].connection);
    }
    close_if_open(links->listener);
}
