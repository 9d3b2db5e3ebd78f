#include "mpibert/math/isa.h"

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

const char *mpb_isa_label(mpb_isa isa)
{
    static const char *const labels[] = {
        [MPB_ISA_PLAIN] = "SSE2", [MPB_ISA_AVX2] = "AVX2", [MPB_ISA_AVX512] = "AVX-512"};

    return labels[isa];
}
