#include "wall_time.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const double MINUTE = 60.0;
static const double HOUR = 3600.0;
static const double DAY = 86400.0;

/* Up to three numbers parted by colons; how many there are, 0 where there is something else. */
static int read_fields(const char *text, double fields[3])
{
    int count = 0;

    for (;;) {
        const size_t digits = strspn(text, "0123456789");

        if (digits == 0 || digits > 6 || count == 3) {
            return 0;
        }
        fields[count++] = atof(text);
        text += digits;
        if (*text == '\0') {
            return count;
        }
        if (*text++ != ':') {
            return 0;
        }
    }
}

mpb_status mpb_wall_time_parse(const char *option, const char *text, double *seconds)
{
    const char *dash = strchr(text, '-');
    double fields[3] = {0.0, 0.0, 0.0};
    const int count = read_fields(dash == NULL ? text : dash + 1, fields);
    const bool has_days = dash != NULL && strspn(text, "0123456789") == (size_t)(dash - text) &&
                          dash > text && dash - text <= 6;
    double total = 0.0;

    if (count > 0 && has_days) {
        total = atof(text) * DAY + fields[0] * HOUR + fields[1] * MINUTE + fields[2];
    } else if (count == 3 && dash == NULL) {
        total = fields[0] * HOUR + fields[1] * MINUTE + fields[2];
    } else if (count > 0 && dash == NULL) {
        total = fields[0] * MINUTE + fields[1];
    }
    MPB_REQUIRE(total > 0.0, MPB_ERR_CONFIG,
                "%s is '%.100s', a time limit of Slurm's form was expected, as in 90, 04:00:00 or "
                "2-12:00:00 (command line)",
                option, text);
    *seconds = total;
    return MPB_OK;
}
