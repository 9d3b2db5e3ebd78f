/* Whether hosts reach each other as fast as they should. */

#include <math.h>
#include <string.h>

#include "checks.h"

static const double MOST_SKEW = 1.0;  /* seconds: times of files and of the job's end */
static const double SLOW_PART = 0.5;  /* of what other links do */
static const double FEW_BITS = 0.5e9; /* a second: a step of BERT-Base sends 0.35 GB a host */
static const double FAST_BITS = 8e9;  /* that a fast network does at least */

void doctor_check_clock(const doctor_job *job, const doctor_facts *own, mpb_finding *finding)
{
    const double ahead = own->network.clock_ahead;

    doctor_says(finding, MPB_FINDING_OK, "%s",
                job->hosts == 1 ? "one host has one clock" : "the hosts' clocks agree");
    if (fabs(ahead) > MOST_SKEW) {
        doctor_says(finding, MPB_FINDING_ADVICE, "the clock is %.1f s %s that of host %s",
                    fabs(ahead), ahead > 0.0 ? "ahead of" : "behind", job->ranks[0].host);
        doctor_remedy(finding, "set the clocks by NTP (chronyc makestep); time limits, Slurm's "
                               "authentication and times of files go by them");
    }
}

/* The first rank of another host that has this address, too, or NULL. */
static const doctor_facts *who_shares(const doctor_job *job, int rank, const char *address)
{
    for (int other = rank + 1; other < job->size; other++) {
        const doctor_facts *theirs = &job->ranks[other];

        for (int i = 0; theirs->leads && i < theirs->network.num_addresses; i++) {
            if (strcmp(theirs->network.addresses[i].text, address) == 0) {
                return theirs;
            }
        }
    }
    return NULL;
}

static void report_twins(const doctor_job *job, const doctor_facts *own,
                         const doctor_address *address, const doctor_facts *other,
                         mpb_finding *finding)
{
    doctor_says(finding, MPB_FINDING_ADVICE,
                "%s (%s) has the address that it has on host %s, too: MPI may wait for ever for "
                "the wrong host",
                address->device, address->text, other->host);
    doctor_where(finding, "host %s", own->host);
    if (job->open_mpi) {
        doctor_remedy(finding,
                      "OMPI_MCA_btl_tcp_if_exclude=lo,%s OMPI_MCA_oob_tcp_if_exclude=lo,%s",
                      address->device, address->device);
    } else {
        doctor_remedy(finding, "name the device of the hosts' network: mpiexec -iface DEVICE, "
                               "UCX_NET_DEVICES=DEVICE or FI_TCP_IFACE=DEVICE");
    }
}

void doctor_check_addresses(const doctor_job *job, mpb_finding *finding)
{
    doctor_says(finding, MPB_FINDING_OK, "no two hosts have the same");
    for (int rank = 0; rank < job->size; rank++) {
        const doctor_facts *own = &job->ranks[rank];

        for (int i = 0; own->leads && i < own->network.num_addresses; i++) {
            const doctor_address *address = &own->network.addresses[i];
            const doctor_facts *other = who_shares(job, rank, address->text);

            if (other != NULL) {
                report_twins(job, own, address, other, finding);
                return;
            }
        }
    }
}

void doctor_note_links(const mpb_link *links, size_t num_links, doctor_facts *ranks)
{
    for (size_t i = 0; i < num_links; i++) {
        const int ends[] = {links[i].a, links[i].b};

        for (int j = 0; j < 2; j++) {
            double *best = &ranks[ends[j]].network.best_link;

            *best = fmax(*best, links[i].bytes_per_second);
        }
    }
}

/* Half of the hosts do at least this well with their best partner. */
static double usual_best(const doctor_job *job)
{
    double usual = 0.0;

    for (int rank = 0; rank < job->size; rank++) {
        const double best = job->ranks[rank].network.best_link;
        int better = 0;

        for (int other = 0; other < job->size; other++) {
            better += job->ranks[other].leads && job->ranks[other].network.best_link >= best;
        }
        if (job->ranks[rank].leads && 2 * better >= job->hosts) {
            usual = fmax(usual, best);
        }
    }
    return usual;
}

static double gigabits(double bytes_per_second)
{
    return bytes_per_second * 8e-9;
}

void doctor_check_transport(const doctor_job *job, mpb_finding *finding)
{
    const doctor_network *first = &job->ranks[0].network;
    const double usual = usual_best(job) * 8.0;

    doctor_says(finding, MPB_FINDING_OK, "%s",
                job->hosts == 1 ? "one host needs no network"
                                : "nothing keeps MPI from the fastest network");
    if (job->hosts == 1) {
        return;
    }
    if (first->fast && (first->forced_tcp[0] != '\0' || usual < FAST_BITS)) {
        doctor_says(finding, MPB_FINDING_ADVICE,
                    "the hosts have InfiniBand or the like, but messages take TCP%s%s (%.1f Gb/s)",
                    first->forced_tcp[0] == '\0' ? "" : ", as asked by ", first->forced_tcp,
                    usual * 1e-9);
        doctor_remedy(finding, "%s%s", first->forced_tcp[0] == '\0' ? "" : "unset that variable; ",
                      job->open_mpi ? "an Open MPI with UCX (ompi_info names it), OMPI_MCA_pml=ucx"
                                    : "an MPICH over UCX or libfabric (mpichversion names it)");
    } else if (!first->fast && job->open_mpi_version == 4 && strcmp(first->tcp_flags, "1") != 0) {
        doctor_says(finding, MPB_FINDING_ADVICE,
                    "OMPI_MCA_btl_tcp_flags is %s: where Open MPI 4 does more than send (1) over "
                    "TCP, sums take up to twice the time",
                    first->tcp_flags[0] == '\0' ? "not set" : first->tcp_flags);
        doctor_remedy(finding, "unset OMPI_MCA_btl_tcp_flags, the program then sets it to 1");
    }
}

/* The slowest link of hosts that do well with others; NULL: none is slow. */
static const mpb_link *slow_link(const doctor_job *job, double limit)
{
    const mpb_link *slowest = NULL;

    for (size_t i = 0; i < job->num_links; i++) {
        const mpb_link *link = &job->links[i];

        if (link->bytes_per_second < limit &&
            (slowest == NULL || link->bytes_per_second < slowest->bytes_per_second)) {
            slowest = link;
        }
    }
    return slowest;
}

/* The first rank of the host that does worst even with its best partner, or -1. */
static int slow_host(const doctor_job *job, double limit)
{
    double least = limit;
    int slowest = -1;

    for (int rank = 0; rank < job->size; rank++) {
        const doctor_facts *own = &job->ranks[rank];

        if (own->leads && own->network.best_link < least) {
            least = own->network.best_link;
            slowest = rank;
        }
    }
    return slowest;
}

static double least_latency(const doctor_job *job)
{
    double least = job->links[0].latency;

    for (size_t i = 1; i < job->num_links; i++) {
        least = fmin(least, job->links[i].latency);
    }
    return least;
}

static void judge_links(const doctor_job *job, mpb_finding *finding)
{
    const double usual = usual_best(job);
    const int host = slow_host(job, SLOW_PART * usual);
    const mpb_link *link = slow_link(job, SLOW_PART * usual);

    if (host >= 0) {
        doctor_says(finding, MPB_FINDING_ADVICE,
                    "messages of this host take %.2f Gb/s at best, those of other hosts %.2f Gb/s: "
                    "all ranks wait for it",
                    gigabits(job->ranks[host].network.best_link), gigabits(usual));
        doctor_where(finding, "host %s", job->ranks[host].host);
        doctor_remedy(finding,
                      "look at its cable, port and duplex (ethtool); until then start "
                      "without it%s%.64s",
                      job->slurm ? ": --exclude=" : "", job->slurm ? job->ranks[host].host : "");
    } else if (link != NULL) {
        doctor_says(finding, MPB_FINDING_ADVICE,
                    "messages between these hosts take %.2f Gb/s, those between others %.2f Gb/s",
                    gigabits(link->bytes_per_second), gigabits(usual));
        doctor_where(finding, "hosts %s and %s", job->ranks[link->a].host,
                     job->ranks[link->b].host);
        doctor_remedy(finding,
                      "look at the switches between them, or start on hosts of one switch%s",
                      job->slurm ? " (--switches=1)" : "");
    } else if (usual * 8.0 < FEW_BITS) {
        doctor_says(finding, MPB_FINDING_ADVICE,
                    "messages between hosts take %.2f Gb/s: sums of a step's gradients take "
                    "seconds",
                    gigabits(usual));
        doctor_remedy(finding, "a faster network, cluster.gradient_dtype=bf16, or larger batches "
                               "(training.gradient_accumulation_steps)");
    }
}

void doctor_check_links(const doctor_job *job, mpb_finding *finding)
{
    if (job->num_links == 0) {
        doctor_says(finding, MPB_FINDING_OK, "one host needs no network");
        return;
    }
    doctor_says(finding, MPB_FINDING_OK, "%.2f Gb/s each way between hosts, %.0f us at least",
                gigabits(usual_best(job)), least_latency(job) * 1e6);
    judge_links(job, finding);
}
