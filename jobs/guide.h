#pragma once

/* Which configuration to begin with. */

/* Prints a line for each kind of data: the file of configs/, and what the trained model gives. */
void mpb_guide_print(void);
