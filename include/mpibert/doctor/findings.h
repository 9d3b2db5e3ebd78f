#pragma once

/* What a look at a machine found, a line each. Local. */

#include <stddef.h>

#include "mpibert/core/status.h"

typedef enum mpb_severity {
    MPB_FINDING_OK,
    MPB_FINDING_ADVICE, /* a job would run, slower or less safely than it could */
    MPB_FINDING_FAIL,   /* a job would fail */
} mpb_severity;

enum { MPB_FINDING_TEXT = 400 };

typedef struct mpb_finding {
    const char *check; /* borrowed, its name in the table of checks */
    mpb_severity severity;
    char found[MPB_FINDING_TEXT];
    char where[MPB_FINDING_TEXT];  /* "" : the job as a whole */
    char remedy[MPB_FINDING_TEXT]; /* "" where nothing is wrong */
} mpb_finding;

/* Starts as {0}. */
typedef struct mpb_findings {
    mpb_finding *items; /* owned */
    size_t count;
    size_t capacity;
} mpb_findings;

MPB_MUST_CHECK mpb_status mpb_findings_add(mpb_findings *findings, const mpb_finding *finding);
void mpb_findings_clear(mpb_findings *findings);

/* How many are of this severity. */
size_t mpb_findings_count(const mpb_findings *findings, mpb_severity severity);

/* "ok", "advice", "fail" */
const char *mpb_severity_name(mpb_severity severity);
