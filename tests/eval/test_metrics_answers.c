/* mpb_answer_metrics: the figures of SQuAD's official scripts for the same answers, to the last bit:
 * both sides compute the same doubles in the same order. */

#include "mpibert/eval/metrics_answers.h"

#include "check.h"
#include "golden/eval/answer_goldens.h"

enum { COUNT = sizeof(ANSWER_CASES) / sizeof(*ANSWER_CASES) };

static mpb_answer_score score_of(mpb_answer_rules rules, size_t i)
{
    mpb_answer_score score = {0};

    CHECK_OK(mpb_answer_score_compute(rules, ANSWER_CASES[i].prediction, ANSWER_CASES[i].references,
                                      ANSWER_CASES[i].num_references, &score));
    return score;
}

static void each_answer_scores_as_by_the_script_of_squad_1(void)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (ANSWER_CASES[i].num_references > 0) {
            mpb_answer_score score = score_of(MPB_ANSWERS_SQUAD_1, i);

            CHECK(score.exact == ANSWER_CASES[i].expected[0]);
            CHECK(score.f1 == ANSWER_CASES[i].expected[1]);
        }
    }
}

static void each_answer_scores_as_by_the_script_of_squad_2(void)
{
    for (size_t i = 0; i < COUNT; i++) {
        mpb_answer_score score = score_of(MPB_ANSWERS_SQUAD_2, i);

        CHECK(score.exact == ANSWER_CASES[i].expected[2]);
        CHECK(score.f1 == ANSWER_CASES[i].expected[3]);
    }
}

static size_t collect(bool only_answerable, mpb_scored_answer questions[COUNT])
{
    size_t count = 0;

    for (size_t i = 0; i < COUNT; i++) {
        if (ANSWER_CASES[i].num_references > 0 || !only_answerable) {
            questions[count++] =
                (mpb_scored_answer){.score = score_of(MPB_ANSWERS_SQUAD_2, i),
                                    .no_answer = ANSWER_CASES[i].no_answer,
                                    .has_answer = ANSWER_CASES[i].num_references > 0,
                                    .answered = *ANSWER_CASES[i].prediction != '\0'};
        }
    }
    return count;
}

static void group_equals(const mpb_answer_group *group, const double expected[3])
{
    CHECK((double)group->count == expected[0]);
    CHECK(group->exact == expected[1]);
    CHECK(group->f1 == expected[2]);
}

static void the_whole_set_scores_as_by_the_script(bool only_answerable, double threshold,
                                                  const double expected[13])
{
    mpb_scored_answer questions[COUNT];
    const size_t count = collect(only_answerable, questions);
    mpb_answer_metrics metrics = {0};

    CHECK_OK(mpb_answer_metrics_compute(count, questions, threshold, &metrics));
    group_equals(&metrics.all, expected);
    group_equals(&metrics.has_answer, expected + 3);
    group_equals(&metrics.no_answer, expected + 6);
    CHECK(metrics.best_exact.score == expected[9]);
    CHECK(metrics.best_exact.threshold == expected[10]); /* one of the inputs */
    CHECK(metrics.best_f1.score == expected[11]);
    CHECK(metrics.best_f1.threshold == expected[12]);
}

static void without_questions_all_scores_are_0(void)
{
    mpb_answer_metrics metrics = {0};

    CHECK_OK(mpb_answer_metrics_compute(0, NULL, 1.0, &metrics));
    CHECK(metrics.all.count == 0 && metrics.all.exact == 0.0 && metrics.all.f1 == 0.0);
    CHECK(metrics.best_f1.score == 0.0 && metrics.best_f1.threshold == 0.0);
}

static void answering_nothing_can_be_best(void)
{
    const mpb_scored_answer question = {
        .score = {0.0, 0.0}, .no_answer = -3.5, .has_answer = false, .answered = true};
    mpb_answer_metrics metrics = {0};

    CHECK_OK(mpb_answer_metrics_compute(1, &question, INFINITY, &metrics));
    CHECK(metrics.all.exact == 0.0);
    CHECK(metrics.best_exact.score == 100.0 && metrics.best_exact.threshold == 0.0);
}

static void a_question_without_an_answer_is_none_of_squad_1(void)
{
    mpb_answer_score score = {.exact = 0.25};

    CHECK_FAILS(mpb_answer_score_compute(MPB_ANSWERS_SQUAD_1, "x", NULL, 0, &score), MPB_ERR_DATA,
                "a question without an answer");
    CHECK(score.exact == 0.25);
}

static void a_text_that_is_not_utf_8_is_refused(void)
{
    const char bad[] = "caf\xE9";
    const char *const references[] = {bad};
    mpb_answer_score score = {0};

    CHECK_FAILS(mpb_answer_score_compute(MPB_ANSWERS_SQUAD_2, bad, NULL, 0, &score), MPB_ERR_DATA,
                "not UTF-8 (byte 3)");
    CHECK_FAILS(mpb_answer_score_compute(MPB_ANSWERS_SQUAD_2, "x", references, 1, &score),
                MPB_ERR_DATA, "not UTF-8 (byte 3)");
}

int main(void)
{
    each_answer_scores_as_by_the_script_of_squad_1();
    each_answer_scores_as_by_the_script_of_squad_2();
    the_whole_set_scores_as_by_the_script(false, 1.0, AT_1);
    the_whole_set_scores_as_by_the_script(false, 0.4, AT_0_4);
    the_whole_set_scores_as_by_the_script(true, 0.5, ANSWERABLE_AT_0_5);
    without_questions_all_scores_are_0();
    answering_nothing_can_be_best();
    a_question_without_an_answer_is_none_of_squad_1();
    a_text_that_is_not_utf_8_is_refused();
    return 0;
}
