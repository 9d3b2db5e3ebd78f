#pragma once

/* The words of an answer that the scripts of SQuAD compare. */

#include "mpibert/core/strings.h"

/* Adds the words of `text`, in order: lower case, without ASCII punctuation and articles, split at
 * white space. MPB_ERR_DATA where it is not UTF-8. */
MPB_MUST_CHECK mpb_status answer_words(const char *text, mpb_strings *words);
