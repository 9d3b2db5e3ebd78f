#include "mpibert/core/status.h"

#include <stdarg.h>
#include <stdio.h>

#include "mpibert/core/strings.h"

static _Thread_local char last_failure[1024];

mpb_status mpb_status_record(mpb_status code, const char *format, ...)
{
    /* Formatted aside first: an argument may be the previous description itself. */
    char text[sizeof(last_failure)];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    mpb_text_make_line(text); /* what a name or another library brings in */
    snprintf(last_failure, sizeof(last_failure), "%s", text);
    return code;
}

const char *mpb_status_last(void)
{
    return last_failure;
}
