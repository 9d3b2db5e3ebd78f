#pragma once

/* Where something stands in the input, for messages. Local. */

#include <stdbool.h>
#include <stdint.h>

#include "mpibert/core/status.h"

/* Lines are counted from the beginning of the stretch that is read; how many lines lie before it is
 * found out only when a message needs it. */
typedef struct mpb_place {
    const char *name;    /* what people call the file */
    const char *path;    /* where its bytes are; NULL: in memory */
    const char *content; /* its bytes in memory; NULL: in a file */
    uint64_t before;     /* bytes of it before the stretch */
    bool cr_lines;       /* whose lines end with CR alone */
    uint64_t line;       /* from 1; 0: the file as a whole */
} mpb_place;

enum { MPB_PLACE_SIZE = 512 };

/* "train.csv, line 17" */
void mpb_place_describe(const mpb_place *place, char text[MPB_PLACE_SIZE]);

uint64_t mpb_count_line_ends(const char *bytes, uint64_t size);

/* MPB_ERR_DATA: "PROBLEM (train.csv, line 17)". */
MPB_MUST_CHECK mpb_status mpb_place_fail(const mpb_place *place, const char *problem);
