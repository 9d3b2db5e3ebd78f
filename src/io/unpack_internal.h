#pragma once

/* A packed file on its way through one of the codecs. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "aside.h"
#include "mpibert/core/status.h"

enum { MPB_UNPACK_STEP = 1 << 18 }; /* bytes read or written at once */

typedef struct mpb_unpack {
    const char *path; /* borrowed: of the packed file */
    FILE *file;       /* borrowed */
    uint64_t before;  /* bytes of the file before those in `in` */
    size_t in_size;   /* bytes in `in`; 0 where the file has ended */
    mpb_aside *to;    /* borrowed */
    unsigned char in[MPB_UNPACK_STEP];
    unsigned char out[MPB_UNPACK_STEP];
} mpb_unpack;

/* Replaces `in` by the bytes that follow it in the file. */
MPB_MUST_CHECK mpb_status mpb_unpack_next(mpb_unpack *unpack);

/* Passes the whole file through the codec. */
MPB_MUST_CHECK mpb_status mpb_unpack_gzip(mpb_unpack *unpack);
MPB_MUST_CHECK mpb_status mpb_unpack_xz(mpb_unpack *unpack);
