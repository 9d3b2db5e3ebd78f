#pragma once

/* A packed file on its way through one of the codecs. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "aside.h"
#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"

enum { MPB_UNPACK_STEP = 1 << 18 }; /* bytes read or written at once */

typedef struct mpb_unpack {
    const char *path; /* borrowed: of the packed file */
    FILE *file;       /* borrowed */
    uint64_t before;  /* bytes of the file before those in `in` */
    size_t in_size;   /* bytes in `in`; 0 where the file has ended */
    mpb_aside *to;    /* borrowed; NULL: the content goes to `head` */
    mpb_buffer *head; /* borrowed */
    uint64_t written; /* bytes of the content so far */
    uint64_t limit;   /* bytes that it may have; 0: see mpb_unpack_put */
    bool full;        /* no more of it is wanted */
    unsigned char in[MPB_UNPACK_STEP];
    unsigned char out[MPB_UNPACK_STEP];
} mpb_unpack;

/* Replaces `in` by the bytes that follow it in the file. */
MPB_MUST_CHECK mpb_status mpb_unpack_next(mpb_unpack *unpack);

/* Takes the next bytes of the content. Above the limit, or without one above 64 MiB and a hundred
 * times what was read of the file, they are MPB_ERR_DATA: a few bytes can stand for any number of
 * them. */
MPB_MUST_CHECK mpb_status mpb_unpack_put(mpb_unpack *unpack, const void *bytes, size_t count);

/* Passes the whole file through the codec. */
MPB_MUST_CHECK mpb_status mpb_unpack_gzip(mpb_unpack *unpack);
MPB_MUST_CHECK mpb_status mpb_unpack_xz(mpb_unpack *unpack);
