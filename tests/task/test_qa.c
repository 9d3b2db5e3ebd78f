/* The task of answers: its loss is transformers' and its gradient the derivative; among the same logits
 * the same answers are found as by run_qa's post-processing. */

#include "check.h"
#include "mpibert/core/memory.h"
#include "mpibert/task/predictions.h"

enum { QUESTION = 5, MOST_TOKENS = 64, CONTEXT_SIZE = 2048 };

typedef struct golden_answer {
    uint32_t begin, end;
    double start_logit, end_logit, probability;
} golden_answer;

typedef struct golden_case {
    size_t windows, tokens; /* of a window's context */
    int64_t n_best_size, max_answer_length;
    double threshold;
    bool may_be_null;
    size_t first, count; /* of GOLDEN_ANSWERS */
    double null_score_diff;
    const char *text;
} golden_case;

#include "../golden/task/qa_goldens.h"

/* As in make_answer_goldens.py. */
static float made_logit(size_t number, size_t window, size_t token, size_t side)
{
    const uint64_t key = number * 7919 + window * 104729 + token * 40503 + side * 97 + 12345;
    uint32_t mixed = (uint32_t)(key * 2654435761u);

    mixed ^= mixed >> 15;
    mixed = (uint32_t)((uint64_t)mixed * 2246822519u);
    mixed ^= mixed >> 13;
    return (float)(mixed % 41) / 4.0f - 5.0f + (token == 0 ? 3.0f * (float)(number % 4) : 0.0f);
}

/* Words of three characters, the first of two bytes. */
static void make_context(size_t words, char context[CONTEXT_SIZE])
{
    char *at = context;

    for (size_t k = 0; k < words; k++) {
        *at++ = (char)(0xC0 | ((0x100 + k) >> 6));
        *at++ = (char)(0x80 | ((0x100 + k) & 0x3F));
        *at++ = 'x';
        *at++ = ' ';
    }
    *at = '\0';
}

/* One question with its windows, which overlap by half. */
typedef struct exam {
    mpb_dataset data;
    mpb_documents documents;
    char context[CONTEXT_SIZE];
} exam;

static void add_window(exam *e, size_t window, size_t tokens, size_t step, const char *reference)
{
    static const uint32_t begin_of_reference = 0;
    uint32_t ids[MOST_TOKENS] = {0};
    uint32_t starts[MOST_TOKENS] = {0};
    uint32_t ends[MOST_TOKENS] = {0};

    for (size_t t = 0; t < tokens; t++) {
        starts[QUESTION + t] = (uint32_t)(3 * (window * step + t));
        ends[QUESTION + t] = starts[QUESTION + t] + 2;
    }
    CHECK_OK(mpb_dataset_add(
        &e->data, &(mpb_sequence){.tokens = ids,
                                  .count = QUESTION + tokens + 1,
                                  .segment_b = QUESTION,
                                  .chunk = (uint32_t)window,
                                  .char_start = starts,
                                  .char_end = ends,
                                  .answer_start = window == 0 && reference != NULL ? QUESTION : 0,
                                  .answer_end = window == 0 && reference != NULL ? QUESTION + 1 : 0,
                                  .question = {.context = e->context,
                                               .answers = &reference,
                                               .starts = &begin_of_reference,
                                               .num_answers = reference == NULL ? 0 : 1},
                                  .id = "q"}));
}

static void begin(size_t windows, size_t tokens, bool labelled, const char *reference, exam *e)
{
    const size_t step = tokens / 2 > 1 ? tokens / 2 : 1;

    *e = (exam){.data.shape = {.answers = labelled, .characters = true, .questions = true}};
    make_context(windows * step + tokens, e->context);
    for (size_t window = 0; window < windows; window++) {
        add_window(e, window, tokens, step, reference);
    }
    CHECK_OK(mpb_documents_find(&e->data, &e->documents));
}

static void end(exam *e)
{
    mpb_documents_clear(&e->documents);
    mpb_dataset_clear(&e->data);
}

static mpb_outputs window_of(const exam *e, size_t i, float *values)
{
    return (mpb_outputs){.data = &e->data,
                         .sequence = i,
                         .num_rows = (size_t)(e->data.offsets[i + 1] - e->data.offsets[i]),
                         .width = 2,
                         .values = values};
}

static void make_logits(size_t number, const mpb_outputs *window)
{
    for (size_t j = 0; j < 2 * window->num_rows; j++) {
        window->values[j] = made_logit(number, window->sequence, j / 2, j % 2);
    }
}

static mpb_task_sequences sequences_of(const exam *e, const mpb_answer_settings *answers)
{
    return (mpb_task_sequences){
        .task = mpb_task_find(MPB_TASK_QA), .data = &e->data, .num_labels = 2, .answers = answers};
}

/* What is kept of all windows, put together. */
static void keep(const exam *e, size_t number, const mpb_answer_settings *answers, mpb_kept *kept)
{
    const mpb_task_sequences sequences = sequences_of(e, answers);
    const mpb_keeping keeping = mpb_task_keeping(&sequences);

    CHECK_OK(mpb_kept_create(&keeping, e->data.num_sequences, kept));
    for (size_t i = 0; i < e->data.num_sequences; i++) {
        float values[2 * MOST_TOKENS];
        const mpb_outputs window = window_of(e, i, values);

        make_logits(number, &window);
        keeping.keep(keeping.context, &window, kept->bytes + kept->begins[i]);
    }
    sequences.task->merge(&sequences, &e->documents, MPB_POOL_MEAN, kept);
}

static mpb_task_results results_of(const exam *e, const mpb_answer_settings *answers,
                                   const mpb_kept *kept)
{
    const mpb_task_sequences sequences = sequences_of(e, answers);

    return mpb_task_results_of(&sequences, &e->documents, &e->data.label_names, kept);
}

static double number(const mpb_json *object, const char *name)
{
    return mpb_json_number(mpb_json_member(object, name));
}

/* Logits are quarters, which floats hold; probabilities are doubles of the same formula. */
static void check_list(const golden_case *g, const mpb_json *list)
{
    CHECK(mpb_json_count(list) == g->count);
    for (size_t i = 0; i < g->count; i++) {
        const golden_answer *want = &GOLDEN_ANSWERS[g->first + i];
        const mpb_json *got = mpb_json_item(list, i);

        CHECK(mpb_json_integer(mpb_json_member(got, "start")) == (int64_t)want->begin);
        CHECK(mpb_json_integer(mpb_json_member(got, "end")) == (int64_t)want->end);
        CHECK(number(got, "start_logit") == want->start_logit);
        CHECK(number(got, "end_logit") == want->end_logit);
        CHECK_NEAR(number(got, "probability"), want->probability, 1e-12);
    }
}

static void the_same_logits_give_the_same_answers_as_run_qa(void)
{
    for (size_t c = 0; c < sizeof(GOLDEN_CASES) / sizeof(*GOLDEN_CASES); c++) {
        const golden_case *g = &GOLDEN_CASES[c];
        const mpb_answer_settings answers = {.version_2_with_negative =
                                                 g->may_be_null ? MPB_NULL_ANSWERS_TRUE
                                                                : MPB_NULL_ANSWERS_FALSE,
                                             .n_best_size = g->n_best_size,
                                             .max_answer_length = g->max_answer_length,
                                             .null_score_diff_threshold = g->threshold};
        mpb_json *line = mpb_json_new_object();
        mpb_kept kept = {0};
        mpb_task_results results;
        exam e;

        begin(g->windows, g->tokens, false, NULL, &e);
        keep(&e, c, &answers, &kept);
        results = results_of(&e, &answers, &kept);
        CHECK_OK(mpb_task_find(MPB_TASK_QA)
                     ->describe(mpb_task_find(MPB_TASK_QA), &results, 0, false, line));
        CHECK_TEXT(mpb_json_text(mpb_json_member(line, "answer")), g->text);
        check_list(g, mpb_json_member(line, "nbest"));
        if (g->may_be_null) {
            CHECK(number(line, "null_score_diff") == g->null_score_diff);
        }
        mpb_json_destroy(&line);
        mpb_kept_clear(&kept);
        end(&e);
    }
}

static const mpb_answer_settings USUAL = {.n_best_size = 20, .max_answer_length = 30};

/* Cross-entropies in double precision, written out: 1e-12. */
static void the_loss_is_the_mean_of_two_cross_entropies_over_all_tokens(void)
{
    const mpb_task_table *task = mpb_task_find(MPB_TASK_QA);
    const mpb_loss_options loss = {.num_labels = 2};
    double sums[MPB_TASK_SUMS] = {0};
    double evaluated = 0.0;
    mpb_measures measures;
    mpb_kept kept = {0};
    mpb_task_results results;
    exam e;

    begin(3, 20, true, "\xC4\x80x \xC4\x81x", &e);
    for (size_t i = 0; i < 3; i++) {
        float values[2 * MOST_TOKENS];
        const mpb_outputs window = window_of(&e, i, values);
        const int32_t targets[] = {e.data.answer_start[i], e.data.answer_end[i]};
        double want = 0.0;

        make_logits(1, &window);
        for (size_t side = 0; side < 2; side++) {
            double sum = 0.0;

            for (size_t t = 0; t < window.num_rows; t++) {
                sum += exp((double)values[2 * t + side]);
            }
            want += log(sum) - (double)values[2 * (size_t)targets[side] + side];
        }
        CHECK(task->weigh(&loss, &e.data, i) == 1.0);
        CHECK_NEAR(task->score(&loss, &window, 4.0, sums), want / 2.0 / 4.0, 1e-12);
        evaluated += want / 2.0 / 3.0;
    }
    keep(&e, 1, &USUAL, &kept);
    results = results_of(&e, &USUAL, &kept);
    CHECK_OK(task->measure(&results, &measures));
    CHECK_NEAR(measures.loss, evaluated, 1e-12);
    CHECK(measures.num_examples == 1);
    mpb_kept_clear(&kept);
    end(&e);
}

static double loss_with(const exam *e, size_t i, size_t moved, float by, float *values)
{
    const mpb_outputs window = window_of(e, i, values);
    const mpb_loss_options loss = {.num_labels = 2};
    double sums[MPB_TASK_SUMS] = {0};

    make_logits(2, &window);
    values[moved] += by;
    return mpb_task_find(MPB_TASK_QA)->score(&loss, &window, 2.0, sums);
}

/* A central difference over 2^-8 of losses in double precision errs by a third derivative of at most
 * 1 / 4 times 2^-16 / 6, and the gradient is a float: 1e-6. */
static void the_gradient_is_the_derivative_of_the_loss(void)
{
    const float step = 0x1p-8f;
    exam e;

    begin(2, 8, true, "\xC4\x80x \xC4\x81x", &e);
    for (size_t i = 0; i < 2; i++) {
        float gradient[2 * MOST_TOKENS];
        float values[2 * MOST_TOKENS];

        loss_with(&e, i, 0, 0.0f, gradient);
        for (size_t j = 0; j < 2 * (QUESTION + 8 + 1); j++) {
            const double difference =
                loss_with(&e, i, j, step, values) - loss_with(&e, i, j, -step, values);

            CHECK_NEAR((double)gradient[j], difference / (2.0 * (double)step), 1e-6);
        }
    }
    end(&e);
}

static void training_wants_an_answer_in_some_window(void)
{
    const mpb_task_table *task = mpb_task_find(MPB_TASK_QA);
    exam e;

    begin(2, 8, true, NULL, &e);
    CHECK_OK(task->check(&e.data, false, "here"));
    CHECK_FAILS(task->check(&e.data, true, "here"), MPB_ERR_DATA, "no window of 2 holds an answer");
    end(&e);
    begin(2, 8, false, NULL, &e);
    CHECK_FAILS(task->check(&e.data, false, "here"), MPB_ERR_DATA, "the examples have no answers");
    end(&e);
}

static void questions_without_an_answer_settle_that_they_may_stay_unanswered(void)
{
    const mpb_task_table *task = mpb_task_find(MPB_TASK_QA);
    mpb_answer_settings answers = USUAL;
    exam e;

    begin(2, 8, true, "\xC4\x80x", &e);
    task->settle(&e.data, &answers);
    CHECK(answers.version_2_with_negative == MPB_NULL_ANSWERS_AUTO);
    end(&e);
    begin(2, 8, true, NULL, &e);
    task->settle(&e.data, &answers);
    CHECK(answers.version_2_with_negative == MPB_NULL_ANSWERS_TRUE);
    answers.version_2_with_negative = MPB_NULL_ANSWERS_FALSE;
    task->settle(&e.data, &answers);
    CHECK(answers.version_2_with_negative == MPB_NULL_ANSWERS_FALSE);
    end(&e);
}

/* Whether the line of a question tells how much better no answer is. */
static bool line_tells_of_no_answer(bool labelled, const char *reference)
{
    const mpb_task_table *task = mpb_task_find(MPB_TASK_QA);
    mpb_json *line = mpb_json_new_object();
    mpb_kept kept = {0};
    mpb_task_results results;
    bool tells;
    exam e;

    begin(2, 8, labelled, reference, &e);
    keep(&e, 1, &USUAL, &kept);
    results = results_of(&e, &USUAL, &kept);
    CHECK_OK(task->describe(task, &results, 0, false, line));
    tells = mpb_json_member(line, "null_score_diff") != NULL;
    mpb_json_destroy(&line);
    mpb_kept_clear(&kept);
    end(&e);
    return tells;
}

static void scored_questions_without_an_answer_settle_it_where_they_have_labels(void)
{
    CHECK(line_tells_of_no_answer(true, NULL));
    CHECK(!line_tells_of_no_answer(true, "\xC4\x80x"));
    CHECK(!line_tells_of_no_answer(false, NULL));
}

int main(void)
{
    the_same_logits_give_the_same_answers_as_run_qa();
    the_loss_is_the_mean_of_two_cross_entropies_over_all_tokens();
    the_gradient_is_the_derivative_of_the_loss();
    training_wants_an_answer_in_some_window();
    questions_without_an_answer_settle_that_they_may_stay_unanswered();
    scored_questions_without_an_answer_settle_it_where_they_have_labels();
    return 0;
}
