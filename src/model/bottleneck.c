#include "bottleneck.h"

#include "activation.h"

static int size_of(const mpb_model *model)
{
    return (int)model->config.bottleneck.size;
}

static activation activation_of(const mpb_model *model, const bottleneck *adapter)
{
    return (activation){.nn = model->nn,
                        .kind = adapter->kind == MPB_HOULSBY ? ACTIVATION_SILU : ACTIVATION_RELU,
                        .u = adapter->saved.u};
}

void bottleneck_read(const mpb_model *model, const bottleneck *adapter, size_t rows, const float *z)
{
    const int H = model->config.hidden_size;

    linear_forward(model, adapter->tensors.down, rows, size_of(model), H, plain_input(z, H),
                   adapter->saved.u);
}

void bottleneck_add(const mpb_model *model, const bottleneck *adapter, size_t rows, float *y)
{
    const int H = model->config.hidden_size;
    activation u = activation_of(model, adapter);

    linear_forward_add(model, adapter->tensors.up, rows, H, size_of(model), activated(&u), y);
}

void bottleneck_backward(const mpb_model *model, const bottleneck *adapter, size_t rows,
                         const float *d, linear_input z)
{
    const bottleneck_tensors *tensors = &adapter->tensors;
    const int H = model->config.hidden_size;
    const int size = size_of(model);
    const linear_input d_out = plain_input(d, H);
    activation u = activation_of(model, adapter);

    linear_backward_weight(model, tensors->up, rows, H, size, d_out, activated(&u));
    linear_backward_through(model, tensors->up, rows, H, size, d_out, activation_backward(&u));
    linear_backward_weight(model, tensors->down, rows, size, H, stored_input(u.u), z);
}

void bottleneck_backward_input(const mpb_model *model, const bottleneck *adapter, size_t rows,
                               float beta, float *dz)
{
    const int H = model->config.hidden_size;

    linear_backward_input(model, adapter->tensors.down, rows, size_of(model), H,
                          stored_input(adapter->saved.u), beta, dz, H);
}
