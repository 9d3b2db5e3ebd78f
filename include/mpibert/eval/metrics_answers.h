#pragma once

/* Answers to questions, scored as the official scripts of SQuAD do. Local and pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"

typedef enum mpb_answer_rules {
    MPB_ANSWERS_SQUAD_1, /* evaluate-v1.1.py: every question has an answer */
    MPB_ANSWERS_SQUAD_2, /* evaluate-v2.0.py: questions without references have none */
} mpb_answer_rules;

/* Of one question, in [0, 1]. */
typedef struct mpb_answer_score {
    double exact; /* 1 where the answer equals a reference, otherwise 0 */
    double f1;    /* of their words */
} mpb_answer_score;

/* The best scores of `prediction` (NUL-terminated, like the references; "": no answer) beside any
 * of the references. Compared are words in lower case, without ASCII punctuation, "a", "an" and
 * "the". By SQuAD 2.0's rules a reference of which nothing is left does not count, and without one
 * that counts the right answer is "". MPB_ERR_DATA where a text is not UTF-8, or where SQuAD 1.1's
 * rules find no reference. */
MPB_MUST_CHECK mpb_status mpb_answer_score_compute(mpb_answer_rules rules, const char *prediction,
                                                   const char *const *references,
                                                   size_t num_references, mpb_answer_score *score);

/* A question with its answer, as it is before a threshold takes the answer away. */
typedef struct mpb_scored_answer {
    mpb_answer_score score;
    double no_answer; /* how much speaks for none: a probability, or any number; finite */
    bool has_answer;  /* it has references */
    bool answered;    /* the prediction is not "" */
} mpb_scored_answer;

/* Means in percent, as the scripts print them; 0 without questions. */
typedef struct mpb_answer_group {
    size_t count;
    double exact;
    double f1;
} mpb_answer_group;

/* The best mean that a threshold reaches, and the threshold. */
typedef struct mpb_best_threshold {
    double score; /* percent */
    double threshold;
} mpb_best_threshold;

typedef struct mpb_answer_metrics {
    mpb_answer_group all;
    mpb_answer_group has_answer;   /* HasAns_exact, HasAns_f1, HasAns_total */
    mpb_answer_group no_answer;    /* NoAns_... */
    mpb_best_threshold best_exact; /* best_exact, best_exact_thresh */
    mpb_best_threshold best_f1;    /* best_f1, best_f1_thresh */
} mpb_answer_metrics;

/* Of `count` questions, each with a prediction. One whose no_answer is above `threshold` is taken
 * as unanswered (INFINITY: none is, which makes `all` the figures of SQuAD 1.1). The best threshold
 * is the no_answer of a question, 0 where answering none is best; among questions with equal ones
 * it depends on their order, as in the script. */
MPB_MUST_CHECK mpb_status mpb_answer_metrics_compute(size_t count,
                                                     const mpb_scored_answer *questions,
                                                     double threshold, mpb_answer_metrics *metrics);
