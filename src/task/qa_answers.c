#include "qa_answers.h"

#include <math.h>
#include <string.h>

mpb_question qa_question_of(const mpb_task_results *results, size_t document)
{
    const mpb_dataset *data = results->data;

    return mpb_questions_get(&data->questions,
                             data->question[mpb_document_first(results->documents, document)]);
}

bool qa_answers_may_be_null(const mpb_task_results *results)
{
    return results->answers.version_2_with_negative == MPB_NULL_ANSWERS_TRUE;
}

static void put(qa_answers *answers, size_t at, qa_answer answer)
{
    memmove(&answers->items[at + 1], &answers->items[at],
            (answers->count - at) * sizeof(*answers->items));
    answers->items[at] = answer;
    answers->count++;
}

/* The empty answer stands behind those that score as much, and takes the last one's place. */
static void put_null(const qa_span *null, size_t most, qa_answers *answers)
{
    size_t at = answers->count;

    while (at > 0 && qa_span_score(null) > qa_span_score(&answers->items[at - 1].span)) {
        at--;
    }
    put(answers, at, (qa_answer){.span = *null, .text = ""});
    if (answers->count > most && at < most) {
        answers->count = most;
    }
    answers->null = at;
}

static void take_spans(const qa_spans *spans, const char *context, qa_answers *answers)
{
    for (size_t i = 0; i < spans->count; i++) {
        qa_answer *answer = &answers->items[i];

        *answer = (qa_answer){.span = spans->items[i]};
        answer->text =
            mpb_context_cut(context, answer->span.begin, answer->span.end, &answer->size);
    }
    answers->count = spans->count;
}

static void put_placeholder(qa_answers *answers)
{
    static const char TEXT[] = "empty";

    if (answers->count == 0 || (answers->count == 1 && answers->items[0].size == 0)) {
        put(answers, 0, (qa_answer){.text = TEXT, .size = strlen(TEXT)});
        answers->null++;
    }
}

static void find_probabilities(qa_answers *answers)
{
    double top = -INFINITY;
    double sum = 0.0;

    for (size_t i = 0; i < answers->count; i++) {
        top = fmax(top, (double)qa_span_score(&answers->items[i].span));
    }
    for (size_t i = 0; i < answers->count; i++) {
        qa_answer *answer = &answers->items[i];

        answer->probability = exp((double)qa_span_score(&answer->span) - top);
        sum += answer->probability;
    }
    for (size_t i = 0; i < answers->count; i++) {
        answers->items[i].probability /= sum;
    }
}

/* Floats are subtracted one after the other, as there. */
static void choose(double threshold, qa_answers *answers)
{
    const qa_span *best;

    while (answers->may_be_null && answers->best + 1 < answers->count &&
           answers->items[answers->best].size == 0) {
        answers->best++;
    }
    if (answers->may_be_null) {
        best = &answers->items[answers->best].span;
        answers->null_score_diff = qa_span_score(&answers->items[answers->null].span) -
                                   best->start_logit - best->end_logit;
        answers->is_null = answers->null_score_diff > (float)threshold;
    }
}

void qa_answers_find(const mpb_task_results *results, size_t document, qa_answers *answers)
{
    const qa_spans *spans = qa_spans_of(results, document);

    answers->may_be_null = qa_answers_may_be_null(results);
    answers->best = 0;
    answers->null = 0;
    answers->null_score_diff = 0.0f;
    answers->is_null = false;
    take_spans(spans, qa_question_of(results, document).context, answers);
    if (answers->may_be_null) {
        put_null(&spans->null, (size_t)results->answers.n_best_size, answers);
    }
    put_placeholder(answers);
    find_probabilities(answers);
    choose(results->answers.null_score_diff_threshold, answers);
}
