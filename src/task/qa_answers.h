#pragma once

/* From the best spans of a question to its answer, as transformers' run_qa chooses it
 * (postprocess_qa_predictions). Local and pure. */

#include "qa_spans.h"

typedef struct qa_answer {
    qa_span span;
    const char *text;   /* borrowed from the context, not terminated */
    size_t size;        /* bytes */
    double probability; /* softmax of the scores of all answers in the list */
} qa_answer;

/* The n_best_size best answers. Where questions may stay unanswered the empty answer is one of them,
 * behind them if it is not among the best. Where no first and last token make an answer, the list
 * begins with the text "empty" and score 0, as in run_qa. */
typedef struct qa_answers {
    size_t count;
    qa_answer items[MPB_MOST_ANSWERS + 2];
    bool may_be_null;
    size_t best;           /* the best one that has a text */
    size_t null;           /* the empty one, where it may be */
    float null_score_diff; /* by how much it scores above the best one; 0 where it may not be */
    bool is_null;          /* which is more than null_score_diff_threshold */
} qa_answers;

/* Whether questions may stay unanswered. */
bool qa_answers_may_be_null(const mpb_task_results *results);

void qa_answers_find(const mpb_task_results *results, size_t document, qa_answers *answers);

/* The answer itself. */
static inline const qa_answer *qa_answers_chosen(const qa_answers *answers)
{
    return &answers->items[answers->is_null ? answers->null : answers->best];
}

/* The question of a document. */
mpb_question qa_question_of(const mpb_task_results *results, size_t document);
