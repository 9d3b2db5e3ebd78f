#include "about.h"

#include <stdio.h>

#include "mpibert/comm/comm.h"
#include "mpibert/core/buffer.h"
#include "mpibert/io/versions.h"
#include "mpibert/math/blas.h"
#include "version.h"

static mpb_status describe(mpb_buffer *text)
{
    MPB_TRY(mpb_buffer_append_format(text, "mpibert %s (revision %s, %s)\n", MPB_VERSION,
                                     MPB_REVISION, MPB_COMPILER));
    MPB_TRY(mpb_buffer_append_format(text, "%s\n%s\n", mpb_comm_library(), mpb_blas_description()));
    return mpb_io_versions(text);
}

mpb_status mpb_about_print(void)
{
    mpb_buffer text = {0};
    mpb_status status = describe(&text);

    if (status == MPB_OK) {
        fputs(text.data, stdout);
    }
    mpb_buffer_clear(&text);
    return status;
}
