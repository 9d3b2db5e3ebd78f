#include <string.h>

#include "model_internal.h"

/* BERT: tanh of the pooler; DistilBERT: ReLU of the pre-classifier. */
static void activate(const mpb_model *model, size_t count, float *x)
{
    if (model->config.family == MPB_BERT) {
        model->nn->rows.tanh(count, x, x);
    } else {
        model->nn->rows.relu(count, x, x);
    }
}

static void activate_backward(const mpb_model *model, size_t count, const float *y, float *dy)
{
    if (model->config.family == MPB_BERT) {
        model->nn->rows.tanh_backward(count, y, dy);
    } else {
        model->nn->rows.relu_backward(count, y, dy);
    }
}

/* x (N, H): one row of each sequence. */
static void drop(const mpb_model *model, float *x)
{
    const mpb_batch *batch = model->pass.batch;
    const int H = model->config.hidden_size;

    if (model->pass.classifier_dropout.threshold == 0) {
        return;
    }
    for (size_t s = 0; s < batch->num_sequences; s++) {
        model->nn->rows.dropout(1, H, model->pass.classifier_dropout, batch->examples[s],
                                SITE_CLASSIFIER, 0, x + s * (size_t)H);
    }
}

void head_forward(mpb_model *model, float *logits)
{
    const mpb_batch *batch = model->pass.batch;
    const workspace *work = &model->work;
    const affine dense = model->tensors.head_dense;
    const affine classifier = model->tensors.classifier;
    const size_t N = batch->num_sequences;
    const int H = model->config.hidden_size;
    const int K = model->config.num_labels;
    const size_t row = (size_t)H;

    for (size_t s = 0; s < N; s++) {
        memcpy(work->cls + s * row, work->hidden + batch->offsets[s] * row, row * sizeof(float));
    }
    linear_forward(model, dense, N, H, H, work->cls, H, work->pooled, H);
    model->nn->rows.add_bias(N, H, model->weights + dense.bias, work->pooled);
    activate(model, N * row, work->pooled);
    memcpy(work->dropped, work->pooled, N * row * sizeof(float));
    drop(model, work->dropped);
    linear_forward(model, classifier, N, K, H, work->dropped, H, logits, K);
    model->nn->rows.add_bias(N, K, model->weights + classifier.bias, logits);
}

static void clear_rows(void *context, size_t task, int thread)
{
    const mpb_model *model = context;
    const row_block *block = &model->work.blocks[task];
    const size_t H = (size_t)model->config.hidden_size;

    (void)thread;
    memset(model->work.dhidden + block->row * H, 0, block->rows * H * sizeof(float));
}

void head_backward(mpb_model *model, const float *dlogits)
{
    const mpb_batch *batch = model->pass.batch;
    const workspace *work = &model->work;
    const affine dense = model->tensors.head_dense;
    const affine classifier = model->tensors.classifier;
    const size_t N = batch->num_sequences;
    const int H = model->config.hidden_size;
    const int K = model->config.num_labels;
    const size_t row = (size_t)H;
    float *dcls = work->dropped; /* free once the classifier's gradient is taken */

    linear_backward_weight(model, classifier, N, K, H, dlogits, K, work->dropped, H);
    linear_backward_input(model, classifier, N, K, H, dlogits, K, 0.0f, work->dpooled, H);
    drop(model, work->dpooled);
    activate_backward(model, N * row, work->pooled, work->dpooled);
    linear_backward_weight(model, dense, N, H, H, work->dpooled, H, work->cls, H);
    linear_backward_input(model, dense, N, H, H, work->dpooled, H, 0.0f, dcls, H);
    mpb_team_run(model->team, model->pass.num_blocks, clear_rows, model);
    for (size_t s = 0; s < N; s++) {
        memcpy(work->dhidden + batch->offsets[s] * row, dcls + s * row, row * sizeof(float));
    }
}
