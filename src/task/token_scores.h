#pragma once

/* How well words are labelled. */

#include "mpibert/eval/scores.h"
#include "mpibert/task/task.h"

/* Tags of entities are scored as seqeval does, entity by entity; other tags word by word, as
 * scikit-learn does, where the micro averages are the accuracy. */
typedef struct token_scores {
    size_t num_words;
    double loss;     /* mean over the words; 0 without words, as all figures */
    double accuracy; /* of words */
    double sameness; /* the share of words that get the most frequent label */
    double
        guess_loss; /* of a guess that knows how frequent each label is: the entropy of the labels
                        * of all words */
    mpb_score_averages averages;
    mpb_strings names;        /* owned: the types of entities, or the tags */
    mpb_hit_counts *per_name; /* owned, (names.count) */
    const char *scheme; /* that mode="strict" goes by: IOB1, IOB2 or IOBES; NULL: no entities */
    mpb_scores strict;  /* micro averages of that mode; all NaN without entities */
} token_scores;

/* Of merged results with labels. `scores` starts as {0}. */
MPB_MUST_CHECK mpb_status token_scores_compute(const mpb_task_results *results,
                                               token_scores *scores);
/* Adds label_report_add's members for types of entities, or tags, and of entities the "scheme" of the
 * averages called strict. */
MPB_MUST_CHECK mpb_status token_scores_describe(const token_scores *scores, mpb_json *object);
void token_scores_clear(token_scores *scores);
