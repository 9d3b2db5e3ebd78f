#pragma once

/* How fast a rank computes: useful FLOPs as measure/flops.h counts them, and what memory delivers
 * for work that goes by the number of weights. */

#include "mpibert/comm/comm.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/math/gemm.h"
#include "mpibert/model/config.h"
#include "mpibert/task/task.h"

/* Bytes of memory for each weight: in a micro-step, whose forward and backward read it and whose
 * gradient is read and written; and in an update, which reads gradients twice, clears them, and
 * reads and writes weights and both moments. LAMB reads weights and moments once more, and goes over
 * words without gradients too. */
enum { MPB_PASS_BYTES = 16, MPB_UPDATE_BYTES = 36, MPB_LAMB_BYTES = 48, MPB_LAMB_IDLE_BYTES = 36 };

typedef struct mpb_speed {
    double flops_per_second;        /* of one rank, in forward and backward */
    double memory_bytes_per_second; /* of one rank */
} mpb_speed;

/* What of this machine's memory a rank gets where nothing was measured: bytes a second. */
#define MPB_USUAL_MEMORY_RATE 10e9

/* Measured here by a few steps of two layers of `model`, one of the task, over sequences of `length`
 * tokens, on `threads` threads (0: all cores of this process); takes some seconds. Collective. */
MPB_MUST_CHECK mpb_status mpb_speed_measure(const mpb_log *log, const mpb_comm *comm,
                                            const mpb_task_table *task,
                                            const mpb_model_config *model, size_t length,
                                            int threads, mpb_gemm_type precision, mpb_speed *speed);
