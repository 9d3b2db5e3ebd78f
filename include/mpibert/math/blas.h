#pragma once

/* Care of the BLAS library that is loaded. Local. */

#include <stdbool.h>

#include "mpibert/math/isa.h"

/* Whether the limits of this process leave room for so many buffers of the library: it takes one
 * while it is loaded, and one more for each further thread that computes at the same time; OpenBLAS
 * that is refused one hangs. Needs nothing that a library sets up while it is loaded. */
bool mpb_blas_has_room(int buffers);

/* Makes each BLAS call run on its calling thread (our own team splits the work). Once, early. */
void mpb_blas_single_threaded(void);

/* The same for the calling thread, which started later: OpenBLAS over OpenMP counts the threads of
 * each caller by itself. One thread at a time. */
void mpb_blas_join_thread(void);

/* OpenBLAS picks far too weak kernels on CPUs that are newer than it (4.5 times slower). Gives the
 * value for the environment variable OPENBLAS_CORETYPE that suits this CPU better than the kernel
 * in use, or NULL when the choice is fine or the library is another one. */
const char *mpb_blas_better_coretype(void);

/* The rule behind it, for a CPU with `isa` on which OpenBLAS chose the kernels `core`. */
const char *mpb_blas_coretype_for(mpb_isa isa, const char *core);

/* "OpenBLAS 0.3.21, SkylakeX kernels"; the text belongs to the library. */
const char *mpb_blas_description(void);
