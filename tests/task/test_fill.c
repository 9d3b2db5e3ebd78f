/* Words that fill in the masks of a text: the most likely ones by PyTorch's rule for softmax, however the
 * rows of a sequence are parted, and each mask of overlapping chunks once. */

#include "fill_words.h"
#include "tiny_vocabulary.h"

enum { V = TINY_SIZE, MASK = 4, LENGTH = 7, CHUNKS = 2, MASKS = 2 };

/* Two chunks of "w0 [MASK] w1 w2 [MASK] w3 w4": all but its last two words, and all but its first
 * two. */
typedef struct exam {
    mpb_tokenizer *tokenizer;
    mpb_masking *masking;
    mpb_dataset data;
    mpb_documents documents;
    mpb_answer_settings settings;
    float logits[CHUNKS][MASKS * V];
    mpb_kept kept;
} exam;

static void add_chunk(exam *e, uint32_t chunk)
{
    static const uint32_t text[] = {TINY_W0, MASK,        TINY_W0 + 1, TINY_W0 + 2,
                                    MASK,    TINY_W0 + 3, TINY_W0 + 4};
    uint32_t tokens[LENGTH] = {TINY_CLS};
    uint32_t places[LENGTH] = {0};

    for (uint32_t i = 0; i < LENGTH - 2; i++) {
        tokens[i + 1] = text[2 * chunk + i];
        places[i + 1] = 10 * (2 * chunk + i);
    }
    tokens[LENGTH - 1] = TINY_SEP;
    CHECK_OK(mpb_dataset_add(&e->data, &(mpb_sequence){.tokens = tokens,
                                                       .count = LENGTH,
                                                       .segment_b = LENGTH,
                                                       .chunk = chunk,
                                                       .char_start = places,
                                                       .char_end = places,
                                                       .id = "text"}));
}

static mpb_task_sequences sequences_of(const exam *e)
{
    const mpb_model_config model = {.head = MPB_HEAD_WORDS};

    return (mpb_task_sequences){.task = mpb_task_predicting(&model),
                                .nn = mpb_nn_for(MPB_ISA_PLAIN),
                                .data = &e->data,
                                .draw = {e->masking, MPB_EVALUATION_DRAW},
                                .answers = &e->settings};
}

/* Gives the masks of a sequence their logits, `part` rows at a time. */
static void keep(exam *e, const mpb_task_sequences *of, size_t sequence, size_t part)
{
    const mpb_keeping keeping = mpb_task_keeping(of);
    uint32_t tokens[LENGTH];
    uint32_t rows[LENGTH];
    size_t num_rows;

    memcpy(tokens, e->data.tokens + e->data.offsets[sequence], sizeof(tokens));
    num_rows = of->task->choose(&of->draw, of->data, sequence, tokens, rows);
    for (size_t first = 0; first < num_rows; first += part) {
        keeping.keep(keeping.context,
                     &(mpb_outputs){.data = &e->data,
                                    .sequence = sequence,
                                    .positions = rows + first,
                                    .num_rows = num_rows - first < part ? num_rows - first : part,
                                    .width = V,
                                    .values = e->logits[sequence] + first * V},
                     e->kept.bytes + e->kept.begins[sequence]);
    }
}

static exam *begin(int64_t top_k, size_t part)
{
    const mpb_masking_options options = {0.15, false, 7};
    exam *e = calloc(1, sizeof(*e));
    mpb_task_sequences of;
    mpb_keeping keeping;

    CHECK(e != NULL);
    e->settings.top_k = top_k;
    tiny_tokenizer(&e->tokenizer);
    CHECK_OK(mpb_masking_create(e->tokenizer, &options, &e->masking));
    e->data.shape.characters = true;
    of = sequences_of(e);
    keeping = mpb_task_keeping(&of);
    for (uint32_t s = 0; s < CHUNKS; s++) {
        add_chunk(e, s);
        for (unsigned j = 0; j < MASKS * V; j++) {
            e->logits[s][j] = 3.0f * test_value(j, s);
        }
    }
    e->logits[0][9] = e->logits[0][30] = e->logits[0][4] = 5.0f;
    CHECK_OK(mpb_documents_find(&e->data, &e->documents));
    CHECK_OK(mpb_kept_create(&keeping, CHUNKS, &e->kept));
    for (size_t s = 0; s < CHUNKS; s++) {
        keep(e, &of, s, part);
    }
    return e;
}

static mpb_task_results results_of(const exam *e)
{
    return (mpb_task_results){
        .data = &e->data, .documents = &e->documents, .tokenizer = e->tokenizer, .kept = &e->kept};
}

static void end(exam *e)
{
    mpb_kept_clear(&e->kept);
    mpb_documents_clear(&e->documents);
    mpb_dataset_clear(&e->data);
    mpb_masking_destroy(&e->masking);
    mpb_tokenizer_destroy(&e->tokenizer);
    free(e);
}

static double softmax_at(const float *logits, uint32_t token)
{
    double sum = 0.0;

    for (int j = 0; j < V; j++) {
        sum += exp((double)logits[j]);
    }
    return exp((double)logits[token]) / sum;
}

static void check_mask(const fill_mask *mask, const float *logits)
{
    CHECK(mask->count == V);
    for (size_t j = 0; j < mask->count; j++) {
        const fill_word *word = &mask->words[j];

        CHECK_NEAR((double)word->score, softmax_at(logits, word->token), 1e-6); /* floats */
        CHECK(j == 0 || logits[word->token] < logits[word[-1].token] ||
              (logits[word->token] == logits[word[-1].token] && word->token > word[-1].token));
    }
}

static void words_come_by_softmax_and_equal_ones_by_id(void)
{
    exam *e = begin(MPB_MOST_WORDS, 2);
    const mpb_task_results results = results_of(e);
    const fill_mask *first = fill_mask_of(&results, 0, 0);

    CHECK(first->words[0].token == 4 && first->words[1].token == 9 && first->words[2].token == 30);
    CHECK(first->position == 2 && fill_mask_of(&results, 0, 1)->position == 5);
    CHECK(fill_kept_of(&results, 0)->num_masks == 2 && fill_kept_of(&results, 1)->num_masks == 1);
    for (size_t i = 0; i < MASKS; i++) {
        check_mask(fill_mask_of(&results, 0, i), e->logits[0] + i * V);
    }
    end(e);
}

static void parts_of_a_sequence_make_no_difference(void)
{
    exam *whole = begin(3, MASKS);
    exam *parts = begin(3, 1);

    CHECK(whole->kept.begins[CHUNKS] == parts->kept.begins[CHUNKS]);
    CHECK(memcmp(whole->kept.bytes, parts->kept.bytes, whole->kept.begins[CHUNKS]) == 0);
    end(whole);
    end(parts);
}

/* The second mask is the last word of the first chunk and the third of the second one. */
static void a_mask_in_two_chunks_is_told_by_the_better_one(void)
{
    exam *e = begin(2, MASKS);
    const mpb_task_results results = results_of(e);
    const mpb_task_sequences of = sequences_of(e);

    mpb_task_merge(&of, &e->documents, MPB_POOL_MEAN, &e->kept);
    CHECK(fill_mask_of(&results, 0, 0)->count == 2);
    CHECK(fill_mask_of(&results, 0, 1)->count == 0);
    CHECK(fill_mask_of(&results, 1, 0)->count == 2);
    CHECK(fill_mask_of(&results, 1, 0)->position == 3);
    end(e);
}

int main(void)
{
    words_come_by_softmax_and_equal_ones_by_id();
    parts_of_a_sequence_make_no_difference();
    a_mask_in_two_chunks_is_told_by_the_better_one();
    return 0;
}
