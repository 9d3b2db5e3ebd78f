#include <string.h>

#include "head.h"

void row_set_lay_out(size_t max_sequences, size_t max_rows, size_t max_blocks, mpb_arena *arena,
                     row_set *rows)
{
    rows->offsets = mpb_arena_take(arena, (max_sequences + 1) * sizeof(*rows->offsets));
    rows->positions = mpb_arena_take(arena, max_rows * sizeof(*rows->positions));
    rows->blocks = mpb_arena_take(arena, max_blocks * sizeof(*rows->blocks));
}

/* How many rows from `row` on are neighbours, up to a block. */
static size_t neighbours(const row_set *rows, size_t row, size_t end)
{
    const uint32_t first = rows->positions[row];
    size_t count = 1;

    while (count < ROW_BLOCK && row + count < end &&
           rows->positions[row + count] == first + (uint32_t)count) {
        count++;
    }
    return count;
}

void row_set_fill_blocks(size_t num_sequences, row_set *rows)
{
    rows->num_blocks = 0;
    for (size_t s = 0; s < num_sequences; s++) {
        size_t row = rows->offsets[s];

        while (row < rows->offsets[s + 1]) {
            const row_block block = {.sequence = s,
                                     .row = row,
                                     .rows = neighbours(rows, row, rows->offsets[s + 1]),
                                     .position = rows->positions[row]};

            rows->blocks[rows->num_blocks++] = block;
            row += block.rows;
        }
    }
}

const row_set *row_set_of_layer(const mpb_model *model, int layer)
{
    const bool last = layer + 1 == model->config.num_hidden_layers;

    return last && !head_reads_all_rows(model->head) ? &model->work.outputs : &model->work.tokens;
}

/* Rows between an array of all tokens and one of a row set. */
typedef struct row_move {
    const mpb_model *model;
    const row_set *rows;
    const float *from;
    float *to;
} row_move;

/* Where a block's rows are in an array of all tokens. */
static size_t token_row(const row_move *move, const row_block *block)
{
    return move->model->pass.batch->offsets[block->sequence] + block->position;
}

static void gather_block(void *context, size_t task, int thread)
{
    const row_move *move = context;
    const row_block *block = &move->rows->blocks[task];
    const size_t H = (size_t)move->model->config.hidden_size;

    (void)thread;
    memcpy(move->to + block->row * H, move->from + token_row(move, block) * H,
           block->rows * H * sizeof(*move->to));
}

static void add_block(void *context, size_t task, int thread)
{
    const row_move *move = context;
    const row_block *block = &move->rows->blocks[task];
    const size_t H = (size_t)move->model->config.hidden_size;

    (void)thread;
    move->model->nn->rows.add(block->rows * H, move->from + block->row * H,
                              move->to + token_row(move, block) * H);
}

void row_set_gather(const mpb_model *model, const row_set *rows, const float *x, float *some)
{
    row_move move = {.model = model, .rows = rows, .from = x, .to = some};

    mpb_team_run(model->team, rows->num_blocks, gather_block, &move);
}

void row_set_add(const mpb_model *model, const row_set *rows, const float *some, float *x)
{
    row_move move = {.model = model, .rows = rows, .from = some, .to = x};

    mpb_team_run(model->team, rows->num_blocks, add_block, &move);
}
