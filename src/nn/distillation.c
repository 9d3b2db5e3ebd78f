#include <math.h>

#include "nn_internal.h"
#include "vector_math.h"

/* A row of logits by its largest one: exp((x_j - top) scale). */
typedef struct soft_row {
    const float *x;
    float top;
    float scale; /* 1 / temperature */
    double sum;  /* of these */
} soft_row;

static soft_row soft_row_of(int K, float temperature, const float *x)
{
    soft_row row = {.x = x, .top = vector_largest(K, x), .scale = 1.0f / temperature};
    double sum = 0.0;

#pragma omp simd reduction(+ : sum)
    for (int j = 0; j < K; j++) {
        sum += (double)vector_exp((x[j] - row.top) * row.scale);
    }
    row.sum = sum;
    return row;
}

/* sum_j p_j (log p_j - log q_j) */
static double divergence(int K, const soft_row *p, const soft_row *q)
{
    double sum = 0.0;

#pragma omp simd reduction(+ : sum)
    for (int j = 0; j < K; j++) {
        const float a = (p->x[j] - p->top) * p->scale;
        const float b = (q->x[j] - q->top) * q->scale;

        sum += (double)vector_exp(a) * ((double)a - (double)b);
    }
    return sum / p->sum - log(p->sum) + log(q->sum);
}

double MPB_ISA_NAME(mpb_loss_divergence)(int K, float temperature, const float *teacher,
                                         float weight, const float *logits, float *dlogits)
{
    const double T = (double)temperature;
    const soft_row p = soft_row_of(K, temperature, teacher);
    const soft_row q = soft_row_of(K, temperature, logits);
    const double loss = T * T * divergence(K, &p, &q);

    if (dlogits != NULL) {
        const float on_p = (float)((double)weight * T / p.sum);
        const float on_q = (float)((double)weight * T / q.sum);

#pragma omp simd
        for (int j = 0; j < K; j++) {
            dlogits[j] = on_q * vector_exp((logits[j] - q.top) * q.scale) -
                         on_p * vector_exp((teacher[j] - p.top) * p.scale);
        }
    }
    return loss;
}

/* log(1 + exp(-x)) */
static inline double softplus_of_negative(float x)
{
    const double below = x < 0.0f ? -(double)x : 0.0;

    return below + (double)vector_log1p(vector_exp(-fabsf(x)));
}

/* p and 1 - p of p = sigmoid(x), neither of them a difference. */
static inline float sigmoid(float x, float *rest)
{
    const float e = vector_exp(-fabsf(x));
    const float far = 1.0f / (1.0f + e);
    const float near = e * far;

    *rest = x < 0.0f ? far : near;
    return x < 0.0f ? near : far;
}

/* Of a = teacher / T and b = logits / T, where log q = -softplus(-b) and log (1 - q) = -b - softplus(-b):
 *
 *     p (log p - log q) + (1 - p) (log (1 - p) - log (1 - q))
 *         = softplus(-b) - softplus(-a) + (1 - p) (b - a)
 */
double MPB_ISA_NAME(mpb_loss_binary_divergence)(int K, float temperature, const float *teacher,
                                                float weight, const float *logits, float *dlogits)
{
    const float scale = 1.0f / temperature;
    double sum = 0.0;

#pragma omp simd reduction(+ : sum)
    for (int j = 0; j < K; j++) {
        const float a = teacher[j] * scale;
        const float b = logits[j] * scale;
        float rest;

        (void)sigmoid(a, &rest);
        sum += softplus_of_negative(b) - softplus_of_negative(a) +
               (double)rest * ((double)b - (double)a);
    }
    if (dlogits != NULL) {
        const float on_each = weight * temperature / (float)K;

#pragma omp simd
        for (int j = 0; j < K; j++) {
            float rest;

            dlogits[j] =
                on_each * (sigmoid(logits[j] * scale, &rest) - sigmoid(teacher[j] * scale, &rest));
        }
    }
    return (double)temperature * (double)temperature * sum / K;
}
