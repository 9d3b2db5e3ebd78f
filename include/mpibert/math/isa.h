#pragma once

/* Which instruction set the vector kernels use, chosen at run time.
 *
 * Files listed as ISA_SOURCES are compiled once for each instruction set with MPB_ISA naming it;
 * there MPB_ISA_NAME(mpb_x) is mpb_x_plain, mpb_x_avx2 or mpb_x_avx512. Local. */

#include <stdbool.h>

typedef enum mpb_isa { MPB_ISA_PLAIN, MPB_ISA_AVX2, MPB_ISA_AVX512 } mpb_isa;

/* The best one that this CPU and its operating system support. */
mpb_isa mpb_isa_best(void);
const char *mpb_isa_label(mpb_isa isa);
/* The one with this label; false where there is none. */
bool mpb_isa_find(const char *label, mpb_isa *isa);

/* Whether it also has dot products of bf16 (AVX512_BF16). */
bool mpb_isa_has_bf16_dots(mpb_isa isa);

/* Whether it also has tiles of bf16 (AMX_BF16) and the operating system lets this process use them,
 * on all its threads. Asking is what makes it do so. */
bool mpb_isa_has_bf16_tiles(mpb_isa isa);

#define MPB_ISA_PASTE_(name, isa) name##_##isa
#define MPB_ISA_PASTE(name, isa) MPB_ISA_PASTE_(name, isa)
#define MPB_ISA_NAME(name) MPB_ISA_PASTE(name, MPB_ISA)
