#pragma once

/* exp, tanh and the normal distribution in float without branches or calls, so that a loop over
 * them becomes vector code. The coefficients come from tests/golden/nn/fit_special.py. */

#include <math.h>
#include <stdint.h>
#include <string.h>

/* 2^n for n in [-126, 127] */
static inline float power_of_two(int n)
{
    uint32_t bits = (uint32_t)(n + 127) << 23;
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Within 2 ulp; 0 below the denormal numbers, infinity above the largest one; NaN stays.
 *
 * exp(x) = 2^n exp(r) with |r| <= ln 2 / 2; the scale is applied in two halves, because 2^n alone
 * may be out of range where the result is not. */
static inline float vector_exp(float x)
{
    const float log2_e = 1.442695041f;
    const float ln2_high = 0.693145752f; /* 15 bits: n times it is exact */
    const float ln2_low = 1.42860677e-6f;
    float below = x > 89.0f ? 89.0f : x;
    float bounded = below < -104.0f ? -104.0f : below;
    int n = (int)(bounded * log2_e + (bounded < 0.0f ? -0.5f : 0.5f));
    float r = (bounded - (float)n * ln2_high) - (float)n * ln2_low;
    float q = 1.381461298e-03f;

    q = q * r + 8.368709843e-03f;
    q = q * r + 4.166838737e-02f;
    q = q * r + 1.666652069e-01f;
    q = q * r + 4.999999345e-01f;
    return (1.0f + (r + r * r * q)) * power_of_two(n >> 1) * power_of_two(n - (n >> 1));
}

/* Within 1.2e-7 of the largest value and 3e-7 of small ones. */
static inline float vector_tanh(float x)
{
    float size = fabsf(x);
    float far_from_0 = 1.0f - 2.0f / (vector_exp(2.0f * size) + 1.0f);
    float s = x * x;
    float q = 2.126227227e-03f;

    q = q * s - 8.159555191e-03f;
    q = q * s + 2.169368122e-02f;
    q = q * s - 5.394552045e-02f;
    q = q * s + 1.333319652e-01f;
    q = q * s - 3.333333057e-01f;
    return size < 0.625f ? x + x * s * q : copysignf(far_from_0, x);
}

/* Phi(u) = erfc(-u / sqrt 2) / 2 and phi(u) = exp(-u^2 / 2) / sqrt(2 pi). */
typedef struct normal_values {
    float cumulative, density;
} normal_values;

/* erfc(x) = exp(-x^2) t q(t), t = 1 / (1 + 0.4 x), for x >= 0: without cancellation, so Phi keeps
 * its relative accuracy far to the left, where GELU multiplies it by a large u. */
static inline normal_values vector_normal(float u)
{
    const float t_slope = 0.282842712f; /* 0.4 / sqrt 2 */
    const float density_at_0 = 0.398942280f;
    float t = 1.0f / (1.0f + t_slope * fabsf(u));
    float e = vector_exp(-0.5f * u * u);
    float q = -2.921502523e-02f;
    float tail;

    q = q * t + 1.404462541e-01f;
    q = q * t - 2.355262722e-01f;
    q = q * t + 1.375602609e-01f;
    q = q * t - 4.689437022e-02f;
    q = q * t + 8.391606552e-02f;
    q = q * t + 1.190083817e-01f;
    q = q * t + 1.717392749e-01f;
    q = q * t + 2.076137294e-01f;
    q = q * t + 2.256758602e-01f;
    q = q * t + 2.256758348e-01f;
    tail = 0.5f * e * t * q;
    return (normal_values){u < 0.0f ? tail : 1.0f - tail, e * density_at_0};
}
