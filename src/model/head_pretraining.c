/* BERT's first task: masked words, and whether a sequence's second text follows its first one. It
 * reads the chosen rows and the first row of each sequence, which may be one of them. */

#include <string.h>

#include "head.h"

enum { FOLLOWS = 2 }; /* outputs: it does, it does not */

static bool chooses_first(const mpb_batch *batch, size_t s)
{
    return head_num_chosen(batch, s) > 0 && head_chosen_at(batch, s, 0) == 0;
}

static void choose_rows(const mpb_batch *batch, row_set *rows)
{
    rows->num_rows = 0;
    for (size_t s = 0; s < batch->num_sequences; s++) {
        rows->offsets[s] = rows->num_rows;
        rows->positions[rows->num_rows++] = 0;
        for (size_t i = chooses_first(batch, s); i < head_num_chosen(batch, s); i++) {
            rows->positions[rows->num_rows++] = head_chosen_at(batch, s, i);
        }
    }
    rows->offsets[batch->num_sequences] = rows->num_rows;
}

/* The chosen rows of sequence s, neighbours among all that are read. */
static size_t first_chosen(const mpb_model *model, size_t s)
{
    return model->work.outputs.offsets[s] + !chooses_first(model->pass.batch, s);
}

/* words (R, H) and first (N, H) = their rows of hidden; R. */
static size_t part_rows(mpb_model *model)
{
    const mpb_batch *batch = model->pass.batch;
    const head_memory *memory = &model->work.head;
    const size_t H = (size_t)model->config.hidden_size;
    const float *hidden = model->work.hidden;
    size_t R = 0;

    for (size_t s = 0; s < batch->num_sequences; s++) {
        const size_t count = head_num_chosen(batch, s);

        memcpy(memory->first + s * H, hidden + model->work.outputs.offsets[s] * H,
               H * sizeof(*hidden));
        memcpy(memory->words + R * H, hidden + first_chosen(model, s) * H,
               count * H * sizeof(*hidden));
        R += count;
    }
    return R;
}

/* dhidden = the gradients in words and first, added where a row is in both. */
static void join_rows(mpb_model *model)
{
    const mpb_batch *batch = model->pass.batch;
    const head_memory *memory = &model->work.head;
    const size_t H = (size_t)model->config.hidden_size;
    float *dhidden = model->work.dhidden;
    size_t R = 0;

    memset(dhidden, 0, model->work.outputs.num_rows * H * sizeof(*dhidden));
    for (size_t s = 0; s < batch->num_sequences; s++) {
        const size_t count = head_num_chosen(batch, s);

        memcpy(dhidden + first_chosen(model, s) * H, memory->words + R * H,
               count * H * sizeof(*dhidden));
        model->nn->rows.add(H, memory->first + s * H, dhidden + model->work.outputs.offsets[s] * H);
        R += count;
    }
}

static void forward(mpb_model *model)
{
    const head_memory *memory = &model->work.head;
    const size_t R = part_rows(model);

    words_forward(model, R, memory->words);
    pooled_forward(model, memory->first, FOLLOWS, memory->follows);
    head_offer(model, R, model->pass.batch->num_sequences, memory->follows);
}

static void backward(mpb_model *model)
{
    const mpb_batch *batch = model->pass.batch;
    const head_memory *memory = &model->work.head;
    size_t R = 0;

    for (size_t s = 0; s < batch->num_sequences; s++) {
        R += head_num_chosen(batch, s);
    }
    words_backward(model, R, memory->words, memory->words);
    pooled_backward(model, memory->first, FOLLOWS, memory->follows, memory->first);
    join_rows(model);
}

static void lay_out(const mpb_model_config *config, const mpb_model_limits *limits, size_t K,
                    mpb_arena *arena, head_memory *memory)
{
    const size_t N = limits->max_sequences;
    const size_t row = (size_t)config->hidden_size * sizeof(float);

    words_lay_out(config, limits, K, arena, memory);
    pooled_lay_out(config, limits, arena, memory);
    memory->words = mpb_arena_take(arena, as_many_as_tokens(limits) * row);
    memory->first = mpb_arena_take(arena, N * row);
    memory->follows = mpb_arena_take(arena, N * FOLLOWS * sizeof(*memory->follows));
}

static void add_parameters(parameter_builder *to)
{
    words_add_parameters(to);
    parameters_add_pooler(to);
    parameters_add_output(to, to->family->names.next_sentence, FOLLOWS);
}

static double flops(const mpb_model_config *config, double rows)
{
    return words_flops(config, rows) + pooled_flops(config, FOLLOWS);
}

const head HEAD_PRETRAINING = {
    .facts = {.class_name = "ForPreTraining",
              .judges_next = true,
              .uses_all_words = true,
              .rows = MPB_ROWS_CHOSEN,
              .whole_width = FOLLOWS},
    .width = head_num_words,
    .add_parameters = add_parameters,
    .max_rows = as_many_as_tokens,
    .choose_rows = choose_rows,
    .lay_out = lay_out,
    .flops = flops,
    .forward = forward,
    .backward = backward,
};
