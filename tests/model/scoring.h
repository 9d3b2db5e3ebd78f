#pragma once

/* The loss of a fixture's batch as transformers' class of its head has it, and its gradient. */

#include "fixture.h"
#include "mpibert/model/head.h"
#include "mpibert/nn/kernels.h"

enum { SCORING_OUTPUTS = FIXTURE_TOKENS * 64 };

typedef struct scoring {
    const fixture *f;
    const mpb_loss_kernels *kernels;
    double loss;
    float outputs[SCORING_OUTPUTS]; /* (R, K), of pretraining with (N, 2) behind them */
} scoring;

/* Mean cross-entropy over `total` rows, of `count` of them. */
static inline void scoring_rows(scoring *s, size_t count, size_t total, int K,
                                const int32_t *labels, float *outputs)
{
    for (size_t i = 0; i < count; i++) {
        float *row = outputs + i * (size_t)K;

        s->loss +=
            s->kernels->cross_entropy(K, labels[i], 0.0f, NULL, 1.0f / (float)total, row, row) /
            (double)total;
    }
}

/* Column `column` of spans: the softmax runs over the tokens of a sequence. */
static inline void scoring_column(scoring *s, size_t column, float *outputs)
{
    const size_t N = s->f->batch.num_sequences;
    float logits[FIXTURE_TOKENS];

    for (size_t i = 0; i < N; i++) {
        const size_t first = s->f->offsets[i];
        const size_t length = s->f->offsets[i + 1] - first;

        for (size_t t = 0; t < length; t++) {
            logits[t] = outputs[2 * (first + t) + column];
        }
        scoring_rows(s, 1, 2 * N, (int)length, &s->f->labels[column * N + i], logits);
        for (size_t t = 0; t < length; t++) {
            outputs[2 * (first + t) + column] = logits[t];
        }
    }
}

static inline void scoring_next_sentences(scoring *s, float *outputs)
{
    const size_t N = s->f->batch.num_sequences;
    int32_t follows[FIXTURE_SEQUENCES];

    CHECK(fixture_integers(s->f, "follows", FIXTURE_SEQUENCES, follows) == N);
    scoring_rows(s, N, N, 2, follows, outputs);
}

/* Two sequences are the answers to a question. */
static inline void scoring_take_rows(scoring *s, size_t first_row, size_t num_rows, float *outputs)
{
    const fixture *f = s->f;
    const size_t N = f->batch.num_sequences;
    const size_t chosen = f->row_offsets[N];
    const int K = mpb_head_width(&f->config);

    switch (f->config.head) {
    case MPB_HEAD_SEQUENCE:
    case MPB_HEAD_NEXT_SENTENCE:
        scoring_rows(s, num_rows, N, K, f->labels + first_row, outputs);
        break;
    case MPB_HEAD_CHOICE:
        scoring_rows(s, num_rows / 2, N / 2, 2, f->labels, outputs);
        break;
    case MPB_HEAD_SPANS:
        scoring_column(s, 0, outputs);
        scoring_column(s, 1, outputs);
        break;
    default:
        if (first_row == chosen) {
            scoring_next_sentences(s, outputs);
        } else {
            scoring_rows(s, num_rows, chosen, K, f->labels + first_row, outputs);
        }
    }
}

static inline bool scoring_take(void *context, size_t first_row, size_t num_rows, float *outputs)
{
    scoring *s = context;
    const size_t K = (size_t)mpb_head_width(&s->f->config);
    const bool follows = s->f->config.head == MPB_HEAD_PRETRAINING &&
                         first_row == s->f->row_offsets[s->f->batch.num_sequences];

    CHECK((first_row + num_rows) * K <= SCORING_OUTPUTS);
    memcpy(s->outputs + first_row * K, outputs, num_rows * (follows ? 2 : K) * sizeof(*outputs));
    s->loss = first_row == 0 ? 0.0 : s->loss;
    scoring_take_rows(s, first_row, num_rows, outputs);
    return true;
}
