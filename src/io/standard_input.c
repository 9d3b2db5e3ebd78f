#include "mpibert/io/standard_input.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum { PATIENCE = 5000 }; /* milliseconds */

/* Whether a read would not wait; a descriptor that cannot tell counts as one. */
static bool is_ready(int milliseconds)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    int count;

    do {
        count = poll(&input, 1, milliseconds);
    } while (count < 0 && errno == EINTR);
    return count != 0;
}

void mpb_standard_input_await(const mpb_log *log)
{
    bool from_person = isatty(STDIN_FILENO) != 0;

    if (is_ready(from_person ? 0 : PATIENCE)) {
        return;
    }
    mpb_log_info(log, from_person ? "reading text from the terminal, one a line; Ctrl-D ends it"
                                  : "waiting for text on standard input");
    (void)is_ready(-1);
}
