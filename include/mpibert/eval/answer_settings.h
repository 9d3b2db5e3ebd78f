#pragma once

/* How answers are found among the logits of their first and last tokens, and words among those of
 * masked ones, under the names that transformers' run_qa and FillMaskPipeline have for it. Plain
 * data. */

#include <stdint.h>

enum { MPB_MOST_ANSWERS = 100, MPB_MOST_WORDS = 1000 }; /* of a question, of a mask */

/* Whether a question may be left unanswered (version_2_with_negative). */
typedef enum mpb_null_answers {
    MPB_NULL_ANSWERS_AUTO, /* where the data that is scored has questions without an answer */
    MPB_NULL_ANSWERS_TRUE,
    MPB_NULL_ANSWERS_FALSE,
} mpb_null_answers;

typedef struct mpb_answer_settings {
    mpb_null_answers version_2_with_negative;
    int64_t n_best_size;       /* 1 to MPB_MOST_ANSWERS: answers that are kept, and first and last
                                * tokens that are tried for them */
    int64_t max_answer_length; /* tokens */
    double
        null_score_diff_threshold; /* a question stays unanswered where the logits of [CLS] add up
                                       * to more than this above those of its best answer */
    int64_t top_k;                 /* 1 to MPB_MOST_WORDS: words that are kept of a mask */
} mpb_answer_settings;
