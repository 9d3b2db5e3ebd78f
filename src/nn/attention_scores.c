#include "attention_scores.h"

#include <math.h>

#include "vector_math.h"
#include "vector_philox.h"

enum { LANES = MPB_SMALL_LANES, WIDTH = MPB_SMALL_WIDTH };

/* Works on one vector of queries; `drops` is a constant. */
#define LANES_INLINE static inline __attribute__((always_inline))

/* The random bits of a vector of queries. */
typedef struct lane_draw {
    mpb_dropout dropout;
    philox_row row; /* but the position, which is the lane's */
    uint32_t position[LANES];
} lane_draw;

static int count_of(const query_block *block, int lane)
{
    return block->rows - lane < LANES ? block->rows - lane : LANES;
}

static lane_draw draw_of(const query_block *block, int lane)
{
    const mpb_attention_task *task = block->task;
    lane_draw draw = {.dropout = task->dropout,
                      .row = philox_row_make(task->dropout.key, task->example, task->site, 0)};

    for (int i = 0; i < count_of(block, lane); i++) {
        draw.position[i] = task->positions[block->first + lane + i];
    }
    return draw;
}

/* The 16 bits of key `i` of a group. */
LANES_INLINE uint32_t bits_of_key(philox_words words, int i)
{
    return i % 2 == 0 ? words.word[i / 2] & 0xFFFFu : words.word[i / 2] >> 16;
}

LANES_INLINE philox_words words_of(const lane_draw *draw, int lane, uint32_t group)
{
    const philox_words counter = {
        {group, draw->position[lane], draw->row.counter[1], draw->row.counter[2]}};

    return philox_rounds(draw->row.key, counter);
}

/* Rows beyond the last key, up to a whole group. */
static void fill_beyond(const query_block *block, float value, float *scores)
{
    const int length = block->task->length;
    const int end = mpb_round_up(length, KEY_GROUP);

    for (int i = length * WIDTH; i < end * WIDTH; i++) {
        scores[i] = value;
    }
}

static void find_largest(int length, const float *scores, float largest[LANES])
{
    for (int i = 0; i < LANES; i++) {
        largest[i] = scores[i];
    }
    for (int key = 0; key < length; key += KEY_GROUP) {
        const float *group = scores + key * WIDTH;

#pragma omp simd
        for (int i = 0; i < LANES; i++) {
            float top = largest[i];

#pragma GCC unroll 8
            for (int j = 0; j < KEY_GROUP; j++) {
                top = group[j * WIDTH + i] > top ? group[j * WIDTH + i] : top;
            }
            largest[i] = top;
        }
    }
}

/* One group of keys: exp(score - top), added to sum, then dropped. */
LANES_INLINE void soften_group(const lane_draw *draw, const bool drops, uint32_t group,
                               const float *top, float *sum, float *scores)
{
#pragma omp simd
    for (int i = 0; i < LANES; i++) {
        const philox_words words = drops ? words_of(draw, i, group) : (philox_words){{0}};
        float total = 0.0f;

#pragma GCC unroll 8
        for (int j = 0; j < KEY_GROUP; j++) {
            float e = vector_exp_of_negative(scores[j * WIDTH + i] - top[i]);
            bool kept = !drops || bits_of_key(words, j) >= draw->dropout.threshold;

            total += e;
            scores[j * WIDTH + i] = kept ? e : 0.0f;
        }
        sum[i] += total;
    }
}

LANES_INLINE void soften_lanes(const lane_draw *draw, const bool drops, int length,
                               const float *top, float *sum, float *scores)
{
    for (int key = 0; key < length; key += KEY_GROUP) {
        soften_group(draw, drops, (uint32_t)(key / KEY_GROUP), top, sum, scores + key * WIDTH);
    }
}

void MPB_ISA_NAME(mpb_scores_soften)(const query_block *block, float *scores, float *lse,
                                     float *factor)
{
    const int length = block->task->length;
    const float scale = dropout_scale(block->task->dropout);

    fill_beyond(block, -INFINITY, scores);
    for (int lane = 0; lane < block->rows; lane += LANES) {
        const lane_draw draw = draw_of(block, lane);
        float top[LANES];
        float sum[LANES] = {0};

        find_largest(length, scores + lane, top);
        if (draw.dropout.threshold == 0) {
            soften_lanes(&draw, false, length, top, sum, scores + lane);
        } else {
            soften_lanes(&draw, true, length, top, sum, scores + lane);
        }
        for (int i = 0; i < count_of(block, lane); i++) {
            lse[lane + i] = top[i] + logf(sum[i]);
            factor[lane + i] = scale / sum[i];
        }
    }
}

/* What backward knows of a vector of queries. */
typedef struct lane_values {
    float lse[LANES], delta[LANES];
} lane_values;

LANES_INLINE void differentiate_group(const lane_draw *draw, const bool drops, uint32_t group,
                                      const lane_values *values, float *scores, float *d)
{
    const float scale = dropout_scale(draw->dropout);

#pragma omp simd
    for (int i = 0; i < LANES; i++) {
        const philox_words words = drops ? words_of(draw, i, group) : (philox_words){{0}};

#pragma GCC unroll 8
        for (int j = 0; j < KEY_GROUP; j++) {
            float p = vector_exp_of_negative(scores[j * WIDTH + i] - values->lse[i]);
            bool kept = !drops || bits_of_key(words, j) >= draw->dropout.threshold;
            float z = kept ? scale : 0.0f;

            d[j * WIDTH + i] = p * (d[j * WIDTH + i] * z - values->delta[i]);
            scores[j * WIDTH + i] = p * z;
        }
    }
}

LANES_INLINE void differentiate_lanes(const lane_draw *draw, const bool drops, int length,
                                      const lane_values *values, float *scores, float *d)
{
    for (int key = 0; key < length; key += KEY_GROUP) {
        differentiate_group(draw, drops, (uint32_t)(key / KEY_GROUP), values, scores + key * WIDTH,
                            d + key * WIDTH);
    }
}

void MPB_ISA_NAME(mpb_scores_differentiate)(const query_block *block, const float *lse,
                                            const float *delta, float *scores, float *d)
{
    const int length = block->task->length;

    fill_beyond(block, 0.0f, scores);
    fill_beyond(block, 0.0f, d);
    for (int lane = 0; lane < block->rows; lane += LANES) {
        const lane_draw draw = draw_of(block, lane);
        lane_values values = {0};

        for (int i = 0; i < count_of(block, lane); i++) {
            values.lse[i] = lse[lane + i];
            values.delta[i] = delta[lane + i];
        }
        if (draw.dropout.threshold == 0) {
            differentiate_lanes(&draw, false, length, &values, scores + lane, d + lane);
        } else {
            differentiate_lanes(&draw, true, length, &values, scores + lane, d + lane);
        }
    }
}
