#pragma once

/* Seconds of a clock that never goes back; only differences mean anything. Local. */
double mpb_clock_seconds(void);
