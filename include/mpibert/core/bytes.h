#pragma once

/* Sizes in bytes as people write and read them. Local. */

#include <stdbool.h>
#include <stddef.h>

/* "20GiB", "20 GB", "1.5e9": a number, and a unit where it is not bytes. KB, MB, GB and TB count in
 * powers of 1000; KiB, MiB, GiB and TiB in powers of 1024. False, with *bytes untouched, unless the
 * whole text is a size from 1 byte to 8 EiB. */
bool mpb_bytes_parse(const char *text, double *bytes);

/* What mpb_bytes_parse takes, for messages. */
#define MPB_BYTES_FORMS                                                                            \
    "a size as in 20GiB, 20 GB or plain bytes (units: KB, MB, GB, TB, KiB, MiB, GiB, TiB)"

enum { MPB_BYTES_TEXT = 24 };

/* "2.4 GiB", "310.5 MiB", "4096 bytes"; gives `text`. */
const char *mpb_bytes_text(double bytes, char text[MPB_BYTES_TEXT]);
