#include "mpibert/doctor/findings.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 32 };

mpb_status mpb_findings_add(mpb_findings *findings, const mpb_finding *finding)
{
    if (findings->count == findings->capacity) {
        const size_t capacity = findings->capacity == 0 ? FIRST_CAPACITY : 2 * findings->capacity;
        mpb_finding *items = realloc(findings->items, capacity * sizeof(*items));

        MPB_REQUIRE(items != NULL, MPB_ERR_SYSTEM, "no memory for what was found");
        findings->items = items;
        findings->capacity = capacity;
    }
    findings->items[findings->count++] = *finding;
    return MPB_OK;
}

void mpb_findings_clear(mpb_findings *findings)
{
    free(findings->items);
    *findings = (mpb_findings){0};
}

size_t mpb_findings_count(const mpb_findings *findings, mpb_severity severity)
{
    size_t count = 0;

    for (size_t i = 0; i < findings->count; i++) {
        count += findings->items[i].severity == severity;
    }
    return count;
}

const char *mpb_severity_name(mpb_severity severity)
{
    static const char *const names[] = {
        [MPB_FINDING_OK] = "ok", [MPB_FINDING_ADVICE] = "advice", [MPB_FINDING_FAIL] = "fail"};

    return names[severity];
}
