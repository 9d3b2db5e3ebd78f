#include "optim_internal.h"

const mpb_optim MPB_ISA_NAME(mpb_optim) = {.adamw = MPB_ISA_NAME(mpb_adamw),
                                           .adamw_idle = MPB_ISA_NAME(mpb_adamw_idle),
                                           .lamb_measure = MPB_ISA_NAME(mpb_lamb_measure),
                                           .lamb_update = MPB_ISA_NAME(mpb_lamb_update),
                                           .sum_of_squares = MPB_ISA_NAME(mpb_sum_of_squares)};
