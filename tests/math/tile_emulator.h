#pragma once

/* Runs AMX instructions on processors without them, for tests: the code that is shipped, as it is.
 *
 * Needs AVX-512. From installing on, each LDTILECFG, TILERELEASE, TILEZERO, TILELOADD, TILESTORED
 * and TDPBF16PS that a processor refuses is carried out as Intel describes it (Software Developer's
 * Manual, volume 2), for all threads of the process. Any other illegal instruction, or one that
 * uses tiles in a way that the processor would refuse, ends the process as ever.
 */
void tile_emulator_install(void);
