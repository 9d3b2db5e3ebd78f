/* The table of task token: choices, losses, chunks put together, figures and lines. */

#include <math.h>

#include "mpibert/eval/metrics_entities.h"
#include "mpibert/task/predictions.h"
#include "mpibert/task/task.h"

#include "check.h"
#include "golden/eval/entity_goldens.h"
#include "golden/eval/metrics_goldens.h"
#include "golden/task/token_goldens.h"

enum { MOST_WORDS = 64, N = MPB_NO_LABEL };

/* In the order of the metrics. */
enum { F1, PRECISION, RECALL, ACCURACY, MACRO_F1, WEIGHTED_F1, STRICT_F1 };

/* Both sides compute in doubles. */
static const double ROUNDING = 1e-12;

static const mpb_task_table *token(void)
{
    return mpb_task_find(MPB_TASK_TOKEN);
}

/* --- data */

/* The words of `text`, parted by single blanks. */
static mpb_strings words_of(const char *text)
{
    mpb_strings words = {0};

    while (*text != '\0') {
        size_t length = strcspn(text, " ");

        CHECK_OK(mpb_strings_add(&words, text, length));
        text += length + (text[length] == ' ');
    }
    return words;
}

static mpb_dataset data_of(const char *label_names)
{
    mpb_dataset data = {.shape = {.token_labels = true, .characters = true}};

    data.label_names = words_of(label_names);
    return data;
}

/* [CLS] and tokens [from, to) of a document and [SEP]; token t is code points [2 t, 2 t + 1). */
static void add_chunk(mpb_dataset *data, uint64_t document, uint32_t chunk, size_t from, size_t to,
                      const int32_t *labels)
{
    const size_t count = to - from + 2;
    uint32_t ids[MOST_WORDS + 2] = {0};
    uint32_t starts[MOST_WORDS + 2] = {0};
    uint32_t ends[MOST_WORDS + 2] = {0};
    int32_t marks[MOST_WORDS + 2];
    char id[16];

    marks[0] = marks[count - 1] = N;
    for (size_t t = from; t < to; t++) {
        marks[1 + t - from] = labels[t];
        starts[1 + t - from] = (uint32_t)(2 * t);
        ends[1 + t - from] = (uint32_t)(2 * t + 1);
    }
    snprintf(id, sizeof(id), "d%u", (unsigned)document);
    CHECK_OK(mpb_dataset_add(data, &(mpb_sequence){.tokens = ids,
                                                   .count = count,
                                                   .segment_b = (uint32_t)count,
                                                   .document = document,
                                                   .chunk = chunk,
                                                   .token_labels = marks,
                                                   .char_start = starts,
                                                   .char_end = ends,
                                                   .question = {.context = "a b c d e f g h i"},
                                                   .id = id}));
}

/* --- results */

typedef struct exam {
    mpb_dataset data;
    mpb_documents documents;
    mpb_kept kept;
} exam;

static mpb_task_sequences sequences_of(const exam *e)
{
    return (mpb_task_sequences){
        .task = token(), .data = &e->data, .num_labels = (int)e->data.label_names.count};
}

/* outputs (K) of the word at token t of sequence i. */
typedef void outputs_fn(const void *context, const mpb_dataset *data, size_t i, uint32_t t,
                        float *outputs);

static mpb_task_results results_of(const exam *e)
{
    return (mpb_task_results){.data = &e->data,
                              .documents = &e->documents,
                              .label_names = &e->data.label_names,
                              .num_labels = (int)e->data.label_names.count,
                              .kept = &e->kept};
}

/* Rows of sequence i as the head gives them; values are (rows, K). */
static size_t rows_of(const mpb_task_sequences *of, size_t i, outputs_fn *outputs,
                      const void *context, uint32_t *positions, float *values)
{
    uint32_t tokens[MOST_WORDS + 2];
    const size_t count = token()->choose(&of->draw, of->data, i, tokens, positions);

    for (size_t r = 0; r < count; r++) {
        outputs(context, of->data, i, positions[r], values + r * (size_t)of->num_labels);
    }
    return count;
}

/* Keeps all rows, those of a sequence in two parts, and merges. `data` moves into the exam. */
static exam evaluate(mpb_dataset data, outputs_fn *outputs, const void *context)
{
    exam e = {.data = data};
    const int K = (int)data.label_names.count;
    float values[MOST_WORDS * 32];
    uint32_t positions[MOST_WORDS];
    mpb_task_sequences sequences;
    mpb_keeping keeping;

    CHECK(K <= 32);
    CHECK_OK(mpb_documents_find(&e.data, &e.documents));
    sequences = sequences_of(&e);
    keeping = mpb_task_keeping(&sequences);
    CHECK_OK(mpb_kept_create(&keeping, e.data.num_sequences, &e.kept));
    for (size_t i = 0; i < e.data.num_sequences; i++) {
        const size_t count = rows_of(&sequences, i, outputs, context, positions, values);

        for (size_t part = 0; part < 2; part++) {
            const size_t from = part == 0 ? 0 : count / 2;
            const size_t to = part == 0 ? count / 2 : count;
            const mpb_outputs of = {.data = &e.data,
                                    .sequence = i,
                                    .positions = positions + from,
                                    .num_rows = to - from,
                                    .width = K,
                                    .values = values + from * (size_t)K};

            if (from < to) {
                keeping.keep(keeping.context, &of, e.kept.bytes + e.kept.begins[i]);
            }
        }
    }
    token()->merge(&sequences, &e.documents, MPB_POOL_MEAN, &e.kept);
    return e;
}

static mpb_measures measure(const exam *e)
{
    const mpb_task_results results = results_of(e);
    mpb_measures measures = {0};

    CHECK_OK(token()->measure(&results, &measures));
    return measures;
}

static void end(exam *e)
{
    mpb_kept_clear(&e->kept);
    mpb_documents_clear(&e->documents);
    mpb_dataset_clear(&e->data);
}

/* --- figures */

/* `context`: the number of the label that is largest, by token of the data. */
static void predict_named(const void *context, const mpb_dataset *data, size_t i, uint32_t t,
                          float *outputs)
{
    const int32_t *predicted = context;

    for (size_t j = 0; j < data->label_names.count; j++) {
        outputs[j] = predicted[data->offsets[i] + t] == (int32_t)j ? 2.0f : 0.5f;
    }
}

/* The training figure of the outputs. */
static double running(const exam *e, outputs_fn *outputs, const void *context)
{
    const mpb_task_sequences sequences = sequences_of(e);
    const int K = sequences.num_labels;
    const mpb_loss_options loss = {.nn = mpb_nn_for(MPB_ISA_PLAIN), .num_labels = K};
    double sums[MPB_TASK_SUMS] = {0};
    float values[MOST_WORDS * 32];
    uint32_t positions[MOST_WORDS];

    for (size_t i = 0; i < e->data.num_sequences; i++) {
        const size_t count = rows_of(&sequences, i, outputs, context, positions, values);
        const mpb_outputs of = {.data = &e->data,
                                .sequence = i,
                                .positions = positions,
                                .num_rows = count,
                                .width = K,
                                .values = values};

        if (count > 0) {
            token()->score(&loss, &of, 1.0, sums);
        }
    }
    return token()->running(sums, (int64_t)e->data.num_sequences);
}

static void figures_of_entities_equal_seqevals(void)
{
    for (size_t c = 0; c < sizeof(ENTITY_CASES) / sizeof(*ENTITY_CASES); c++) {
        const double *expected = ENTITY_CASES[c].expected;
        mpb_dataset data = data_of(ENTITY_CASES[c].names);
        int32_t predicted[1024] = {0};
        mpb_measures measures;
        exam e;

        for (size_t d = 0; d < ENTITY_CASES[c].num_sequences; d++) {
            const size_t from = ENTITY_CASES[c].offsets[d];
            const size_t count = ENTITY_CASES[c].offsets[d + 1] - from;
            const size_t at = d == 0 ? 0 : (size_t)data.offsets[d];

            memcpy(predicted + at + 1, ENTITY_CASES[c].predicted + from,
                   count * sizeof(*predicted));
            add_chunk(&data, d, 0, 0, count, ENTITY_CASES[c].gold + from);
        }
        e = evaluate(data, predict_named, predicted);
        measures = measure(&e);
        if (ENTITY_CASES[c].scheme == MPB_ENTITIES_DEFAULT) {
            CHECK_NEAR(measures.values[PRECISION], expected[1], ROUNDING);
            CHECK_NEAR(measures.values[RECALL], expected[2], ROUNDING);
            CHECK_NEAR(measures.values[F1], expected[3], ROUNDING);
            CHECK_NEAR(measures.values[MACRO_F1], expected[6], ROUNDING);
            CHECK_NEAR(measures.values[WEIGHTED_F1], expected[9], ROUNDING);
            CHECK_NEAR(running(&e, predict_named, predicted), expected[3], ROUNDING);
        } else if (ENTITY_CASES[c].scheme == MPB_ENTITIES_IOBES &&
                   strchr(ENTITY_CASES[c].names, 'S') != NULL) {
            CHECK_NEAR(measures.values[STRICT_F1], expected[3], ROUNDING);
        }
        CHECK_NEAR(measures.values[ACCURACY], expected[0], ROUNDING);
        end(&e);
    }
}

/* One document of these tags. */
static exam tagged(const char *names, const char *gold, const char *predicted)
{
    mpb_dataset data = data_of(names);
    mpb_strings truth = words_of(gold);
    mpb_strings guesses = words_of(predicted);
    int32_t labels[MOST_WORDS];
    int32_t guess[MOST_WORDS + 2] = {0};
    exam e;

    for (size_t i = 0; i < truth.count; i++) {
        labels[i] = mpb_strings_find(&data.label_names, truth.items[i]);
        guess[1 + i] = mpb_strings_find(&data.label_names, guesses.items[i]);
        CHECK(labels[i] >= 0 && guess[1 + i] >= 0);
    }
    add_chunk(&data, 0, 0, 0, truth.count, labels);
    e = evaluate(data, predict_named, guess);
    mpb_strings_clear(&truth);
    mpb_strings_clear(&guesses);
    return e;
}

/* As seqeval's strict mode counts, which wants the scheme's own beginnings. */
static void the_strict_scheme_is_that_of_the_data(void)
{
    exam e = tagged("O B-A I-A", "B-A I-A O B-A", "I-A I-A O B-A"); /* IOB2: one of two, of one */

    CHECK_NEAR(measure(&e).values[F1], 1.0, 0.0);
    CHECK_NEAR(measure(&e).values[STRICT_F1], 2.0 / 3.0, ROUNDING);
    end(&e);
    e = tagged("O B-A I-A", "I-A O I-A B-A", "I-A O O B-A"); /* IOB1; 1 in IOB2 */
    CHECK_NEAR(measure(&e).values[STRICT_F1], 0.5, ROUNDING);
    end(&e);
    e = tagged("O B-A I-A L-A U-A", "B-A L-A O U-A", "B-A I-A O U-A"); /* BILOU, as IOBES */
    CHECK_NEAR(measure(&e).values[F1], 1.0, 0.0);
    CHECK_NEAR(measure(&e).values[STRICT_F1], 2.0 / 3.0, ROUNDING);
    end(&e);
}

typedef struct golden_logits {
    const float *logits; /* (words, K), one word a document */
} golden_logits;

static void give_golden(const void *context, const mpb_dataset *data, size_t i, uint32_t t,
                        float *outputs)
{
    const size_t K = data->label_names.count;

    (void)t;
    memcpy(outputs, ((const golden_logits *)context)->logits + i * K, K * sizeof(*outputs));
}

/* A word's loss is kept as a float: 1e-6. */
static void figures_of_other_tags_equal_scikit_learns(void)
{
    static const char *const names[] = {"", "", "X Y", "X Y NOUN", "", "ADJ NOUN B I O"};

    for (size_t c = 0; c < sizeof(CLASSIFICATION_CASES) / sizeof(*CLASSIFICATION_CASES); c++) {
        const double *expected = CLASSIFICATION_CASES[c].expected;
        const golden_logits golden = {CLASSIFICATION_CASES[c].logits};
        mpb_dataset data = data_of(names[CLASSIFICATION_CASES[c].num_labels]);
        mpb_measures measures;
        exam e;

        for (size_t i = 0; i < CLASSIFICATION_CASES[c].count; i++) {
            add_chunk(&data, i, 0, 0, 1, CLASSIFICATION_CASES[c].labels + i);
        }
        e = evaluate(data, give_golden, &golden);
        measures = measure(&e);
        CHECK(measures.num_examples == (int64_t)CLASSIFICATION_CASES[c].count);
        CHECK_NEAR(measures.loss, expected[0], 1e-6);
        CHECK_NEAR(measures.values[ACCURACY], expected[1], ROUNDING);
        CHECK_NEAR(measures.values[F1], expected[1], ROUNDING); /* the micro average */
        CHECK_NEAR(measures.values[MACRO_F1], expected[3], ROUNDING);
        CHECK_NEAR(measures.values[WEIGHTED_F1], expected[4], ROUNDING);
        CHECK(isnan(measures.values[STRICT_F1]));
        CHECK_NEAR(running(&e, give_golden, &golden), expected[1], ROUNDING);
        end(&e);
    }
}

/* Half of the words are of one label, a quarter of each of two others. */
static void equal_guesses_are_noticed(void)
{
    exam e = tagged("O B-A I-A", "B-A I-A O B-A", "I-A O O O");

    CHECK_NEAR(measure(&e).sameness, 0.75, 0.0);
    CHECK_NEAR(measure(&e).guess_loss, 1.5 * log(2.0), ROUNDING);
    end(&e);
}

static void without_words_all_figures_are_0(void)
{
    mpb_dataset data = data_of("O B-A");
    exam e;

    add_chunk(&data, 0, 0, 0, 0, NULL);
    e = evaluate(data, predict_named, NULL);
    for (int i = 0; i <= STRICT_F1; i++) {
        CHECK(measure(&e).values[i] == 0.0);
    }
    CHECK(measure(&e).loss == 0.0);
    end(&e);
}

/* --- loss */

/* Four words of six tokens. */
static mpb_dataset some_words(void)
{
    static const int32_t labels[6] = {2, N, 0, 1, N, 1};
    mpb_dataset data = data_of("O B-A I-A");

    add_chunk(&data, 0, 0, 0, 6, labels);
    return data;
}

static void first_tokens_of_words_are_read(void)
{
    mpb_dataset data = some_words();
    uint32_t tokens[8];
    uint32_t rows[8];

    CHECK(token()->choose(&(mpb_task_draw){0}, &data, 0, tokens, rows) == 4);
    CHECK(rows[0] == 1 && rows[1] == 3 && rows[2] == 4 && rows[3] == 6);
    mpb_dataset_clear(&data);
}

static const float WEIGHTS[3] = {0.5f, 1.25f, 2.0f};

static void a_sequence_weighs_as_the_labels_of_its_words(void)
{
    mpb_dataset data = some_words();
    mpb_loss_options loss = {.num_labels = 3};

    CHECK_NEAR(token()->weigh(&loss, &data, 0), 4.0, 0.0);
    loss.label_weights = WEIGHTS;
    CHECK_NEAR(token()->weigh(&loss, &data, 0), 0.5 + 2.0 * 1.25 + 2.0, 0.0);
    mpb_dataset_clear(&data);
}

static double loss_of(const mpb_dataset *data, const mpb_loss_options *loss, float *values)
{
    static const uint32_t positions[4] = {1, 3, 4, 6};
    const mpb_outputs of = {
        .data = data, .positions = positions, .num_rows = 4, .width = 3, .values = values};
    double sums[MPB_TASK_SUMS] = {0};

    return token()->score(loss, &of, token()->weigh(loss, data, 0), sums);
}

/* torch.nn.CrossEntropyLoss, with class weights and label smoothing, in double precision; float
 * kernels: 1e-6. */
static void the_loss_is_pytorchs(void)
{
    mpb_dataset data = some_words();
    mpb_loss_options loss = {.nn = mpb_nn_for(MPB_ISA_PLAIN), .num_labels = 3};
    float values[12];

    memcpy(values, TOKEN_OUTPUTS, sizeof(values));
    CHECK_NEAR(loss_of(&data, &loss, values), TOKEN_LOSSES[0], 1e-6);
    loss.label_weights = WEIGHTS;
    loss.label_smoothing = 0.1f;
    memcpy(values, TOKEN_OUTPUTS, sizeof(values));
    CHECK_NEAR(loss_of(&data, &loss, values), TOKEN_LOSSES[1], 1e-6);
    mpb_dataset_clear(&data);
}

/* A difference over 2^-8 of losses of about 1, each right to 1e-7, and what the third derivative makes
 * of it: 1e-4 of a gradient. */
static void gradients_are_derivatives_of_the_loss(void)
{
    const float step = 0x1p-8f;
    mpb_dataset data = some_words();
    const mpb_loss_options loss = {.nn = mpb_nn_for(MPB_ISA_PLAIN),
                                   .num_labels = 3,
                                   .label_smoothing = 0.1f,
                                   .label_weights = WEIGHTS};
    float gradient[12];

    for (unsigned j = 0; j < 12; j++) {
        gradient[j] = test_value(1, j);
    }
    loss_of(&data, &loss, gradient);
    for (unsigned j = 0; j < 12; j++) {
        double losses[2];

        for (int side = 0; side < 2; side++) {
            float moved[12];

            for (unsigned k = 0; k < 12; k++) {
                moved[k] = test_value(1, k) + (k != j ? 0.0f : side == 0 ? -step : step);
            }
            losses[side] = loss_of(&data, &loss, moved);
        }
        CHECK_NEAR((double)gradient[j], (losses[1] - losses[0]) / (2.0 * (double)step), 1e-4);
    }
    mpb_dataset_clear(&data);
}

/* scikit-learn's compute_class_weight("balanced") of labels 2 0 1 1. */
static void class_weights_count_words(void)
{
    mpb_dataset data = some_words();
    size_t counts[3] = {0};
    float weights[3];

    token()->balance(&data, counts, weights);
    CHECK_NEAR((double)weights[0], 4.0 / 3.0, 1e-6);
    CHECK_NEAR((double)weights[1], 4.0 / 6.0, 1e-6);
    CHECK_NEAR((double)weights[2], 4.0 / 3.0, 1e-6);
    mpb_dataset_clear(&data);
}

/* --- chunks */

/* The label of a word is its chunk's number. */
static void name_chunk(const void *context, const mpb_dataset *data, size_t i, uint32_t t,
                       float *outputs)
{
    (void)context;
    (void)t;
    for (uint32_t j = 0; j < data->label_names.count; j++) {
        outputs[j] = data->chunk[i] == j ? 1.0f : 0.0f;
    }
}

enum { MOST_CHUNKS = 32 };

typedef struct layout {
    size_t tokens;
    size_t num_chunks;
    size_t from[MOST_CHUNKS];
    size_t to[MOST_CHUNKS];
} layout;

static layout windows(size_t tokens, size_t room, size_t step)
{
    layout l = {.tokens = tokens};

    for (size_t from = 0; l.num_chunks < MOST_CHUNKS; from += step) {
        l.from[l.num_chunks] = from;
        l.to[l.num_chunks] = from + room < tokens ? from + room : tokens;
        if (l.to[l.num_chunks++] == tokens) {
            break;
        }
    }
    return l;
}

/* The chunk with the most tokens on the side of t that has fewer; the first of equal ones. */
static size_t best_chunk(const layout *l, size_t t)
{
    size_t best = 0;
    size_t most = 0;

    for (size_t c = 0; c < l->num_chunks; c++) {
        if (t >= l->from[c] && t < l->to[c]) {
            const size_t before = t - l->from[c];
            const size_t behind = l->to[c] - 1 - t;
            const size_t context = 1 + (before < behind ? before : behind);

            best = context > most ? c : best;
            most = context > most ? context : most;
        }
    }
    return best;
}

static void check_chunks(const exam *e, size_t document, const layout *l, const int32_t *labels)
{
    const mpb_task_results results = results_of(e);
    mpb_json *line = mpb_json_new_object();
    const mpb_json *tokens;
    size_t word = 0;

    CHECK_OK(token()->describe(token(), &results, document, false, line));
    tokens = mpb_json_member(line, "tokens");
    for (size_t t = 0; t < l->tokens; t++) {
        const mpb_json *entry = mpb_json_item(tokens, word);
        char chunk[16];

        if (labels[t] == N) {
            continue;
        }
        snprintf(chunk, sizeof(chunk), "C%zu", best_chunk(l, t));
        CHECK(word < mpb_json_count(tokens));
        CHECK(mpb_json_integer(mpb_json_member(entry, "start")) == (int64_t)(2 * t));
        CHECK_TEXT(mpb_json_text(mpb_json_member(entry, "label")), chunk);
        word++;
    }
    CHECK(word == mpb_json_count(tokens));
    mpb_json_destroy(&line);
}

/* Texts of any length in windows that share nothing, little or most, with words of several tokens. */
static void each_word_is_taken_once_from_the_chunk_with_the_best_context(void)
{
    static const size_t rooms[5][2] = {{8, 8}, {8, 5}, {9, 2}, {10, 1}, {7, 6}};
    mpb_dataset data = data_of("C0 C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 C12 C13 C14 C15 C16 C17 C18 "
                               "C19 C20 C21 C22 C23 C24 C25 C26 C27 C28 C29 C30 C31");
    layout layouts[40];
    int32_t labels[40][MOST_WORDS];
    exam e;

    for (unsigned d = 0; d < 40; d++) {
        const size_t *shape = rooms[d % 5];

        layouts[d] = windows(d, shape[0], shape[1]);
        for (unsigned t = 0; t < MOST_WORDS; t++) {
            labels[d][t] = test_value(d, t) > 0.3f && t % shape[1] != 0 ? N : 0;
        }
        for (uint32_t c = 0; c < layouts[d].num_chunks; c++) {
            add_chunk(&data, d, c, layouts[d].from[c], layouts[d].to[c], labels[d]);
        }
    }
    e = evaluate(data, name_chunk, NULL);
    for (unsigned d = 0; d < 40; d++) {
        check_chunks(&e, d, &layouts[d], labels[d]);
    }
    end(&e);
}

/* --- lines */

/* E-A behind nothing begins an entity, I-B behind B-A another. */
static void entities_are_read_from_tags_in_any_order(void)
{
    mpb_dataset data = data_of("B-A E-A I-B");
    const int32_t predicted[] = {0, 1, 0, 2, 2, 0, 0};
    const int32_t labels[6] = {0, 0, 0, 0, N, 0};
    static const struct {
        int64_t start;
        int64_t end;
        const char *label;
    } want[] = {{0, 1, "A"}, {2, 3, "A"}, {4, 9, "B"}, {10, 11, "A"}};
    const mpb_json *entities;
    mpb_task_results results;
    mpb_json *line;
    exam e;

    add_chunk(&data, 0, 0, 0, 6, labels);
    e = evaluate(data, predict_named, predicted);
    results = results_of(&e);
    line = mpb_json_new_object();
    CHECK_OK(token()->describe(token(), &results, 0, false, line));
    entities = mpb_json_member(line, "entities");
    CHECK(mpb_json_count(entities) == 4);
    for (size_t i = 0; i < 4; i++) {
        const mpb_json *entity = mpb_json_item(entities, i);

        CHECK(mpb_json_integer(mpb_json_member(entity, "start")) == want[i].start);
        CHECK(mpb_json_integer(mpb_json_member(entity, "end")) == want[i].end);
        CHECK_TEXT(mpb_json_text(mpb_json_member(entity, "label")), want[i].label);
        CHECK(mpb_json_member(entity, "text") == NULL); /* which the data does not keep */
    }
    mpb_json_destroy(&line);
    end(&e);
}

/* Words of tokens 0, 1 to 4 and 5, in chunks of tokens 0 to 2, 2 to 3 and 4 to 5. */
static void a_word_that_a_chunk_cuts_ends_where_it_ends(void)
{
    static const size_t chunks[3][2] = {{0, 3}, {2, 4}, {4, 6}};
    const int32_t labels[6] = {0, 0, N, N, N, 0};
    const int32_t predicted[16] = {0};
    mpb_dataset data = data_of("B-A O");
    mpb_buffer text = {0};
    mpb_task_results results;
    exam e;

    for (uint32_t c = 0; c < 3; c++) {
        add_chunk(&data, 0, c, chunks[c][0], chunks[c][1], labels);
    }
    e = evaluate(data, predict_named, predicted);
    results = results_of(&e);
    CHECK_OK(mpb_predictions_write_table(token(), &results, '\t', &text));
    CHECK(strstr(text.data, "\nd0\t0\t1\t\tB-A\t") != NULL);
    CHECK(strstr(text.data, "\nd0\t2\t9\t\tB-A\t") != NULL);
    CHECK(strstr(text.data, "\nd0\t10\t11\t\tB-A\t") != NULL);
    mpb_buffer_clear(&text);
    end(&e);
}

/* Labels are 2 or 0.5 in predict_named, of three. */
static void predictions_quote_the_text(void)
{
    const double score = 1.0 / (1.0 + 2.0 * exp(-1.5));
    const int32_t labels[3] = {0, 0, 0};
    const int32_t predicted[] = {0, 0, 1, 2, 0, 0, 0};
    mpb_dataset data = data_of("B-A I-A O");
    mpb_buffer text = {0};
    mpb_task_results results;
    char expected[1024];
    exam e;

    data.shape.questions = true;
    add_chunk(&data, 0, 0, 0, 3, labels);
    add_chunk(&data, 1, 0, 0, 0, NULL);
    e = evaluate(data, predict_named, predicted);
    results = results_of(&e);
    CHECK_OK(mpb_predictions_write_table(token(), &results, ',', &text));
    snprintf(expected, sizeof(expected),
             "id,start,end,text,label,score\r\n"
             "d0,0,1,a,B-A,%.9g\r\nd0,2,3,b,I-A,%.9g\r\nd0,4,5,c,O,%.9g\r\nd1,,,,,\r\n",
             (double)(float)score, (double)(float)score, (double)(float)score);
    CHECK_TEXT(text.data, expected);
    mpb_buffer_reset(&text);
    CHECK_OK(mpb_predictions_write_jsonl(token(), &results, false, &text));
    CHECK(strstr(text.data, "{\"id\": \"d0\", \"entities\": [{\"start\": 0, \"end\": 3, "
                            "\"text\": \"a b\", \"label\": \"A\", \"score\": 0.69") == text.data);
    CHECK(strstr(text.data, "\n{\"id\": \"d1\", \"entities\": [], \"tokens\": []}\n") != NULL);
    mpb_buffer_clear(&text);
    end(&e);
}

/* --- what training says and refuses */

static void words_of_all_chunks_are_counted_once(void)
{
    static const int32_t labels[6] = {1, 2, N, 0, 1, 1};
    mpb_documents documents = {0};
    mpb_dataset data = data_of("O B-A I-A");
    mpb_buffer text = {0};

    add_chunk(&data, 0, 0, 0, 4, labels);
    add_chunk(&data, 0, 1, 1, 6, labels);
    add_chunk(&data, 1, 0, 0, 1, labels);
    CHECK_OK(mpb_documents_find(&data, &documents));
    CHECK_OK(token()->summarise(&data, &documents, &text));
    CHECK_TEXT(text.data, "1 types of entities: A 4");
    mpb_strings_clear(&data.label_names);
    data.label_names = words_of("X Y Z");
    mpb_buffer_reset(&text);
    CHECK_OK(token()->summarise(&data, &documents, &text));
    CHECK_TEXT(text.data, "3 tags: X 1, Y 4, Z 1");
    mpb_buffer_clear(&text);
    mpb_documents_clear(&documents);
    mpb_dataset_clear(&data);
}

static void nothing_to_learn_is_refused(void)
{
    static const int32_t labels[2] = {0, 0};
    mpb_dataset data = data_of("O B-A");
    mpb_dataset unlabelled = data_of("");

    CHECK_FAILS(token()->check(&data, true, "DATA"), MPB_ERR_DATA,
                "the words have no labels, one each was expected (DATA)");
    add_chunk(&data, 0, 0, 0, 0, labels);
    CHECK_FAILS(token()->check(&data, true, "DATA"), MPB_ERR_DATA,
                "there are no words with labels, some were expected (DATA)");
    add_chunk(&data, 1, 0, 0, 2, labels);
    CHECK_FAILS(token()->check(&data, true, "DATA"), MPB_ERR_DATA,
                "all words have the tag 'O', two different ones at least were expected (DATA)");
    CHECK_OK(token()->check(&data, false, "DATA"));
    add_chunk(&unlabelled, 0, 0, 0, 2, labels);
    CHECK_FAILS(token()->check(&unlabelled, false, "DATA"), MPB_ERR_DATA,
                "the words have no labels, one each was expected (DATA)");
    mpb_dataset_clear(&data);
    mpb_dataset_clear(&unlabelled);
}

int main(void)
{
    figures_of_entities_equal_seqevals();
    the_strict_scheme_is_that_of_the_data();
    figures_of_other_tags_equal_scikit_learns();
    equal_guesses_are_noticed();
    without_words_all_figures_are_0();
    first_tokens_of_words_are_read();
    a_sequence_weighs_as_the_labels_of_its_words();
    the_loss_is_pytorchs();
    gradients_are_derivatives_of_the_loss();
    class_weights_count_words();
    each_word_is_taken_once_from_the_chunk_with_the_best_context();
    entities_are_read_from_tags_in_any_order();
    a_word_that_a_chunk_cuts_ends_where_it_ends();
    predictions_quote_the_text();
    words_of_all_chunks_are_counted_once();
    nothing_to_learn_is_refused();
    return 0;
}
