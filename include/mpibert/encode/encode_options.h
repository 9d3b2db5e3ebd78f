#pragma once

/* How texts become token sequences. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/strings.h"
#include "mpibert/records/noise.h"
#include "mpibert/records/read_options.h"
#include "mpibert/text/tokenizer.h"

/* All pointers are borrowed. */
typedef struct mpb_encode_options {
    const mpb_tokenizer *tokenizer;
    size_t max_seq_length;
    mpb_task task;       /* not MPB_TASK_AUTO */
    bool labelled;       /* whether the sequences carry targets */
    bool chunk;          /* whether long texts become chunks: see mpb_encode_chunks */
    size_t stride;       /* of chunks, tokens */
    bool stride_is_step; /* what neighbours do not share, instead of what they share */
    mpb_noise noise;     /* neither this nor the next where labels have places in texts */
    size_t max_chars;    /* code points kept of each text, after the removal of noise; 0: all */
    /* Of MPB_LAYOUT_SENTENCES: an example is a sentence, a blank one ends a document; */
    bool lines_are_sentences;
    uint64_t seed; /* of the pairs */
    /* of MPB_LAYOUT_PACKED: a text is a sequence, instead of texts packed end to end. */
    bool line_by_line;
    /* of MPB_LAYOUT_TEXT: with places of tokens, and each text as a question's context */
    bool keeps_texts;
    bool fills_masks; /* instead of the task's layout: the masks that texts have themselves */
    const mpb_strings *label_names; /* in label order */
    size_t num_scores;              /* regression: of a text */
} mpb_encode_options;

/* Whether long texts become chunks, asked or not. */
bool mpb_encode_chunks(const mpb_encode_options *options);

/* Tokens that neighbouring chunks share unless the options say otherwise: 128, as in transformers'
 * examples at lengths of 384 and more, or a third of a shorter length. */
size_t mpb_default_stride(size_t max_seq_length);
