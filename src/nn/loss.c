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

static double sum_of(int K, const float *x)
{
    double sum = 0.0;

#pragma omp simd reduction(+ : sum)
    for (int j = 0; j < K; j++) {
        sum += (double)x[j];
    }
    return sum;
}

double MPB_ISA_NAME(mpb_loss_cross_entropy)(int K, int label, float smoothing, float weight,
                                            const float *logits, float *dlogits)
{
    float top = vector_largest(K, logits);
    double sum = sum_exp(K, top, logits);
    double on_label = 1.0 - (double)smoothing;
    double on_each = (double)smoothing / K;
    double loss;

    assert(label >= 0 && label < K);

    loss = (double)top + log(sum) - on_label * (double)logits[label] - on_each * sum_of(K, logits);
    if (dlogits != NULL) {
        float scale = (float)(1.0 / sum);
        float target = (float)on_each;

#pragma omp simd
        for (int j = 0; j < K; j++) {
            dlogits[j] = weight * (vector_exp(logits[j] - top) * scale - target);
        }
        dlogits[label] -= weight * (float)on_label;
    }
    return loss;
}

void MPB_ISA_NAME(mpb_loss_softmax)(int K, const float *logits, float *p)
{
    float top = vector_largest(K, logits);
    float scale = (float)(1.0 / sum_exp(K, top, logits));

#pragma omp simd
    for (int j = 0; j < K; j++) {
        p[j] = vector_exp(logits[j] - top) * scale;
    }
}
