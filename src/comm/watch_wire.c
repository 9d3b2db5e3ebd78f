#define _GNU_SOURCE /* signals of sockets, accept4 */
#include "watch_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { SOCKET_FLAGS = SOCK_NONBLOCK | SOCK_CLOEXEC, BACKLOG = 4096, RINGS = 3 };

/* Of either family, for bind, connect and what they tell. */
typedef union endpoint {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_storage room;
} endpoint;

static socklen_t size_of(const endpoint *e)
{
    return e->any.sa_family == AF_INET ? sizeof(e->v4) : sizeof(e->v6);
}

static endpoint make_endpoint(const watch_address *address, uint16_t port)
{
    endpoint e = {.any.sa_family = (sa_family_t)address->family};

    if (address->family == AF_INET) {
        e.v4.sin_port = port;
        memcpy(&e.v4.sin_addr, address->bytes, sizeof(e.v4.sin_addr));
    } else {
        e.v6.sin6_port = port;
        memcpy(&e.v6.sin6_addr, address->bytes, sizeof(e.v6.sin6_addr));
    }
    return e;
}

static uint16_t port_of(int socket_)
{
    endpoint e = {0};
    socklen_t size = sizeof(e);

    if (getsockname(socket_, &e.any, &size) != 0) {
        return 0;
    }
    return e.any.sa_family == AF_INET ? e.v4.sin_port : e.v6.sin6_port;
}

/* A socket of `type` at a free port of all addresses, IPv4 included; -1: the system refuses. */
static int bind_anywhere(int type)
{
    const int off = 0;
    endpoint e = {.v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_ANY_INIT}};
    int made = socket(AF_INET6, type | SOCKET_FLAGS, 0);

    if (made < 0 || setsockopt(made, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) != 0 ||
        bind(made, &e.any, size_of(&e)) != 0) {
        if (made >= 0) {
            close(made);
        }
        e = (endpoint){.v4 = {.sin_family = AF_INET}};
        made = socket(AF_INET, type | SOCKET_FLAGS, 0);
        if (made >= 0 && bind(made, &e.any, size_of(&e)) != 0) {
            close(made);
            made = -1;
        }
    }
    return made;
}

/* Not those that mean another host there: loopback, and IPv6's of one link. */
static bool is_reachable(const struct ifaddrs *interface)
{
    const endpoint *e = (const endpoint *)(const void *)interface->ifa_addr;

    if (e == NULL || (interface->ifa_flags & IFF_UP) == 0 ||
        (interface->ifa_flags & IFF_LOOPBACK) != 0) {
        return false;
    }
    return e->any.sa_family == AF_INET ||
           (e->any.sa_family == AF_INET6 && !IN6_IS_ADDR_LINKLOCAL(&e->v6.sin6_addr));
}

static void list_addresses(watch_offer *offer)
{
    struct ifaddrs *interfaces = NULL;

    if (getifaddrs(&interfaces) != 0) {
        return;
    }
    for (const struct ifaddrs *i = interfaces; i != NULL && offer->count < WATCH_ADDRESSES;
         i = i->ifa_next) {
        if (is_reachable(i)) {
            const endpoint *e = (const endpoint *)(const void *)i->ifa_addr;
            watch_address *address = &offer->addresses[offer->count++];

            address->family = e->any.sa_family;
            if (address->family == AF_INET) {
                memcpy(address->bytes, &e->v4.sin_addr, sizeof(e->v4.sin_addr));
            } else {
                memcpy(address->bytes, &e->v6.sin6_addr, sizeof(e->v6.sin6_addr));
            }
        }
    }
    freeifaddrs(interfaces);
}

void watch_offer_make(watch_offer *offer, int *listener)
{
    memset(offer, 0, sizeof(*offer));
    *listener = -1;
    if (getrandom(&offer->token, sizeof(offer->token), 0) != sizeof(offer->token)) {
        return;
    }
    *listener = bind_anywhere(SOCK_STREAM);
    if (*listener >= 0 && listen(*listener, BACKLOG) != 0) {
        close(*listener);
        *listener = -1;
    }
    if (*listener >= 0) {
        offer->port = port_of(*listener);
        list_addresses(offer);
    }
}

static void settle(int connection)
{
    const int on = 1;

    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

int watch_connect(const watch_offer *offer, int index)
{
    const watch_address self = {.family = AF_INET, .bytes = {127, 0, 0, 1}};
    const endpoint e = make_endpoint(index < 0 ? &self : &offer->addresses[index], offer->port);
    int made = socket(e.any.sa_family, SOCK_STREAM | SOCKET_FLAGS, 0);

    if (made < 0) {
        return -1;
    }
    settle(made);
    if (connect(made, &e.any, size_of(&e)) != 0 && errno != EINPROGRESS) {
        close(made);
        return -1;
    }
    return made;
}

int watch_accept(int listener)
{
    int made = accept4(listener, NULL, NULL, SOCKET_FLAGS);

    if (made >= 0) {
        settle(made);
    }
    return made;
}

bool watch_is_connected(int connection, bool *hopeful)
{
    struct pollfd look = {.fd = connection, .events = POLLOUT};
    int error = 0;
    socklen_t size = sizeof(error);

    *hopeful = true;
    if (poll(&look, 1, 0) != 1) {
        return false;
    }
    *hopeful = getsockopt(connection, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
    return *hopeful;
}

bool watch_send(int connection, const watch_message *message)
{
    return send(connection, message, sizeof(*message), MSG_NOSIGNAL | MSG_DONTWAIT) ==
           sizeof(*message);
}

watch_news watch_receive(int connection, watch_inbox *inbox)
{
    char *begin = (char *)&inbox->message;
    ssize_t got;

    if (inbox->filled == sizeof(inbox->message)) {
        inbox->filled = 0;
    }
    got = recv(connection, begin + inbox->filled, sizeof(inbox->message) - inbox->filled,
               MSG_DONTWAIT);
    if (got > 0) {
        inbox->filled += (size_t)got;
        return inbox->filled == sizeof(inbox->message) ? WATCH_MESSAGE : WATCH_NOTHING;
    }
    if (got == 0 || errno == ECONNRESET || errno == EPIPE) {
        return WATCH_CLOSED;
    }
    return errno == EAGAIN || errno == EINTR ? WATCH_NOTHING : WATCH_BROKEN;
}

/* The kernel sends the signal, since a stopped process can do nothing. */
int watch_bell_hang(int *port)
{
    int made = bind_anywhere(SOCK_DGRAM);

    *port = 0;
    if (made >= 0 && (fcntl(made, F_SETOWN, getpid()) != 0 || fcntl(made, F_SETSIG, SIGCONT) != 0 ||
                      fcntl(made, F_SETFL, O_ASYNC | O_NONBLOCK) != 0)) {
        close(made);
        made = -1;
    }
    if (made >= 0) {
        *port = port_of(made);
    }
    return made;
}

void watch_bell_ring(int connection, int port)
{
    endpoint e = {0};
    socklen_t size = sizeof(e);
    int from;

    if (port == 0 || getpeername(connection, &e.any, &size) != 0) {
        return;
    }
    if (e.any.sa_family == AF_INET) {
        e.v4.sin_port = (uint16_t)port;
    } else {
        e.v6.sin6_port = (uint16_t)port;
    }
    from = socket(e.any.sa_family, SOCK_DGRAM | SOCKET_FLAGS, 0);
    for (int i = 0; i < RINGS && from >= 0; i++) { /* a datagram may be lost */
        sendto(from, "", 1, MSG_NOSIGNAL, &e.any, size_of(&e));
    }
    if (from >= 0) {
        close(from);
    }
}
