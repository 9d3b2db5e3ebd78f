#include "mpibert/core/bytes.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double LARGEST = 9223372036854775808.0; /* 2^63: any size_t and off_t holds less */
static const double MEBIBYTE = 1024.0 * 1024.0;
static const double GIBIBYTE = 1024.0 * 1024.0 * 1024.0;

typedef struct unit {
    const char *name;
    double bytes;
} unit;

static const unit UNITS[] = {
    {"", 1.0},
    {"B", 1.0},
    {"KB", 1e3},
    {"kB", 1e3},
    {"MB", 1e6},
    {"GB", 1e9},
    {"TB", 1e12},
    {"KiB", 1024.0},
    {"MiB", 1024.0 * 1024.0},
    {"GiB", 1024.0 * 1024.0 * 1024.0},
    {"TiB", 1024.0 * 1024.0 * 1024.0 * 1024.0},
};

static const unit *find_unit(const char *name)
{
    for (size_t i = 0; i < sizeof(UNITS) / sizeof(*UNITS); i++) {
        if (strcmp(UNITS[i].name, name) == 0) {
            return &UNITS[i];
        }
    }
    return NULL;
}

/* strtod alone would also take "inf", "0x10" and blanks in front. */
bool mpb_bytes_parse(const char *text, double *bytes)
{
    const size_t digits = strspn(text, "0123456789.");
    const unit *counted;
    char *end;
    double size;

    if (digits == 0 || tolower((unsigned char)text[digits]) == 'x') {
        return false;
    }
    size = strtod(text, &end);
    end += *end == ' ';
    counted = find_unit(end);
    if (end == text || counted == NULL) {
        return false;
    }
    size *= counted->bytes;
    if (!(size >= 1.0 && size < LARGEST)) {
        return false;
    }
    *bytes = size;
    return true;
}

const char *mpb_bytes_text(double bytes, char text[MPB_BYTES_TEXT])
{
    if (bytes >= GIBIBYTE) {
        snprintf(text, MPB_BYTES_TEXT, "%.1f GiB", bytes / GIBIBYTE);
    } else if (bytes >= MEBIBYTE / 10.0) {
        snprintf(text, MPB_BYTES_TEXT, "%.1f MiB", bytes / MEBIBYTE);
    } else {
        snprintf(text, MPB_BYTES_TEXT, "%.0f bytes", bytes);
    }
    return text;
}
