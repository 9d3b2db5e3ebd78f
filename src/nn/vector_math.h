#pragma once

/* exp, log1p, tanh and the normal distribution in float without branches or calls, so that a loop over
 * them becomes vector code. The coefficients come from tests/golden/nn/fit_special.py. */

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t bits_of(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float float_of(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* 2^n for n in [-126, 127] */
static inline float power_of_two(int32_t n)
{
    return float_of((uint32_t)(n + 127) << 23);
}

/* Within 1 ulp; 0 below the denormal numbers, infinity above the largest one; NaN stays.
 *
 * exp(x) = 2^n exp(r) with |r| <= ln 2 / 2; the scale is applied in two halves, because 2^n alone
 * may be out of range where the result is not. Adding 1.5 * 2^23 rounds to an integer and leaves it
 * in the low bits: needs sums in the order written (see CMakeLists.txt). */
static inline float vector_exp(float x)
{
    const float log2_e = 1.442695041f;
    const float ln2_high = 0.693145752f; /* 15 bits: n times it is exact */
    const float ln2_low = 1.42860677e-6f;
    const float to_integer = 12582912.0f;
    float below = x > 89.0f ? 89.0f : x;
    float bounded = below < -104.0f ? -104.0f : below;
    float shifted = bounded * log2_e + to_integer;
    float rounded = shifted - to_integer;
    int32_t n = (int32_t)((bits_of(shifted) & 0x1FFu) ^ 0x100u) - 0x100; /* 9 bits with sign */
    float r = (bounded - rounded * ln2_high) - rounded * ln2_low;
    float q = 1.381461298e-03f;

    q = q * r + 8.368709843e-03f;
    q = q * r + 4.166838737e-02f;
    q = q * r + 1.666652069e-01f;
    q = q * r + 4.999999345e-01f;
    return (1.0f + (r + r * r * q)) * power_of_two(n >> 1) * power_of_two(n - (n >> 1));
}

/* The same for x <= 0, where softmax is, within 2 ulp too: below -86 it stays at exp(-86), 4.5e-38,
 * so that the scale never leaves the range and can be added to the exponent. NaN stays. */
static inline float vector_exp_of_negative(float x)
{
    const float log2_e = 1.442695041f;
    const float ln2_high = 0.693145752f;
    const float ln2_low = 1.42860677e-6f;
    const float to_integer = 12582912.0f;
    float bounded = x < -86.0f ? -86.0f : x;
    float shifted = bounded * log2_e + to_integer;
    float rounded = shifted - to_integer;
    float r = (bounded - rounded * ln2_high) - rounded * ln2_low;
    float q = 1.381461298e-03f;

    q = q * r + 8.368709843e-03f;
    q = q * r + 4.166838737e-02f;
    q = q * r + 1.666652069e-01f;
    q = q * r + 4.999999345e-01f;
    return float_of(bits_of(1.0f + (r + r * r * q)) + (bits_of(shifted) << 23));
}

static inline int32_t ordered(uint32_t bits)
{
    return (int32_t)(bits ^ ((uint32_t)((int32_t)bits >> 31) & 0x7FFFFFFFu));
}

/* The largest of `count` > 0 numbers. Compares them as integers in the same order, because a float
 * maximum becomes vector code only where NaN may be forgotten; here NaN is ignored (sign set) or
 * wins (sign clear). */
static inline float vector_largest(int count, const float *x)
{
    int32_t top = ordered(bits_of(x[0]));

#pragma omp simd reduction(max : top)
    for (int i = 0; i < count; i++) {
        int32_t key = ordered(bits_of(x[i]));

        top = key > top ? key : top;
    }
    return float_of((uint32_t)ordered((uint32_t)top));
}

/* log(1 + e) for e in [0, 1], within 1.97 ulp: 2 artanh(s) with s = e / (2 + e) <= 1/3, whose series
 * is cut off behind s^13 / 13. */
static inline float vector_log1p(float e)
{
    const float s = e / (2.0f + e);
    const float square = s * s;
    float q = 1.0f / 13.0f;

    q = q * square + 1.0f / 11.0f;
    q = q * square + 1.0f / 9.0f;
    q = q * square + 1.0f / 7.0f;
    q = q * square + 1.0f / 5.0f;
    q = q * square + 1.0f / 3.0f;
    return 2.0f * (s + s * square * q);
}

/* Within 1.34 ulp. */
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

/* Near 0 an odd polynomial; elsewhere erfc(x) = exp(-x^2) t q(t), t = 1 / (1 + x / 2), x >= 0:
 * without cancellation, so Phi keeps its relative accuracy far to the left, where GELU multiplies
 * it by a large u: within 3.3 ulp for u >= -1, 68 ulp at -12. Absolute error below 9e-8. */
static inline normal_values vector_normal(float u)
{
    const float t_slope = 0.353553391f; /* 1 / (2 sqrt 2) */
    const float density_at_0 = 0.398942280f;
    float size = fabsf(u);
    float square = u * u;
    float t = 1.0f / (1.0f + t_slope * size);
    float e = vector_exp(-0.5f * square);
    float c = 9.206294256e-05f;
    float q = 8.942988518e-02f;
    float near, tail, far;

    c = c * square - 1.164533566e-03f;
    c = c * square + 9.963626683e-03f;
    c = c * square - 6.648860059e-02f;
    c = c * square + 3.989421909e-01f;
    near = 0.5f + u * c;

    q = q * t - 2.178585495e-01f;
    q = q * t + 7.659139006e-02f;
    q = q * t + 6.199165247e-02f;
    q = q * t + 1.794437629e-01f;
    q = q * t + 2.466126882e-01f;
    q = q * t + 2.821006571e-01f;
    q = q * t + 2.820947656e-01f;
    tail = 0.5f * e * t * q;
    far = u < 0.0f ? tail : 1.0f - tail;
    return (normal_values){size < 1.0f ? near : far, e * density_at_0};
}
