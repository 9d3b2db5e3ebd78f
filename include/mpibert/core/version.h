#pragma once

/* "0.1.0". Local. */
const char *mpb_version(void);

/* "mpibert 0.1.0": the program's name and version, as files that it writes carry them. */
const char *mpb_program(void);
