#include "mpibert/eval/metrics_answers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer_words.h"
#include "mpibert/core/memory.h"

/* An answer's words, in order and sorted. */
typedef struct answer {
    mpb_strings words;
    mpb_strings sorted;
} answer;

static mpb_status answer_init(const char *text, answer *to)
{
    MPB_TRY(answer_words(text, &to->words));
    MPB_TRY(mpb_strings_copy(&to->sorted, &to->words));
    mpb_strings_sort(&to->sorted);
    return MPB_OK;
}

static void answer_clear(answer *which)
{
    mpb_strings_clear(&which->words);
    mpb_strings_clear(&which->sorted);
}

/* Words that both have, each as often as it is in both. */
static size_t count_common(const mpb_strings *a, const mpb_strings *b)
{
    size_t common = 0;

    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        int order = strcmp(a->items[i], b->items[j]);

        common += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
    return common;
}

/* Rounded as the scripts round it. */
static double f1_of(mpb_answer_rules rules, const answer *predicted, const answer *reference)
{
    const double common = (double)count_common(&predicted->sorted, &reference->sorted);
    const double precision = common / (double)predicted->words.count;
    const double recall = common / (double)reference->words.count;

    /* SQuAD 1.1 knows no empty answers. */
    if (predicted->words.count + reference->words.count == 0) {
        return rules == MPB_ANSWERS_SQUAD_2 ? 1.0 : 0.0;
    }
    return common > 0.0 ? 2.0 * precision * recall / (precision + recall) : 0.0;
}

static void raise_score(mpb_answer_rules rules, const answer *predicted, const answer *reference,
                        mpb_answer_score *score)
{
    const bool equal = mpb_strings_equal(&predicted->words, &reference->words);

    score->exact = fmax(score->exact, equal ? 1.0 : 0.0);
    score->f1 = fmax(score->f1, f1_of(rules, predicted, reference));
}

static mpb_status score_prediction(mpb_answer_rules rules, const answer *predicted,
                                   const char *const *references, size_t num_references,
                                   mpb_answer_score *score)
{
    const answer none = {0};
    size_t counted = 0;

    for (size_t i = 0; i < num_references; i++) {
        answer reference = {0};
        mpb_status status = answer_init(references[i], &reference);

        if (status == MPB_OK && (rules == MPB_ANSWERS_SQUAD_1 || reference.words.count > 0)) {
            raise_score(rules, predicted, &reference, score);
            counted++;
        }
        answer_clear(&reference);
        MPB_TRY(status);
    }
    if (counted == 0) {
        raise_score(rules, predicted, &none, score);
    }
    return MPB_OK;
}

mpb_status mpb_answer_score_compute(mpb_answer_rules rules, const char *prediction,
                                    const char *const *references, size_t num_references,
                                    mpb_answer_score *score)
{
    mpb_answer_score made = {0};
    answer predicted = {0};
    mpb_status status;

    MPB_REQUIRE(rules == MPB_ANSWERS_SQUAD_2 || num_references > 0, MPB_ERR_DATA,
                "a question without an answer, which the rules of SQuAD 1.1 do not have; those of "
                "SQuAD 2.0 do");
    status = answer_init(prediction, &predicted);
    if (status == MPB_OK) {
        status = score_prediction(rules, &predicted, references, num_references, &made);
    }
    answer_clear(&predicted);
    if (status == MPB_OK) {
        *score = made;
    }
    return status;
}

/* Sums, which mpb_answer_metrics_compute divides. */
static void add_to_group(mpb_answer_score score, mpb_answer_group *group)
{
    group->count++;
    group->exact += score.exact;
    group->f1 += score.f1;
}

static void divide_group(mpb_answer_group *group)
{
    if (group->count > 0) {
        group->exact = 100.0 * group->exact / (double)group->count;
        group->f1 = 100.0 * group->f1 / (double)group->count;
    }
}

static mpb_answer_score score_at(double threshold, const mpb_scored_answer *question)
{
    const double unanswered = question->has_answer ? 0.0 : 1.0;

    if (question->no_answer > threshold) {
        return (mpb_answer_score){unanswered, unanswered};
    }
    return question->score;
}

static int by_no_answer(const void *a, const void *b)
{
    const mpb_scored_answer *first = *(const mpb_scored_answer *const *)a;
    const mpb_scored_answer *second = *(const mpb_scored_answer *const *)b;
    int order = (first->no_answer > second->no_answer) - (first->no_answer < second->no_answer);

    return order != 0 ? order : (first > second) - (first < second);
}

static double exact_of(const mpb_scored_answer *question)
{
    return question->score.exact;
}

static double f1_score_of(const mpb_scored_answer *question)
{
    return question->score.f1;
}

/* Begins with no question answered and answers one after the other, by how little speaks against
 * it: what an answer is worth comes in, what silence was worth goes out. */
static mpb_best_threshold find_best(size_t count, const mpb_scored_answer *const *sorted,
                                    size_t num_unanswerable,
                                    double (*score_of)(const mpb_scored_answer *question))
{
    double sum = (double)num_unanswerable;
    mpb_best_threshold best = {.score = sum, .threshold = 0.0};

    for (size_t i = 0; i < count; i++) {
        const mpb_scored_answer *question = sorted[i];

        if (question->has_answer) {
            sum += score_of(question);
        } else if (question->answered) {
            sum -= 1.0;
        }
        if (sum > best.score) {
            best = (mpb_best_threshold){.score = sum, .threshold = question->no_answer};
        }
    }
    best.score = count > 0 ? 100.0 * best.score / (double)count : 0.0;
    return best;
}

mpb_status mpb_answer_metrics_compute(size_t count, const mpb_scored_answer *questions,
                                      double threshold, mpb_answer_metrics *metrics)
{
    mpb_answer_metrics made = {0};
    const mpb_scored_answer **sorted = NULL;

    MPB_TRY(
        mpb_memory_create(count, sizeof(*sorted), "the order of the questions", (void **)&sorted));
    for (size_t i = 0; i < count; i++) {
        mpb_answer_score score = score_at(threshold, &questions[i]);

        add_to_group(score, &made.all);
        add_to_group(score, questions[i].has_answer ? &made.has_answer : &made.no_answer);
        sorted[i] = &questions[i];
    }
    qsort(sorted, count, sizeof(*sorted), by_no_answer);
    made.best_exact = find_best(count, sorted, made.no_answer.count, exact_of);
    made.best_f1 = find_best(count, sorted, made.no_answer.count, f1_score_of);
    divide_group(&made.all);
    divide_group(&made.has_answer);
    divide_group(&made.no_answer);
    mpb_memory_destroy(sorted);
    *metrics = made;
    return MPB_OK;
}
