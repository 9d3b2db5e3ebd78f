#include "mpibert/records/place.h"

#include <inttypes.h>
#include <stdio.h>

/* LF, and with `cr` CR too, for then readers see LF in its place. */
static uint64_t count_ends(const char *bytes, uint64_t size, bool cr)
{
    uint64_t lines = 0;

    for (uint64_t i = 0; i < size; i++) {
        lines += bytes[i] == '\n' || (cr && bytes[i] == '\r');
    }
    return lines;
}

uint64_t mpb_count_line_ends(const char *bytes, uint64_t size)
{
    return count_ends(bytes, size, false);
}

/* Line ends in the first `bytes` of a file, as far as it can be read. */
static uint64_t count_in_file(const char *path, uint64_t bytes, bool cr)
{
    FILE *file = fopen(path, "rb");
    char part[1 << 14];
    uint64_t lines = 0;

    while (file != NULL && bytes > 0) {
        size_t wanted = bytes < sizeof(part) ? (size_t)bytes : sizeof(part);
        size_t got = fread(part, 1, wanted, file);

        lines += count_ends(part, got, cr);
        bytes = got < wanted ? 0 : bytes - got;
    }
    if (file != NULL) {
        fclose(file);
    }
    return lines;
}

static uint64_t lines_before(const mpb_place *place)
{
    if (place->content != NULL) {
        return count_ends(place->content, place->before, place->cr_lines);
    }
    return place->path == NULL ? 0 : count_in_file(place->path, place->before, place->cr_lines);
}

void mpb_place_describe(const mpb_place *place, char text[MPB_PLACE_SIZE])
{
    if (place->line == 0) {
        snprintf(text, MPB_PLACE_SIZE, "%s", place->name);
        return;
    }
    snprintf(text, MPB_PLACE_SIZE, "%s, line %" PRIu64, place->name,
             lines_before(place) + place->line);
}

mpb_status mpb_place_fail(const mpb_place *place, const char *problem)
{
    char where[MPB_PLACE_SIZE];

    mpb_place_describe(place, where);
    return MPB_FAIL(MPB_ERR_DATA, "%s (%s)", problem, where);
}
