#include "mpibert/doctor/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "watch.h"

enum { LOCAL_SECONDS = 20, SHARED_SECONDS = 30 };

static const double LINK_SECONDS = 3.0; /* for all rounds of messages between hosts */

/* What an examination holds. */
typedef struct examination {
    const mpb_comm *comm;
    const mpb_doctor_setup *setup;
    doctor_place places[DOCTOR_MAX_PATHS];
    int num_places;
    doctor_facts own;
    doctor_facts *ranks; /* owned, (size) */
    int *leaders;        /* owned, (hosts), the first ranks of hosts */
    double *ahead;       /* owned, (hosts) */
    int hosts;
    mpb_link *links; /* owned, (num_links) */
    size_t num_links;
} examination;

static void add_places(examination *e, const mpb_strings *paths, bool written)
{
    for (size_t i = 0; i < paths->count && e->num_places < DOCTOR_MAX_PATHS; i++) {
        e->places[e->num_places++] = (doctor_place){paths->items[i], written};
    }
}

static bool leads_host(const mpb_comm *comm, int rank)
{
    for (int other = 0; other < rank; other++) {
        if (strcmp(mpb_comm_host(comm, other), mpb_comm_host(comm, rank)) == 0) {
            return false;
        }
    }
    return true;
}

static mpb_status find_facts(examination *e)
{
    const mpb_comm *comm = e->comm;
    const char *locking = getenv("HDF5_USE_FILE_LOCKING");
    doctor_facts *own = &e->own;

    own->rank = mpb_comm_rank(comm);
    snprintf(own->host, sizeof(own->host), "%s", mpb_comm_host(comm, own->rank));
    own->leads = leads_host(comm, own->rank);
    own->hdf5_locks = locking != NULL && strcmp(locking, "FALSE") != 0 && strcmp(locking, "0") != 0;
    doctor_watch(comm, "questions about this host", LOCAL_SECONDS);
    doctor_find_cores(comm, e->setup->threads, &own->cores);
    doctor_find_software(e->setup->program, &own->software);
    doctor_find_limits(&own->limits);
    doctor_find_network(&own->network);
    doctor_watch(comm, "questions about memory", SHARED_SECONDS);
    MPB_TRY(doctor_find_memory(comm, &own->memory));
    doctor_watch(comm, "looks at the folders of the job", SHARED_SECONDS);
    return doctor_look_at_paths(comm, own->leads, e->places, e->num_places, own->paths);
}

static mpb_status gather_facts(examination *e)
{
    mpb_buffer mine = {0};
    mpb_buffer all = {0};
    mpb_status status = mpb_buffer_append(&mine, &e->own, sizeof(e->own));

    status = mpb_comm_agree(e->comm, status);
    if (status == MPB_OK) {
        status = mpb_comm_gather(e->comm, &mine, &all);
    }
    if (status == MPB_OK) {
        memcpy(e->ranks, all.data, all.size);
    }
    mpb_buffer_clear(&mine);
    mpb_buffer_clear(&all);
    return status;
}

static void number_hosts(examination *e)
{
    for (int rank = 0; rank < mpb_comm_size(e->comm); rank++) {
        doctor_facts *facts = &e->ranks[rank];

        if (facts->leads) {
            facts->host_number = e->hosts;
            e->leaders[e->hosts++] = rank;
        }
        for (int i = 0; i < e->hosts; i++) {
            if (strcmp(e->ranks[e->leaders[i]].host, facts->host) == 0) {
                facts->host_number = i;
            }
        }
    }
}

static mpb_status measure_network(examination *e)
{
    doctor_watch(e->comm, "a look at the clocks of all hosts", SHARED_SECONDS);
    MPB_TRY(mpb_links_clocks(e->comm, e->leaders, e->hosts, e->ahead));
    for (int rank = 0; rank < mpb_comm_size(e->comm); rank++) {
        e->ranks[rank].network.clock_ahead = e->ahead[e->ranks[rank].host_number];
    }
    doctor_watch(e->comm, "messages between pairs of hosts", SHARED_SECONDS);
    MPB_TRY(
        mpb_links_measure(e->comm, e->leaders, e->hosts, LINK_SECONDS, &e->links, &e->num_links));
    doctor_note_links(e->links, e->num_links, e->ranks);
    return MPB_OK;
}

/* On rank 0. */
static mpb_status judge(const examination *e, mpb_findings *findings)
{
    static const char open_mpi[] = "Open MPI v";
    const char *library = mpb_comm_library();
    const bool is_open_mpi = strncmp(library, open_mpi, strlen(open_mpi)) == 0;
    const doctor_job job = {
        .ranks = e->ranks,
        .size = mpb_comm_size(e->comm),
        .hosts = e->hosts,
        .setup = e->setup,
        .places = e->places,
        .num_places = e->num_places,
        .links = e->links,
        .num_links = e->num_links,
        .open_mpi = is_open_mpi,
        .open_mpi_version = is_open_mpi ? atoi(library + strlen(open_mpi)) : 0,
        .slurm = getenv("SLURM_JOB_ID") != NULL,
    };

    return doctor_judge(&job, findings);
}

static mpb_status make_room(examination *e)
{
    const size_t size = (size_t)mpb_comm_size(e->comm);

    e->ranks = calloc(size, sizeof(*e->ranks));
    e->leaders = calloc(size, sizeof(*e->leaders));
    e->ahead = calloc(size, sizeof(*e->ahead));
    MPB_REQUIRE(e->ranks != NULL && e->leaders != NULL && e->ahead != NULL, MPB_ERR_SYSTEM,
                "no memory for what all ranks found");
    return MPB_OK;
}

static mpb_status examine(examination *e)
{
    MPB_TRY(mpb_comm_agree(e->comm, make_room(e)));
    MPB_TRY(find_facts(e));
    doctor_watch(e->comm, "what all ranks found", SHARED_SECONDS);
    MPB_TRY(gather_facts(e));
    number_hosts(e);
    return e->hosts > 1 ? measure_network(e) : MPB_OK;
}

mpb_status mpb_doctor_examine(const mpb_log *log, const mpb_comm *comm,
                              const mpb_doctor_setup *setup, mpb_findings *findings)
{
    examination e = {.comm = comm, .setup = setup};
    mpb_status status;

    add_places(&e, &setup->read, false);
    add_places(&e, &setup->written, true);
    status = examine(&e);
    if (status == MPB_OK && log->leader) {
        status = judge(&e, findings);
    }
    doctor_watch(comm, "", 0);
    free(e.ranks);
    free(e.leaders);
    free(e.ahead);
    free(e.links);
    return mpb_comm_agree(comm, status);
}
