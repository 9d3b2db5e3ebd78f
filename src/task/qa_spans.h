#pragma once

/* The best answers in the windows of a text, as transformers' run_qa finds them
 * (postprocess_qa_predictions): first and last tokens are tried among the n_best_size largest logits
 * of each, wherever these stand; both must be in the context, in order, at most max_answer_length
 * tokens. Equal logits go by the later token, as NumPy's stable argsort read backwards; equal scores
 * by the window and by the order of trying. Scores are sums of floats. Local and pure. */

#include "mpibert/task/task.h"

typedef struct qa_span {
    uint32_t begin, end; /* code points of the context */
    float start_logit, end_logit;
} qa_span;

static inline float qa_span_score(const qa_span *span)
{
    return span->start_logit + span->end_logit;
}

/* What is kept of a window, and of all windows of a question. Its size is a multiple of its
 * alignment, and the same for all sequences. */
typedef struct qa_spans {
    double loss;          /* sum over the windows; 0 without labels */
    uint32_t num_windows; /* with labels */
    uint32_t count;
    qa_span null;    /* of [CLS], 0 to 0, in the window where it scores least */
    qa_span items[]; /* (count), up to n_best_size, best first */
} qa_spans;

size_t qa_spans_size(const mpb_task_sequences *of, size_t i);

/* All token rows of a window, (length, 2). */
void qa_spans_condense(const mpb_task_sequences *of, const mpb_outputs *window, void *kept);

/* The windows of documents[d] become one qa_spans where that of sequence d was. */
void qa_spans_merge(const mpb_task_sequences *of, const mpb_documents *documents,
                    mpb_pooling pooling, mpb_kept *kept);

/* Those of a document, once merged; borrowed. */
const qa_spans *qa_spans_of(const mpb_task_results *results, size_t document);

/* The loss of a window, transformers' BertForQuestionAnswering: the mean of the cross-entropies of
 * the answer's first and last token among all tokens of the sequence, [CLS] (0) where it holds no
 * answer. A window has no padding here, whose logits transformers takes into the sum: losses are
 * equal where it pads nothing. dvalues (length, 2), which may be the window's values, = its gradient
 * times `weight`; NULL: is not wanted. */
double qa_window_loss(const mpb_outputs *window, double weight, float *dvalues);
