#pragma once

/* How every fallible function reports failure.
 *
 * The function that first detects a problem describes it once with MPB_FAIL: what was found,
 * what was expected and, in parentheses at the end, where (file, line, key, row). Everyone above
 * passes the code along with MPB_TRY and prints nothing; main prints the one line and exits with
 * the code, so the enumerators are the exit codes that scripts see. Local. */

typedef enum mpb_status {
    MPB_OK = 0,
    MPB_ADVISED = 1,      /* no failure: doctor has advice */
    MPB_ERR_CONFIG = 2,   /* the command line or the configuration is wrong */
    MPB_ERR_DATA = 3,     /* a data or model file is missing or wrong */
    MPB_ERR_SYSTEM = 4,   /* the machine refused: memory, disk, MPI */
    MPB_ERR_DIVERGED = 5, /* a loss or gradient is not finite */
    MPB_STOPPED = 75,     /* stopped by a signal after a valid checkpoint */
} mpb_status;

#define MPB_MUST_CHECK __attribute__((warn_unused_result))

/* Records the description, as one line, and evaluates to `code`: return MPB_FAIL(MPB_ERR_DATA,
 * "..."). */
#define MPB_FAIL(code, ...) mpb_status_record((code), __VA_ARGS__)

/* Leaves the calling function with MPB_FAIL unless `cond` holds. */
#define MPB_REQUIRE(cond, code, ...)                                                               \
    do {                                                                                           \
        if (!(cond)) {                                                                             \
            return MPB_FAIL((code), __VA_ARGS__);                                                  \
        }                                                                                          \
    } while (0)

/* Leaves the calling function with the status of `call` unless that is MPB_OK. */
#define MPB_TRY(call)                                                                              \
    do {                                                                                           \
        mpb_status mpb_try_status_ = (call);                                                       \
        if (mpb_try_status_ != MPB_OK) {                                                           \
            return mpb_try_status_;                                                                \
        }                                                                                          \
    } while (0)

mpb_status mpb_status_record(mpb_status code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The description of this thread's most recent failure, "" if there was none. The string belongs
 * to the library and lasts until the thread's next failure. */
const char *mpb_status_last(void);
