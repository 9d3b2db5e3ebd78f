#include "checks.h"

#include <stdarg.h>
#include <stdio.h>

void doctor_says(mpb_finding *finding, mpb_severity severity, const char *format, ...)
{
    va_list arguments;

    finding->severity = severity;
    va_start(arguments, format);
    vsnprintf(finding->found, sizeof(finding->found), format, arguments);
    va_end(arguments);
}

void doctor_where(mpb_finding *finding, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(finding->where, sizeof(finding->where), format, arguments);
    va_end(arguments);
}

void doctor_remedy(mpb_finding *finding, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(finding->remedy, sizeof(finding->remedy), format, arguments);
    va_end(arguments);
}
