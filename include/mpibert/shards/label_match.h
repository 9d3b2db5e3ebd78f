#pragma once

/* Which output of a model a label of some data is. A model's outputs are fixed, so the order in
 * which data happens to show its labels says nothing. Local and pure.
 *
 *  1. A label is the output of its name. A whole number is the same label with and without a zero
 *     fraction ("1" and "1.0").
 *  2. Where output n has transformers' default name LABEL_n, the number n is that output.
 *  3. Where none of the labels is a name, all of them are whole numbers below the number of
 *     outputs, and no output is named by a number, number n is output n.
 */

#include <stdbool.h>

#include "mpibert/core/strings.h"

/* outputs[i] = the output that label i of `labels` is, or -1. `names` has the outputs' names in
 * their order, LABEL_n where the model gives none. True where rule 3 decided. */
bool mpb_labels_match(const mpb_strings *labels, const mpb_strings *names, int *outputs);
