#pragma once

/* Care of the BLAS library that is loaded. */

/* Makes each BLAS call run on its calling thread (our own team splits the work). Once, early. */
void mpb_blas_single_threaded(void);

/* OpenBLAS picks far too weak kernels on CPUs that are newer than it (4.5 times slower). Gives the
 * value for the environment variable OPENBLAS_CORETYPE that suits this CPU better than the kernel
 * in use, or NULL when the choice is fine or the library is another one. */
const char *mpb_blas_better_coretype(void);

/* "OpenBLAS 0.3.21, SkylakeX kernels" */
const char *mpb_blas_description(void);
