#pragma once

/* SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 and SIGXCPU ask a run to save and stop: users,
 * launchers and batch systems each send another of them. One that the process was started to ignore
 * stays ignored (nohup, background jobs of a shell). Local. */

#include <stdbool.h>

#include "mpibert/comm/comm.h"

/* From now on such a signal ends this process with MPB_STOPPED, since there is nothing to save yet;
 * the `leader` says so. `alone`: no other process has to agree, so a second SIGINT or SIGTERM does
 * not wait for the first one's checkpoint. */
void mpb_signals_watch(bool leader, bool alone);

/* From now on a process that ends so takes the other ranks along, with the same exit code. */
void mpb_signals_tell(const mpb_comm *comm);

/* From now on it is only noted: the step loop asks. */
void mpb_signals_hold(void);
bool mpb_signals_raised(void);

/* Returns when such a signal has come, or after mpb_signals_wake; for one thread. */
void mpb_signals_await(void);
void mpb_signals_wake(void);
