/* Answers, the first line of the input, beside references, the others: no crash, scores from 0 to 1,
 * and what must hold of any texts. */

#include "fuzz.h"
#include "mpibert/eval/metrics_answers.h"

enum { MAX_REFERENCES = 8 };

static mpb_answer_score score_of(mpb_answer_rules rules, const char *prediction,
                                 const char *const *references, size_t count)
{
    mpb_answer_score score = {0};

    CHECK_OK(mpb_answer_score_compute(rules, prediction, references, count, &score));
    CHECK(score.exact == 0.0 || score.exact == 1.0);
    CHECK(score.f1 >= 0.0 && score.f1 <= 1.0);
    return score;
}

static void check_pair(const char *prediction, const char *reference)
{
    for (int rules = MPB_ANSWERS_SQUAD_1; rules <= MPB_ANSWERS_SQUAD_2; rules++) {
        mpb_answer_score forth = score_of((mpb_answer_rules)rules, prediction, &reference, 1);
        mpb_answer_score back = score_of((mpb_answer_rules)rules, reference, &prediction, 1);

        CHECK(forth.exact == back.exact && forth.f1 == back.f1);
        CHECK(rules == MPB_ANSWERS_SQUAD_1 || forth.exact == 0.0 || forth.f1 == 1.0);
        CHECK(score_of((mpb_answer_rules)rules, prediction, &prediction, 1).exact == 1.0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *lines[1 + MAX_REFERENCES];
    size_t kept, count = 0;
    char *text = fuzz_utf8(data, size, &kept);
    char *whole = calloc(kept + 1, 1);
    char *rest = whole;
    mpb_answer_score score;

    CHECK(whole != NULL);
    memcpy(whole, text, kept);
    while (rest != NULL && count < 1 + MAX_REFERENCES) {
        char *end = strchr(rest, '\n');

        lines[count++] = rest;
        rest = end == NULL ? NULL : end + 1;
        if (end != NULL) {
            *end = '\0';
        }
    }
    score_of(MPB_ANSWERS_SQUAD_2, lines[0], lines + 1, count - 1);
    if (count > 1) {
        score_of(MPB_ANSWERS_SQUAD_1, lines[0], lines + 1, count - 1);
        check_pair(lines[0], lines[1]);
    }
    free(whole);
    free(text);
    /* Whatever the bytes are, they are refused or scored. */
    text = calloc(size + 1, 1);
    CHECK(text != NULL);
    memcpy(text, data, size);
    if (mpb_answer_score_compute(MPB_ANSWERS_SQUAD_2, text, NULL, 0, &score) != MPB_OK) {
        CHECK(strstr(mpb_status_last(), "not UTF-8") != NULL);
    }
    free(text);
    return 0;
}
