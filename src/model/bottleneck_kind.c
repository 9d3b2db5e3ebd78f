#include <stddef.h>

#include "mpibert/model/bottleneck.h"

const char *mpb_bottleneck_kind_name(mpb_bottleneck_kind kind)
{
    static const char *const names[] = {
        [MPB_NO_BOTTLENECK] = NULL, [MPB_HOULSBY] = "houlsby", [MPB_PFEIFFER] = "pfeiffer"};

    return names[kind];
}
