/* Forward tells which weights it is about to read: those behind them may still be missing. */

#include "tiny.h"

/* Weights that arrive no sooner than they are asked for. */
typedef struct delivery {
    tiny *t;
    float *weights; /* owned, (size): all of them */
    size_t arrived;
    int calls;
} delivery;

static void deliver(void *context, size_t offset)
{
    delivery *d = context;

    CHECK(offset > d->arrived && offset <= mpb_model_parameters(d->t->model)->size);
    memcpy(mpb_model_weights(d->t->model) + d->arrived, d->weights + d->arrived,
           (offset - d->arrived) * sizeof(float));
    d->arrived = offset;
    d->calls++;
}

static void lose_weights(delivery *d)
{
    const size_t size = mpb_model_parameters(d->t->model)->size;
    float *weights = mpb_model_weights(d->t->model);

    d->weights = malloc(size * sizeof(*d->weights));
    CHECK(d->weights != NULL);
    memcpy(d->weights, weights, size * sizeof(*weights));
    for (size_t i = 0; i < size; i++) {
        weights[i] = NAN;
    }
}

static void weights_may_come_when_they_are_asked_for(mpb_family family)
{
    float want[TINY_LOGITS];
    float got[TINY_LOGITS];
    tiny t;
    delivery d = {.t = &t};

    tiny_open(&t, family, 2, true);
    tiny_forward(t.model, &t.batch, &TINY_DRAW, want, NULL);
    lose_weights(&d);
    mpb_model_await_weights(t.model, deliver, &d);
    tiny_forward(t.model, &t.batch, &TINY_DRAW, got, NULL);
    CHECK(memcmp(got, want, sizeof(want)) == 0);
    CHECK(d.calls == TINY_LAYERS + 2);
    CHECK(d.arrived == mpb_model_parameters(t.model)->size);
    free(d.weights);
    tiny_close(&t);
}

static void an_empty_batch_needs_none(void)
{
    const mpb_batch empty = {0};
    delivery d = {0};
    float logits[TINY_LOGITS];
    tiny t;

    tiny_open(&t, MPB_BERT, 1, true);
    mpb_model_await_weights(t.model, deliver, &d);
    tiny_forward(t.model, &empty, &TINY_DRAW, logits, NULL);
    CHECK(d.calls == 0);
    tiny_close(&t);
}

int main(void)
{
    weights_may_come_when_they_are_asked_for(MPB_BERT);
    weights_may_come_when_they_are_asked_for(MPB_DISTILBERT);
    an_empty_batch_needs_none();
    return 0;
}
