#include "mpibert/forecast/network.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct unit {
    const char *name;
    double factor;
} unit;

static const unit RATES[] = {{"Mb", 1e6}, {"Gb", 1e9}, {"Tb", 1e12}, {"M", 1e6}, {"G", 1e9}};
static const char *const ENDS[] = {"", "E", "it", "ps", "/s", "it/s", "its/s"};
static const unit TIMES[] = {{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1.0}, {"", 1.0}};

/* A positive number at the start of `text`, which strtod alone would also take from " inf" and
 * "0x10"; *end comes after it and one blank. */
static bool read_number(const char *text, double *number, const char **end)
{
    const size_t digits = strspn(text, "0123456789.");
    char *after;

    if (digits == 0 || text[digits] == 'x' || text[digits] == 'X') {
        return false;
    }
    *number = strtod(text, &after);
    *end = after + (*after == ' ');
    return after != text && isfinite(*number) && *number > 0.0;
}

/* "Gb" and one of the ends of a rate. */
static bool is_rate(const char *text, const char *name)
{
    const size_t length = strlen(name);

    if (strncmp(text, name, length) != 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof(ENDS) / sizeof(*ENDS); i++) {
        if (strcmp(text + length, ENDS[i]) == 0) {
            return true;
        }
    }
    return false;
}

mpb_status mpb_network_parse(const char *option, const char *text, mpb_network *network)
{
    const char *rest = text;
    double number = 0.0;
    double bits = 0.0;

    if (read_number(text, &number, &rest)) {
        for (size_t i = 0; i < sizeof(RATES) / sizeof(*RATES) && bits == 0.0; i++) {
            bits = is_rate(rest, RATES[i].name) ? number * RATES[i].factor : 0.0;
        }
    }
    MPB_REQUIRE(bits > 0.0, MPB_ERR_CONFIG,
                "%s is '%.100s', bits a second of a node's link were expected, as in 100Gb, 10GbE, "
                "400Mb/s (command line)",
                option, text);
    *network = (mpb_network){
        .bytes_per_second = MPB_LINK_SHARE * bits / 8.0,
        .latency = 15e-6,
        .message_seconds = 2e-6,
        .host_seconds_per_byte = 0.3e-9,
    };
    return MPB_OK;
}

mpb_status mpb_latency_parse(const char *option, const char *text, double *seconds)
{
    const char *rest = text;
    double number = 0.0;

    if (read_number(text, &number, &rest)) {
        for (size_t i = 0; i < sizeof(TIMES) / sizeof(*TIMES); i++) {
            if (strcmp(rest, TIMES[i].name) == 0) {
                *seconds = number * TIMES[i].factor;
                return MPB_OK;
            }
        }
    }
    return MPB_FAIL(MPB_ERR_CONFIG,
                    "%s is '%.100s', a time was expected, as in 15us, 0.1ms (command line)", option,
                    text);
}
