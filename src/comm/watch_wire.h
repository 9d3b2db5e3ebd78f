#pragma once

/* How the watches of ranks reach each other: TCP between them, without MPI, so that a thread of
 * each rank may do it at any time.
 *
 * Ranks whom others connect to offer themselves (watch_offer) at all addresses of their host; a
 * number that only the ranks of a job know goes with each message, so that nobody else can have a
 * say. All functions are local and do not wait.
 */

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "mpibert/core/status.h"

enum { WATCH_ADDRESSES = 12, WATCH_DOING = 24 };

typedef struct watch_token {
    uint64_t words[2];
} watch_token;

/* An IPv4 or IPv6 address, in network order. */
typedef struct watch_address {
    int32_t family;
    unsigned char bytes[16];
} watch_address;

/* Where a rank is to be reached. Travels between ranks as bytes. */
typedef struct watch_offer {
    watch_token token; /* rank 0's is that of the job */
    int32_t count;     /* of addresses */
    uint16_t port;     /* in network order, as are those of bells; 0: it cannot be reached */
    watch_address addresses[WATCH_ADDRESSES];
} watch_offer;

typedef enum watch_kind {
    WATCH_HELLO = 1, /* the first message of who connects */
    WATCH_BEAT,      /* "I live" */
    WATCH_BYE,       /* the rank is done, together with all others */
    WATCH_LEAVING,   /* the rank ends by itself, having said why; so shall the others */
    WATCH_END,       /* the others shall end, the sender has said why */
} watch_kind;

typedef struct watch_message {
    watch_token token;
    int32_t kind;
    int32_t rank;            /* of the sender */
    int32_t code;            /* LEAVING, END: exit code */
    int32_t bell;            /* HELLO, BEAT: port of the sender's bell */
    int64_t step;            /* after which it does so; -1: none */
    char doing[WATCH_DOING]; /* HELLO, BEAT: what the sender does, ended by a NUL */
} watch_message;

/* What has arrived of a message. */
typedef struct watch_inbox {
    watch_message message;
    size_t filled; /* bytes */
} watch_inbox;

typedef enum watch_news {
    WATCH_NOTHING, /* yet */
    WATCH_MESSAGE, /* a whole one is in the inbox */
    WATCH_CLOSED,  /* the other process is gone */
    WATCH_BROKEN,  /* the network does not carry it any more */
} watch_news;

/* Listens at a free port and lists this host's addresses. *listener is -1, and the offer empty,
 * where the system refuses. */
void watch_offer_make(watch_offer *offer, int *listener);

/* A connection under way to address number `index`, or to this host itself where `index` is -1;
 * -1 where it cannot be. */
int watch_connect(const watch_offer *offer, int index);

/* Somebody who has connected, or -1. */
int watch_accept(int listener);

/* Whether the connection stands by now; false in *hopeful where it never will. */
bool watch_is_connected(int connection, bool *hopeful);

/* False where it was not sent whole, which is not told from a loss on the way. May be called by a
 * signal handler. */
bool watch_send(int connection, const watch_message *message);

watch_news watch_receive(int connection, watch_inbox *inbox);

/* A port of this process: what arrives there continues a stopped process, as SIGCONT does, and does
 * nothing to one that runs. -1, with *port 0, where the system refuses. */
int watch_bell_hang(int *port);

/* Rings the bell at `port` of the host at the other end of the connection. */
void watch_bell_ring(int connection, int port);
