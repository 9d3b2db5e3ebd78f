#include "peak_loops.h"

extern const peak_loops peak_loops_plain, peak_loops_avx2, peak_loops_avx512;

const peak_loops *peak_loops_for(mpb_isa isa)
{
    static const peak_loops *const loops[] = {[MPB_ISA_PLAIN] = &peak_loops_plain,
                                              [MPB_ISA_AVX2] = &peak_loops_avx2,
                                              [MPB_ISA_AVX512] = &peak_loops_avx512};

    return loops[isa];
}
