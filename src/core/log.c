#include "mpibert/core/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mpibert/core/strings.h"

static void remove_moving_line(const mpb_log *log)
{
    if (log->line_stands != NULL && *log->line_stands) {
        fputs("\r\033[K", stderr);
        *log->line_stands = false;
    }
}

/* One write per line, so that lines of several processes do not mix. */
static void print_line(const mpb_log *log, const char *kind, const char *format, va_list args)
{
    char text[1200];

    vsnprintf(text, sizeof(text), format, args);
    mpb_text_make_line(text);
    remove_moving_line(log);
    fprintf(stderr, "mpibert: %s: %s%s%s%s\n", log->command, log->part == NULL ? "" : log->part,
            log->part == NULL ? "" : ": ", kind, text);
}

void mpb_log_show(const mpb_log *log, const char *text)
{
    while (log->leader && *text != '\0') {
        int length = (int)strcspn(text, "\n");

        if (log->part != NULL) {
            printf("%s: ", log->part);
        }
        printf("%.*s\n", length, text);
        text += length + (text[length] == '\n');
    }
    fflush(stdout);
}

void mpb_log_info(const mpb_log *log, const char *format, ...)
{
    va_list args;

    if (!log->leader) {
        return;
    }
    va_start(args, format);
    print_line(log, "", format, args);
    va_end(args);
}

void mpb_log_warning(const mpb_log *log, const char *format, ...)
{
    va_list args;

    if (!log->leader) {
        return;
    }
    va_start(args, format);
    print_line(log, "warning: ", format, args);
    va_end(args);
}

void mpb_log_failure(const mpb_log *log, const char *text)
{
    remove_moving_line(log);
    fprintf(stderr, "mpibert: %s: %s\n", log->command, text);
}
