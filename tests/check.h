#pragma once

/* The test framework: a check that does not hold says where and why, and ends the program. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/core/status.h"

enum { TEST_SKIPPED = 77 }; /* exit code that CTest shows as "Skipped" */

/* Ends the test as skipped; CTest's log keeps the reason. */
static inline void check_skip(const char *reason)
{
    printf("SKIPPED: %s\n", reason);
    exit(TEST_SKIPPED);
}

#define CHECK(condition) check_holds((condition), #condition, __FILE__, __LINE__)
#define CHECK_OK(call) check_status((call), MPB_OK, #call, __FILE__, __LINE__)
#define CHECK_STATUS(call, code) check_status((call), (code), #call, __FILE__, __LINE__)
/* The call fails with `code` and its one line holds `text`. */
#define CHECK_FAILS(call, code, text)                                                              \
    do {                                                                                           \
        check_status((call), (code), #call, __FILE__, __LINE__);                                   \
        check_contains(mpb_status_last(), (text), __FILE__, __LINE__);                             \
    } while (0)
#define CHECK_NEAR(got, want, tolerance)                                                           \
    check_near((got), (want), (tolerance), #got, __FILE__, __LINE__)
#define CHECK_TEXT(got, want) check_text((got), (want), #got, __FILE__, __LINE__)

static inline void check_holds(int holds, const char *text, const char *file, int line)
{
    if (!holds) {
        fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, text);
        exit(EXIT_FAILURE);
    }
}

static inline void check_status(mpb_status got, mpb_status want, const char *text, const char *file,
                                int line)
{
    if (got != want) {
        fprintf(stderr, "%s:%d: %s gave %d instead of %d: %s\n", file, line, text, (int)got,
                (int)want, mpb_status_last());
        exit(EXIT_FAILURE);
    }
}

static inline void check_contains(const char *got, const char *part, const char *file, int line)
{
    if (strstr(got, part) == NULL) {
        fprintf(stderr, "%s:%d: \"%s\" does not hold \"%s\"\n", file, line, got, part);
        exit(EXIT_FAILURE);
    }
}

static inline void check_near(double got, double want, double tolerance, const char *text,
                              const char *file, int line)
{
    if (!(fabs(got - want) <= tolerance)) {
        fprintf(stderr, "%s:%d: %s is %.9g instead of %.9g (tolerance %.3g)\n", file, line, text,
                got, want, tolerance);
        exit(EXIT_FAILURE);
    }
}

static inline void check_text(const char *got, const char *want, const char *text, const char *file,
                              int line)
{
    if (got == NULL || strcmp(got, want) != 0) {
        fprintf(stderr, "%s:%d: %s is \"%s\" instead of \"%s\"\n", file, line, text,
                got == NULL ? "(null)" : got, want);
        exit(EXIT_FAILURE);
    }
}

/* Position i of the repeatable array number `seed`, evenly spread over [-1, 1). */
static inline float test_value(unsigned seed, unsigned i)
{
    unsigned x = seed * 0x9E3779B1u + i;

    x = (x ^ x >> 16) * 0x7FEB352Du;
    x = (x ^ x >> 15) * 0x846CA68Bu;
    x ^= x >> 16;
    return (float)(int)(x >> 8) / 8388608.0f - 1.0f;
}
