#include "qa_spans.h"

#include <math.h>
#include <string.h>

enum { START, END, SIDES }; /* columns of a window's outputs */

size_t qa_spans_size(const mpb_task_sequences *of, size_t i)
{
    (void)i;
    return sizeof(qa_spans) + (size_t)of->answers->n_best_size * sizeof(qa_span);
}

/* The positions of the largest logits of a column, at most `most`, largest first. */
typedef struct ranking {
    size_t count;
    uint32_t positions[MPB_MOST_ANSWERS];
} ranking;

static float logit_at(const mpb_outputs *window, size_t position, int side)
{
    return window->values[position * SIDES + (size_t)side];
}

/* Later tokens stand before equal ones. */
static void rank(const mpb_outputs *window, int side, size_t most, ranking *best)
{
    best->count = 0;
    for (size_t i = 0; i < window->num_rows; i++) {
        const float logit = logit_at(window, i, side);
        size_t at = best->count;

        if (best->count == most && !(logit >= logit_at(window, best->positions[most - 1], side))) {
            continue;
        }
        at = best->count < most ? best->count++ : most - 1;
        for (; at > 0 && logit >= logit_at(window, best->positions[at - 1], side); at--) {
            best->positions[at] = best->positions[at - 1];
        }
        best->positions[at] = (uint32_t)i;
    }
}

/* Behind those that score as much. */
static void insert(qa_spans *spans, size_t most, const qa_span *span)
{
    const float score = qa_span_score(span);
    size_t at;

    if (spans->count == most && !(score > qa_span_score(&spans->items[most - 1]))) {
        return;
    }
    at = spans->count < most ? spans->count++ : most - 1;
    for (; at > 0 && score > qa_span_score(&spans->items[at - 1]); at--) {
        spans->items[at] = spans->items[at - 1];
    }
    spans->items[at] = *span;
}

/* Tokens of the context: behind the question, before the last [SEP]. */
static bool in_context(const mpb_outputs *window, size_t position)
{
    return position >= mpb_dataset_segment_b(window->data, window->sequence) &&
           position + 1 < window->num_rows;
}

static void find_spans(const mpb_outputs *window, const mpb_answer_settings *settings,
                       qa_spans *spans)
{
    const mpb_dataset *data = window->data;
    const size_t first_token = (size_t)data->offsets[window->sequence];
    const size_t most = (size_t)settings->n_best_size;
    ranking ranked[SIDES];

    rank(window, START, most, &ranked[START]);
    rank(window, END, most, &ranked[END]);
    for (size_t i = 0; i < ranked[START].count; i++) {
        const size_t start = ranked[START].positions[i];

        for (size_t j = 0; in_context(window, start) && j < ranked[END].count; j++) {
            const size_t end = ranked[END].positions[j];

            if (in_context(window, end) && end >= start &&
                end - start < (size_t)settings->max_answer_length) {
                insert(spans, most,
                       &(qa_span){.begin = data->char_start[first_token + start],
                                  .end = data->char_end[first_token + end],
                                  .start_logit = logit_at(window, start, START),
                                  .end_logit = logit_at(window, end, END)});
            }
        }
    }
}

void qa_spans_condense(const mpb_task_sequences *of, const mpb_outputs *window, void *kept)
{
    qa_spans *spans = kept;

    spans->null =
        (qa_span){.start_logit = logit_at(window, 0, START), .end_logit = logit_at(window, 0, END)};
    if (window->data->shape.answers) {
        spans->loss = qa_window_loss(window, 1.0, NULL);
        spans->num_windows = 1;
    }
    find_spans(window, of->answers, spans);
}

static qa_spans *at(const mpb_kept *kept, size_t i)
{
    return (qa_spans *)(void *)(kept->bytes + kept->begins[i]);
}

static void add_window(const qa_spans *window, size_t most, qa_spans *total)
{
    if (qa_span_score(&window->null) < qa_span_score(&total->null)) {
        total->null = window->null;
    }
    total->loss += window->loss;
    total->num_windows += window->num_windows;
    for (size_t i = 0; i < window->count; i++) {
        insert(total, most, &window->items[i]);
    }
}

/* A document's number is at most that of its first window, which is read before it is replaced. */
void qa_spans_merge(const mpb_task_sequences *of, const mpb_documents *documents,
                    mpb_pooling pooling, mpb_kept *kept)
{
    const size_t most = (size_t)of->answers->n_best_size;

    (void)pooling;
    for (size_t d = 0; d < documents->count; d++) {
        const size_t first = mpb_document_first(documents, d);

        if (d < first) {
            memcpy(at(kept, d), at(kept, first), qa_spans_size(of, d));
        }
        for (size_t i = first + 1; i < mpb_document_first(documents, d + 1); i++) {
            add_window(at(kept, i), most, at(kept, d));
        }
    }
}

const qa_spans *qa_spans_of(const mpb_task_results *results, size_t document)
{
    return at(results->kept, document);
}

/* -log softmax at the target among the logits of a column; the gradient of `weight` times it. */
static double column_loss(const mpb_outputs *window, int side, size_t target, double weight,
                          float *dvalues)
{
    const double at_target = (double)logit_at(window, target, side);
    float top = logit_at(window, 0, side);
    double sum = 0.0;

    for (size_t i = 1; i < window->num_rows; i++) {
        top = fmaxf(top, logit_at(window, i, side));
    }
    for (size_t i = 0; i < window->num_rows; i++) {
        sum += exp((double)logit_at(window, i, side) - (double)top);
    }
    for (size_t i = 0; dvalues != NULL && i < window->num_rows; i++) {
        const double p = exp((double)logit_at(window, i, side) - (double)top) / sum;

        dvalues[i * SIDES + (size_t)side] = (float)(weight * (i == target ? p - 1.0 : p));
    }
    return log(sum) - (at_target - (double)top);
}

double qa_window_loss(const mpb_outputs *window, double weight, float *dvalues)
{
    const size_t start = (size_t)window->data->answer_start[window->sequence];
    const size_t end = (size_t)window->data->answer_end[window->sequence];

    return 0.5 * (column_loss(window, START, start, 0.5 * weight, dvalues) +
                  column_loss(window, END, end, 0.5 * weight, dvalues));
}
