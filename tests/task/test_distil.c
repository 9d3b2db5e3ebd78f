/* Distillation of every task that has it: loss and gradient are PyTorch's, whatever temperature and
 * weight, with label smoothing and class weights, which act on the labels' part alone; and the room for what
 * a teacher says. See tests/golden/distil/make_loss_goldens.py. */

#include "check.h"
#include "golden/distil/loss_goldens.h"
#include "mpibert/task/distil.h"
#include "mpibert/task/head_rows.h"

enum { TEXTS = 6, MOST = 64, WAYS = 9, MOST_WIDTH = 8 };

/* What a student and a teacher say of a data set, row by row. */
typedef struct exam {
    mpb_task task;
    unsigned number; /* of the golden values' seeds */
    int width;
    size_t count;
    void (*add_texts)(mpb_dataset *data);
    float smoothing;
    bool weighted; /* by class, or for positives */
    const double *losses;
    const double *gradients; /* (WAYS, count) */
} exam;

static const uint32_t TOKENS[MOST];

static void add(mpb_dataset *data, mpb_sequence sequence)
{
    sequence.tokens = TOKENS;
    sequence.segment_b = (uint32_t)sequence.count;
    sequence.id = "t";
    CHECK_OK(mpb_dataset_add(data, &sequence));
}

static void add_classes(mpb_dataset *data)
{
    data->shape.labels = true;
    for (uint64_t i = 0; i < TEXTS; i++) {
        add(data, (mpb_sequence){.count = 3, .document = i, .label = (int32_t)(i * i % 4)});
    }
}

static void add_words(mpb_dataset *data)
{
    data->shape.token_labels = true;
    for (int i = 0; i < 3; i++) {
        CHECK_OK(mpb_strings_add(&data->label_names, &"ABC"[i], 1));
    }
    for (unsigned s = 0; s < 3; s++) {
        int32_t labels[MOST];

        for (unsigned t = 0; t < 4 + s; t++) {
            labels[t] = t % 3 == 0 ? MPB_NO_LABEL : (int32_t)((s + t) % 3);
        }
        add(data, (mpb_sequence){.count = 4 + s, .document = s, .token_labels = labels});
    }
}

static void add_label_sets(mpb_dataset *data)
{
    data->shape.value_width = 5;
    for (unsigned i = 0; i < TEXTS; i++) {
        float values[5];

        for (unsigned j = 0; j < 5; j++) {
            values[j] = (i + j) % 3 == 0 ? 1.0f : 0.0f;
        }
        add(data, (mpb_sequence){.count = 3, .document = i, .values = values});
    }
}

static void add_scores(mpb_dataset *data)
{
    data->shape.value_width = 2;
    for (unsigned i = 0; i < TEXTS; i++) {
        const float values[2] = {(float)(2 * i) / 4.0f - 0.5f, (float)(2 * i + 1) / 4.0f - 0.5f};

        add(data, (mpb_sequence){.count = 3, .document = i, .values = values});
    }
}

static void add_choices(mpb_dataset *data)
{
    data->shape.labels = true;
    for (unsigned q = 0; q < TEXTS; q++) {
        const unsigned choices = 2 + q % 4;

        for (unsigned j = 0; j < choices; j++) {
            add(data, (mpb_sequence){
                          .count = 3, .document = q, .chunk = j, .label = (int32_t)(q % choices)});
        }
    }
}

#define GOLDEN(NAME) .losses = NAME##_LOSS, .gradients = NAME##_GRADIENT

static const exam EXAMS[] = {
    {MPB_TASK_CLASSIFICATION, 0, 4, 24, add_classes, 0.1f, true, GOLDEN(CLASSIFICATION)},
    {MPB_TASK_COHERENCE, 0, 4, 24, add_classes, 0.1f, true, GOLDEN(CLASSIFICATION)},
    {MPB_TASK_TOKEN, 1, 3, 27, add_words, 0.1f, true, GOLDEN(TOKEN)},
    {MPB_TASK_MULTILABEL, 2, 5, 30, add_label_sets, 0.1f, true, GOLDEN(MULTILABEL)},
    {MPB_TASK_REGRESSION, 3, 2, 12, add_scores, 0.0f, false, GOLDEN(REGRESSION)},
    {MPB_TASK_CHOICE, 4, 1, 19, add_choices, 0.1f, false, GOLDEN(CHOICE)},
};

/* What the teacher says has a place, and no more than that. */
static mpb_dataset open_data(const exam *e)
{
    mpb_dataset data = {0};

    e->add_texts(&data);
    CHECK_OK(mpb_head_rows_keep(mpb_task_find(e->task), &data, (size_t)e->width, "a test",
                                &data.taught));
    CHECK(mpb_sequence_rows_count(&data.taught) == e->count);
    for (unsigned j = 0; j < e->count; j++) {
        data.taught.values[j] = 3.0f * test_value(80 + e->number, j);
    }
    return data;
}

static mpb_loss_options options_of(const exam *e, const float *weights, unsigned way, mpb_isa isa)
{
    return (mpb_loss_options){
        .nn = mpb_nn_for(isa),
        .num_labels = e->width,
        .label_smoothing = e->smoothing,
        .label_weights = e->weighted ? weights : NULL,
        .distillation = {.temperature = (float)(1u << way / 3), .weight = 0.5f * (float)(way % 3)}};
}

static double sum_of_shares(const mpb_task_table *task, mpb_loss_options *loss,
                            const mpb_dataset *data)
{
    double total = 0.0;

    loss->distillation.total = 0.0;
    for (size_t i = 0; i < data->num_sequences; i++) {
        total += task->weigh(loss, data, i);
        loss->distillation.total += mpb_distil_weigh(task, loss, data, i);
    }
    return total;
}

/* How many sequences from i on are scored together. */
static size_t count_joined(const mpb_task_table *task, const mpb_dataset *data, size_t i)
{
    size_t count = 1;

    while (task->joins_documents && i + count < data->num_sequences &&
           !mpb_dataset_begins_document(data, i + count)) {
        count++;
    }
    return count;
}

/* `values` become their gradient; rows of words in two parts, as heads may give them. */
static double score_all(const mpb_task_table *task, const mpb_loss_options *loss,
                        const mpb_dataset *data, double total, float *values)
{
    const size_t *begins = data->taught.begins;
    double sums[MPB_TASK_SUMS] = {0};
    float scratch[MOST];
    double sum = 0.0;
    size_t count;

    for (size_t i = 0; i < data->num_sequences; i += count) {
        uint32_t positions[MOST] = {0};
        const mpb_task_draw draw = {0};
        const size_t rows = begins[i + (count = count_joined(task, data, i))] - begins[i];
        const size_t first = task->choose == NULL ? rows : 1;

        if (task->choose != NULL) {
            CHECK(task->choose(&draw, data, i, positions + MOST / 2, positions) == rows);
        }
        for (size_t at = 0; at < rows; at += at == 0 ? first : rows - first) {
            const mpb_outputs of = {.data = data,
                                    .sequence = i,
                                    .positions = task->choose == NULL ? NULL : positions + at,
                                    .first_row = at,
                                    .num_rows = at == 0 ? first : rows - first,
                                    .width = (int)data->taught.width,
                                    .values = values + (begins[i] + at) * data->taught.width};

            sum += mpb_distil_score(task, loss, &of, total, scratch, sums);
        }
    }
    return sum;
}

/* Sums of up to 60 terms below 10 from floats, whose exp is within 1 ulp: 2e-6 of a loss, times T^2 = 16
 * where the teacher's part is one of differences of logarithms near 1; gradients are below 1, T times
 * exponentials. */
static void check_way(const exam *e, unsigned way, mpb_isa isa)
{
    const mpb_task_table *task = mpb_task_find(e->task);
    const float weights[MOST_WIDTH] = {1.5f + test_value(70, 0), 1.5f + test_value(70, 1),
                                       1.5f + test_value(70, 2), 1.5f + test_value(70, 3),
                                       1.5f + test_value(70, 4)};
    mpb_dataset data = open_data(e);
    mpb_loss_options loss = options_of(e, weights, way, isa);
    const double total = sum_of_shares(task, &loss, &data);
    float values[MOST];

    for (unsigned j = 0; j < e->count; j++) {
        values[j] = 3.0f * test_value(60 + e->number, j);
    }
    CHECK_NEAR(score_all(task, &loss, &data, total, values), e->losses[way],
               2e-6 * (1.0 + e->losses[way]));
    for (size_t j = 0; j < e->count; j++) {
        CHECK_NEAR((double)values[j], e->gradients[way * e->count + j], 5e-7);
    }
    mpb_dataset_clear(&data);
}

static void tasks_without_it_have_no_way_to_imitate(void)
{
    CHECK(mpb_task_find(MPB_TASK_QA)->imitate == NULL);
    CHECK(mpb_task_find(MPB_TASK_MLM)->imitate == NULL);
    CHECK(mpb_task_find(MPB_TASK_PRETRAINING)->imitate == NULL);
}

/* Of what a head gives in parts, too. */
static void rows_are_kept_where_they_belong(void)
{
    const exam *e = &EXAMS[2];
    mpb_dataset data = open_data(e);
    const mpb_keeping keeping = mpb_head_rows_keeping(&data.taught);
    mpb_kept kept = {0};

    CHECK_OK(mpb_kept_create(&keeping, data.num_sequences, &kept));
    for (size_t i = 0; i < data.num_sequences; i++) {
        const size_t rows = data.taught.begins[i + 1] - data.taught.begins[i];

        for (size_t at = 0; at < rows; at++) {
            const mpb_outputs part = {.sequence = i,
                                      .first_row = at,
                                      .num_rows = 1,
                                      .width = e->width,
                                      .values = data.taught.values +
                                                (data.taught.begins[i] + at) * (size_t)e->width};

            keeping.keep(keeping.context, &part, kept.bytes + kept.begins[i]);
        }
    }
    CHECK(memcmp(kept.bytes, data.taught.values, e->count * sizeof(float)) == 0);
    mpb_kept_clear(&kept);
    mpb_dataset_clear(&data);
}

int main(void)
{
    for (size_t i = 0; i < sizeof(EXAMS) / sizeof(*EXAMS); i++) {
        for (unsigned way = 0; way < WAYS; way++) {
            check_way(&EXAMS[i], way, MPB_ISA_PLAIN);
            check_way(&EXAMS[i], way, mpb_isa_best());
        }
    }
    tasks_without_it_have_no_way_to_imitate();
    rows_are_kept_where_they_belong();
    return 0;
}
