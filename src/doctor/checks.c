#include "checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_HOSTS_NAMED = 8 };

/* Exactly one of both. */
typedef struct check {
    const char *name;
    doctor_rank_check *of_rank;
    doctor_job_check *of_job;
} check;

static const check CHECKS[] = {
    {"start", NULL, doctor_check_start},
    {"versions", NULL, doctor_check_versions},
    {"processors", NULL, doctor_check_processors},
    {"binding", doctor_check_binding, NULL},
    {"threads", doctor_check_threads, NULL},
    {"cpu quota", doctor_check_quota, NULL},
    {"kernels", doctor_check_kernels, NULL},
    {"memory", doctor_check_memory, NULL},
    {"shared memory", doctor_check_shared_memory, NULL},
    {"huge pages", doctor_check_huge_pages, NULL},
    {"single copy", doctor_check_single_copy, NULL},
    {"limits", doctor_check_limits, NULL},
    {"reading", doctor_check_reading, NULL},
    {"writing", doctor_check_writing, NULL},
    {"locking", doctor_check_locking, NULL},
    {"clock", doctor_check_clock, NULL},
    {"addresses", NULL, doctor_check_addresses},
    {"transport", NULL, doctor_check_transport},
    {"links", NULL, doctor_check_links},
};

/* Where a thing was found that is the same on several ranks. */
typedef struct places {
    int ranks;
    int hosts;
    int last;   /* rank */
    bool *seen; /* (hosts of the job) */
    char names[MPB_FINDING_TEXT / 2];
} places;

static void add_place(const doctor_job *job, int rank, places *p)
{
    const doctor_facts *own = &job->ranks[rank];
    const size_t length = strlen(p->names);

    if (!p->seen[own->host_number]) {
        p->seen[own->host_number] = true;
        if (p->hosts++ < MOST_HOSTS_NAMED) {
            snprintf(p->names + length, sizeof(p->names) - length, "%s%.22s",
                     length == 0 ? "" : ", ", own->host);
        }
    }
    p->ranks++;
    p->last = rank;
}

static void describe_places(const doctor_job *job, const places *p, mpb_finding *finding)
{
    if (p->ranks == 1 && job->size > job->hosts) {
        doctor_where(finding, "rank %d, host %s", p->last, p->names);
    } else if (p->hosts > MOST_HOSTS_NAMED) {
        doctor_where(finding, "%d hosts: %s, ...", p->hosts, p->names);
    } else {
        doctor_where(finding, "host%s %s", p->hosts > 1 ? "s" : "", p->names);
    }
}

static mpb_finding look(const doctor_job *job, const check *c, int rank)
{
    mpb_finding finding = {.check = c->name};

    c->of_rank(job, &job->ranks[rank], &finding);
    return finding;
}

static bool is_same(const mpb_finding *a, const mpb_finding *b)
{
    return a->severity == b->severity && strcmp(a->remedy, b->remedy) == 0;
}

/* Whether an earlier rank has found the same. */
static bool is_known(const mpb_findings *findings, size_t first, const mpb_finding *finding)
{
    for (size_t i = first; i < findings->count; i++) {
        if (is_same(&findings->items[i], finding)) {
            return true;
        }
    }
    return false;
}

/* With all the ranks that have it, from `rank` on. */
static mpb_status add_found(const doctor_job *job, const check *c, int rank, mpb_finding *finding,
                            mpb_findings *findings)
{
    places found_at = {.seen = calloc((size_t)job->hosts, sizeof(bool))};

    MPB_REQUIRE(found_at.seen != NULL, MPB_ERR_SYSTEM, "no memory for what was found");
    for (int other = rank; other < job->size; other++) {
        const mpb_finding theirs = look(job, c, other);

        if (is_same(&theirs, finding)) {
            add_place(job, other, &found_at);
        }
    }
    describe_places(job, &found_at, finding);
    free(found_at.seen);
    return mpb_findings_add(findings, finding);
}

static mpb_status judge_ranks(const doctor_job *job, const check *c, mpb_findings *findings)
{
    const size_t first = findings->count;
    mpb_finding fine = look(job, c, 0);

    for (int rank = 0; rank < job->size; rank++) {
        mpb_finding finding = look(job, c, rank);

        if (finding.severity != MPB_FINDING_OK && !is_known(findings, first, &finding)) {
            MPB_TRY(add_found(job, c, rank, &finding, findings));
        }
    }
    return findings->count > first ? MPB_OK : mpb_findings_add(findings, &fine);
}

mpb_status doctor_judge(const doctor_job *job, mpb_findings *findings)
{
    for (size_t i = 0; i < sizeof(CHECKS) / sizeof(*CHECKS); i++) {
        mpb_finding finding = {.check = CHECKS[i].name};

        if (CHECKS[i].of_rank != NULL) {
            MPB_TRY(judge_ranks(job, &CHECKS[i], findings));
        } else {
            CHECKS[i].of_job(job, &finding);
            MPB_TRY(mpb_findings_add(findings, &finding));
        }
    }
    return MPB_OK;
}
