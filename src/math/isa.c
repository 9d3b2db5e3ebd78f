#include "mpibert/math/isa.h"

#include <cpuid.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What -march=x86-64-v3 lets the compiler use; f16c, lzcnt and movbe come with every such CPU. */
static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

/* What -march=x86-64-v4 adds. */
static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}

mpb_isa mpb_isa_best(void)
{
    if (!has_avx2()) {
        return MPB_ISA_PLAIN;
    }
    return has_avx512() ? MPB_ISA_AVX512 : MPB_ISA_AVX2;
}

bool mpb_isa_has_bf16_dots(mpb_isa isa)
{
    return isa == MPB_ISA_AVX512 && __builtin_cpu_supports("avx512bf16");
}

/* By numbers, since compilers do not agree on a name for these. */
static bool cpu_has_bf16_tiles(void)
{
    const unsigned amx_bf16 = 1U << 22;
    const unsigned amx_tile = 1U << 24;
    unsigned a, b, c, d;

    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & amx_bf16) != 0 &&
           (d & amx_tile) != 0;
}

/* Linux (5.16 or later) enables the 8 KiB of tiles only for a process that asks for them, since
 * they do not fit into signal stacks of old programs. The answer holds for all threads, also those
 * that run already, and a no means too that the system does not keep tiles at all. */
static bool system_grants_tiles(void)
{
    enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };

    return syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
}

bool mpb_isa_has_bf16_tiles(mpb_isa isa)
{
    return mpb_isa_has_bf16_dots(isa) && cpu_has_bf16_tiles() && system_grants_tiles();
}

static const char *const labels[] = {
    [MPB_ISA_PLAIN] = "SSE2", [MPB_ISA_AVX2] = "AVX2", [MPB_ISA_AVX512] = "AVX-512"};

const char *mpb_isa_label(mpb_isa isa)
{
    return labels[isa];
}

bool mpb_isa_find(const char *label, mpb_isa *isa)
{
    for (int i = MPB_ISA_PLAIN; i <= MPB_ISA_AVX512; i++) {
        if (strcmp(labels[i], label) == 0) {
            *isa = (mpb_isa)i;
            return true;
        }
    }
    return false;
}
