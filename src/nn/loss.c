#include <assert.h>
#include <math.h>

#include "nn_internal.h"
#include "vector_math.h"

/* sum_j exp(x_j - top) */
static double sum_exp(int K, float top, const float *x)
{
    double sum = 0.0;

#pragma omp simd reduction(+ : sum)
    for (int j = 0; j < K; j++) {
        sum += (double)vector_exp(x[j] - top);
    }
    return sum;
}

/* The same, and e_j = exp(x_j - top); e may be x. */
static double store_exp(int K, float top, const float *x, float *e)
{
    double sum = 0.0;

#pragma omp simd reduction(+ : sum)
    for (int j = 0; j < K; j++) {
        e[j] = vector_exp(x[j] - top);
        sum += (double)e[j];
    }
    return sum;
}

static void scale_by(int K, float factor, float *x)
{
#pragma omp simd
    for (int j = 0; j < K; j++) {
        x[j] *= factor;
    }
}

static double sum_of(int K, const float *x)
{
    double sum = 0.0;

#pragma omp simd reduction(+ : sum)
    for (int j = 0; j < K; j++) {
        sum += (double)x[j];
    }
    return sum;
}

static double dot(int K, const float *x, const float *y)
{
    double sum = 0.0;

#pragma omp simd reduction(+ : sum)
    for (int j = 0; j < K; j++) {
        sum += (double)x[j] * (double)y[j];
    }
    return sum;
}

/* The targets of a row: on_label for the label and, beside it, on_each * class_weights[j] for each
 * class j. They sum to `total`. */
typedef struct row_targets {
    const float *class_weights; /* NULL: all 1 */
    double on_label, on_each;
    double total;
} row_targets;

static row_targets targets_of(int K, int label, float smoothing, const float *class_weights)
{
    row_targets targets = {.class_weights = class_weights,
                           .on_label = 1.0 - (double)smoothing,
                           .on_each = (double)smoothing / K,
                           .total = 1.0};

    if (class_weights != NULL) {
        targets.on_label *= (double)class_weights[label];
        targets.total = targets.on_label + targets.on_each * sum_of(K, class_weights);
    }
    return targets;
}

/* Without smoothing a logit of minus infinity is nobody's target, and 0 times it would be NaN. */
static double dot_with_targets(const row_targets *targets, int K, int label, const float *logits)
{
    const double at_label = targets->on_label * (double)logits[label];

    if (targets->on_each == 0.0) {
        return at_label;
    }
    return at_label + targets->on_each * (targets->class_weights == NULL
                                              ? sum_of(K, logits)
                                              : dot(K, targets->class_weights, logits));
}

static void subtract_targets(const row_targets *targets, int K, int label, float weight,
                             float *dlogits)
{
    const float *class_weights = targets->class_weights;
    const float each = weight * (float)targets->on_each;

    if (each != 0.0f) {
#pragma omp simd
        for (int j = 0; j < K; j++) {
            dlogits[j] -= class_weights == NULL ? each : each * class_weights[j];
        }
    }
    dlogits[label] -= weight * (float)targets->on_label;
}

double MPB_ISA_NAME(mpb_loss_cross_entropy)(int K, int label, float smoothing,
                                            const float *class_weights, float weight,
                                            const float *logits, float *dlogits)
{
    const row_targets targets = targets_of(K, label, smoothing, class_weights);
    const float top = vector_largest(K, logits);
    double on_targets;
    double sum;

    assert(label >= 0 && label < K);
    on_targets = dot_with_targets(&targets, K, label, logits);
    if (dlogits == NULL) {
        sum = sum_exp(K, top, logits);
    } else {
        sum = store_exp(K, top, logits, dlogits);
        scale_by(K, (float)((double)weight * targets.total / sum), dlogits);
        subtract_targets(&targets, K, label, weight, dlogits);
    }
    return targets.total * ((double)top + log(sum)) - on_targets;
}

void MPB_ISA_NAME(mpb_loss_softmax)(int K, const float *logits, float *p)
{
    const double sum = store_exp(K, vector_largest(K, logits), logits, p);

    scale_by(K, (float)(1.0 / sum), p);
}

/* PyTorch's terms, which decide what becomes of infinite logits:
 *
 *     (1 - t) x + (1 + (w - 1) t) log(1 + exp(-x))
 */
static double binary_loss(int K, const float *targets, float smoothing,
                          const float *positive_weights, const float *logits)
{
    double sum = 0.0;

#pragma omp simd reduction(+ : sum)
    for (int j = 0; j < K; j++) {
        const double x = (double)logits[j];
        const double w = positive_weights == NULL ? 1.0 : (double)positive_weights[j];
        const double t = (1.0 - (double)smoothing) * (double)targets[j] + 0.5 * (double)smoothing;
        const double below = x < 0.0 ? -x : 0.0;

        sum += (1.0 - t) * x + (1.0 + (w - 1.0) * t) *
                                   (below + (double)vector_log1p(vector_exp(-fabsf(logits[j]))));
    }
    return sum;
}

/* (1 - t) p - w t (1 - p) for p = sigmoid(x), of which neither p nor 1 - p is a difference. */
static void binary_gradient(int K, const float *targets, float smoothing,
                            const float *positive_weights, float scale, const float *logits,
                            float *dlogits)
{
#pragma omp simd
    for (int j = 0; j < K; j++) {
        const float w = positive_weights == NULL ? 1.0f : positive_weights[j];
        const float t = (1.0f - smoothing) * targets[j] + 0.5f * smoothing;
        const float e = vector_exp(-fabsf(logits[j]));
        const float far = 1.0f / (1.0f + e);
        const float near = e * far;
        const float p = logits[j] < 0.0f ? near : far;
        const float rest = logits[j] < 0.0f ? far : near;

        dlogits[j] = scale * ((1.0f - t) * p - w * t * rest);
    }
}

double MPB_ISA_NAME(mpb_loss_binary_cross_entropy)(int K, const float *targets, float smoothing,
                                                   const float *positive_weights, float weight,
                                                   const float *logits, float *dlogits)
{
    const double loss = binary_loss(K, targets, smoothing, positive_weights, logits) / K;

    if (dlogits != NULL) {
        binary_gradient(K, targets, smoothing, positive_weights, weight / (float)K, logits,
                        dlogits);
    }
    return loss;
}

double MPB_ISA_NAME(mpb_loss_squared_error)(int K, const float *targets, float weight,
                                            const float *outputs, float *doutputs)
{
    const float scale = 2.0f * weight / (float)K;
    double sum = 0.0;

#pragma omp simd reduction(+ : sum)
    for (int j = 0; j < K; j++) {
        const double difference = (double)outputs[j] - (double)targets[j];

        sum += difference * difference;
    }
    if (doutputs != NULL) {
#pragma omp simd
        for (int j = 0; j < K; j++) {
            doutputs[j] = scale * (outputs[j] - targets[j]);
        }
    }
    return sum / K;
}
