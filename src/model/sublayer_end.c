#include "sublayer_end.h"

#include <string.h>

#include "bottleneck.h"

/* One pass over the rows, a block a task. */
typedef struct end_job {
    const sublayer_end *end;
    float *residual; /* or its gradient, that of the output at first */
    float *y;        /* or the gradient before the dropout */
} end_job;

typedef struct end_block {
    const sublayer_end *end;
    const row_block *rows;
    size_t count; /* values */
    float *residual, *y;
} end_block;

static end_block block_of(const void *context, size_t task)
{
    const end_job *job = context;
    const row_block *rows = &job->end->rows->blocks[task];
    const size_t H = (size_t)job->end->model->config.hidden_size;

    return (end_block){.end = job->end,
                       .rows = rows,
                       .count = rows->rows * H,
                       .residual = job->residual + rows->row * H,
                       .y = job->y + rows->row * H};
}

static void run_blocks(const sublayer_end *end, mpb_task_fn *task, float *residual, float *y)
{
    end_job job = {.end = end, .residual = residual, .y = y};

    mpb_team_run(end->model->team, end->rows->num_blocks, task, &job);
}

static void drop(const end_block *block)
{
    drop_rows(block->end->model, block->rows, block->end->dropout, block->end->site, block->y);
}

static void add_residual(const end_block *block)
{
    block->end->model->nn->rows.add(block->count, block->residual, block->y);
}

static void normalise(const end_block *block)
{
    const sublayer_end *end = block->end;
    const size_t row = block->rows->row;

    norm_forward(end->model, end->norm, block->rows->rows, block->y, stored_from(end->xhat, row, 0),
                 end->rstd + row);
}

static void forward_plain(void *context, size_t task, int thread)
{
    const end_block block = block_of(context, task);

    (void)thread;
    drop(&block);
    add_residual(&block);
    normalise(&block);
}

/* h is kept where a backward follows. */
static void enter_houlsby(void *context, size_t task, int thread)
{
    const end_block block = block_of(context, task);
    const stored_rows kept = block.end->adapter.saved.input;

    (void)thread;
    drop(&block);
    if (kept.x != NULL) {
        stored_keep(block.end->model->nn, stored_from(kept, block.rows->row, 0), block.count,
                    block.y);
    }
}

static void leave_houlsby(void *context, size_t task, int thread)
{
    const end_block block = block_of(context, task);

    (void)thread;
    add_residual(&block);
    normalise(&block);
}

/* z takes the residual's place. */
static void enter_pfeiffer(void *context, size_t task, int thread)
{
    const end_block block = block_of(context, task);
    const sublayer_end *end = block.end;
    const bottleneck_saved *saved = &end->adapter.saved;
    const size_t row = block.rows->row;

    (void)thread;
    drop(&block);
    add_residual(&block);
    memcpy(block.residual, block.y, block.count * sizeof(*block.y));
    norm_forward(end->model, end->norm, block.rows->rows, block.residual,
                 stored_from(saved->input, row, 0), saved->rstd + row);
}

static void leave_pfeiffer(void *context, size_t task, int thread)
{
    const end_block block = block_of(context, task);

    (void)thread;
    normalise(&block);
}

void sublayer_end_again(const sublayer_end *end, float *residual, float *y)
{
    const bool houlsby = end->adapter.kind == MPB_HOULSBY;

    run_blocks(end, houlsby ? enter_houlsby : enter_pfeiffer, residual, y);
    bottleneck_read(end->model, &end->adapter, end->rows->num_rows, houlsby ? y : residual);
}

void sublayer_end_forward(const sublayer_end *end, float *residual, float *y)
{
    if (end->adapter.kind == MPB_NO_BOTTLENECK) {
        run_blocks(end, forward_plain, residual, y);
        return;
    }
    sublayer_end_again(end, residual, y);
    bottleneck_add(end->model, &end->adapter, end->rows->num_rows, y);
    run_blocks(end, end->adapter.kind == MPB_HOULSBY ? leave_houlsby : leave_pfeiffer, residual, y);
}

/* d becomes the gradient of what was normalised, and `dropped` a copy. */
static void unnormalise(const end_block *block)
{
    const sublayer_end *end = block->end;
    const size_t row = block->rows->row;

    norm_backward(end->model, end->norm, block->rows->rows, stored_from(end->xhat, row, 0),
                  end->rstd + row, block->residual, block->y);
    memcpy(block->y, block->residual, block->count * sizeof(*block->y));
}

static void backward_plain(void *context, size_t task, int thread)
{
    const end_block block = block_of(context, task);

    (void)thread;
    unnormalise(&block);
    drop(&block);
}

static void backward_leave(void *context, size_t task, int thread)
{
    const end_block block = block_of(context, task);

    (void)thread;
    unnormalise(&block);
}

static void backward_enter_houlsby(void *context, size_t task, int thread)
{
    const end_block block = block_of(context, task);

    (void)thread;
    drop(&block);
}

/* `dropped` is the gradient of z. */
static void backward_enter_pfeiffer(void *context, size_t task, int thread)
{
    const end_block block = block_of(context, task);
    const sublayer_end *end = block.end;
    const bottleneck_saved *saved = &end->adapter.saved;
    const size_t row = block.rows->row;
    const size_t H = (size_t)end->model->config.hidden_size;

    (void)thread;
    norm_backward(end->model, end->norm, block.rows->rows, stored_from(saved->input, row, 0),
                  saved->rstd + row, block.y, end->model->work.hidden + row * H);
    end->model->nn->rows.add(block.count, block.y, block.residual);
    memcpy(block.y, block.residual, block.count * sizeof(*block.y));
    drop(&block);
}

static void backward_houlsby(const sublayer_end *end, float *d, float *dropped)
{
    const mpb_model *model = end->model;
    const size_t R = end->rows->num_rows;

    bottleneck_backward(model, &end->adapter, R, d, stored_input(end->adapter.saved.input));
    if (!sublayer_end_is_lowest(end)) {
        bottleneck_backward_input(model, &end->adapter, R, 1.0f, dropped);
        run_blocks(end, backward_enter_houlsby, d, dropped);
    }
}

static void backward_pfeiffer(const sublayer_end *end, float *d, float *dropped)
{
    const mpb_model *model = end->model;
    const size_t R = end->rows->num_rows;
    norm_output z = {model, end->norm, end->adapter.saved.input};

    bottleneck_backward(model, &end->adapter, R, d, norm_output_input(&z));
    if (!sublayer_end_is_lowest(end)) {
        bottleneck_backward_input(model, &end->adapter, R, 0.0f, dropped);
        run_blocks(end, backward_enter_pfeiffer, d, dropped);
    }
}

void sublayer_end_backward(const sublayer_end *end, float *d, float *dropped)
{
    if (end->adapter.kind == MPB_NO_BOTTLENECK) {
        norm_backward_params(end->model, end->norm, end->rows->num_rows, d, end->xhat);
        run_blocks(end, backward_plain, d, dropped);
        return;
    }
    run_blocks(end, backward_leave, d, dropped);
    if (end->adapter.kind == MPB_HOULSBY) {
        backward_houlsby(end, d, dropped);
    } else {
        backward_pfeiffer(end, d, dropped);
    }
}

bool sublayer_end_is_lowest(const sublayer_end *end)
{
    return end->adapter.kind != MPB_NO_BOTTLENECK && !trains_below(end->model, end->part);
}
