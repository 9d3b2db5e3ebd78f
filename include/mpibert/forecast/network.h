#pragma once

/* What joins the nodes of a job, in numbers. Local and pure. */

#include "mpibert/core/status.h"

typedef struct mpb_network {
    double bytes_per_second;      /* of data that a node sends while it receives as many */
    double latency;               /* seconds until an empty message of another node is there */
    double message_seconds;       /* that a rank is busy with sending one and receiving another */
    double host_seconds_per_byte; /* that a rank is busy with each byte that it sends, in which the
                                     one that comes in and its sum are contained */
} mpb_network;

/* What of a link's rate is data that sums get through: headers and pauses take the rest. */
#define MPB_LINK_SHARE 0.85

/* "100Gb", "10GbE", "200 Gbit/s", "400Mb/s": bits a second of a node's link, each way, of which
 * MPB_LINK_SHARE count. All else is as usual for Ethernet and may be changed. MPB_ERR_CONFIG names
 * `option`. */
MPB_MUST_CHECK mpb_status mpb_network_parse(const char *option, const char *text,
                                            mpb_network *network);

/* "15us", "1.5 ms", "20e-6": seconds. */
MPB_MUST_CHECK mpb_status mpb_latency_parse(const char *option, const char *text, double *seconds);
