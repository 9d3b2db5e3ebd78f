#include <string.h>

#include "model_internal.h"

size_t head_max_rows(const mpb_model_limits *limits)
{
    return limits->max_sequences;
}

void head_choose_rows(const mpb_batch *batch, row_set *rows)
{
    rows->num_rows = batch->num_sequences;
    for (size_t s = 0; s < batch->num_sequences; s++) {
        rows->offsets[s] = s;
        rows->positions[s] = 0;
    }
    rows->offsets[batch->num_sequences] = batch->num_sequences;
}

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
    const workspace *work = &model->work;
    const affine dense = model->tensors.head_dense;
    const affine classifier = model->tensors.classifier;
    const size_t N = model->pass.batch->num_sequences;
    const int H = model->config.hidden_size;
    const int K = model->config.num_labels;
    const size_t row = (size_t)H;

    linear_forward(model, dense, N, H, H, plain_input(work->hidden, H),
                   stored_floats(work->pooled, H));
    activate(model, N * row, work->pooled);
    memcpy(work->dropped, work->pooled, N * row * sizeof(float));
    drop(model, work->dropped);
    linear_forward(model, classifier, N, K, H, plain_input(work->dropped, H),
                   stored_floats(logits, K));
}

void head_backward(mpb_model *model, const float *dlogits)
{
    const workspace *work = &model->work;
    const affine dense = model->tensors.head_dense;
    const affine classifier = model->tensors.classifier;
    const size_t N = model->pass.batch->num_sequences;
    const int H = model->config.hidden_size;
    const int K = model->config.num_labels;
    const linear_input dpooled = plain_input(work->dpooled, H);

    linear_backward_weight(model, classifier, N, K, H, plain_input(dlogits, K),
                           plain_input(work->dropped, H));
    linear_backward_input(model, classifier, N, K, H, plain_input(dlogits, K), 0.0f, work->dpooled,
                          H);
    drop(model, work->dpooled);
    activate_backward(model, N * (size_t)H, work->pooled, work->dpooled);
    linear_backward_weight(model, dense, N, H, H, dpooled, plain_input(work->hidden, H));
    linear_backward_input(model, dense, N, H, H, dpooled, 0.0f, work->dhidden, H);
}
