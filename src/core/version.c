#include "mpibert/core/version.h"

const char *mpb_version(void)
{
    return MPB_PROJECT_VERSION;
}

const char *mpb_program(void)
{
    return "mpibert " MPB_PROJECT_VERSION;
}
