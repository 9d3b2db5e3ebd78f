/* mpb_updater: rows of the word table that a step does not use are updated later, and ranks may
 * share the work out; no bit of weights and moments tells. What is compared with updates every row
 * in every step. */

#include "mpibert/step/updater.h"

#include "check.h"
#include "mpibert/optim/kernels.h"
#include "mpibert/optim/schedule.h"

enum { WORDS = 150, HIDDEN = 24, LAYERS = 2, STEPS = 200, MAX_OWNERS = 4 };

static const mpb_model_config MODEL = {
    .family = MPB_BERT,
    .vocab_size = WORDS,
    .hidden_size = HIDDEN,
    .num_hidden_layers = LAYERS,
    .num_attention_heads = 2,
    .intermediate_size = 40,
    .max_position_embeddings = 16,
    .type_vocab_size = 2,
    .num_labels = 3,
};

static const mpb_updater_options PLAIN_ADAMW = {
    .beta1 = 0.9f, .beta2 = 0.999f, .epsilon = 1e-8f, .layer_lr_decay = 1.0f};

typedef struct trial {
    mpb_updater_options options;
    mpb_parameters parameters;
    mpb_isa isa;
    int owners; /* ranks, each with an updater and weights */
    mpb_updater *updaters[MAX_OWNERS];
    float *weights[MAX_OWNERS];
    uint32_t used[WORDS];
    mpb_word_rows rows;
    float *gradients; /* packed, as the updater takes them */
    /* What the reference has: one gradient for every weight. */
    float *all_gradients;
    float *want_weights, *want_first, *want_second;
} trial;

static float *make_floats(size_t count)
{
    float *made = calloc(count, sizeof(*made));

    CHECK(made != NULL);
    return made;
}

static void make_owner(trial *t, const mpb_team *team, int owner)
{
    const size_t size = t->parameters.size;
    const mpb_share share = mpb_share_of(&t->parameters, owner, t->owners);

    t->weights[owner] = make_floats(size);
    memcpy(t->weights[owner], t->want_weights, size * sizeof(float));
    CHECK_OK(mpb_updater_create(&t->options, &t->parameters, &share, LAYERS, t->weights[owner],
                                team, t->isa, &t->updaters[owner]));
}

static void trial_begin(trial *t, const mpb_team *team)
{
    size_t size;

    CHECK_OK(mpb_parameters_create(&MODEL, &t->parameters));
    size = t->parameters.size;
    t->gradients = make_floats(size);
    t->all_gradients = make_floats(size);
    t->want_weights = make_floats(size);
    t->want_first = make_floats(size);
    t->want_second = make_floats(size);
    for (size_t i = 0; i < t->parameters.count; i++) {
        const mpb_parameter *p = &t->parameters.items[i];

        mpb_parameter_initialise(p, i, 0.1f, 5, t->want_weights + p->offset);
    }
    for (int owner = 0; owner < t->owners; owner++) {
        make_owner(t, team, owner);
    }
}

static void trial_end(trial *t)
{
    for (int owner = 0; owner < t->owners; owner++) {
        mpb_updater_destroy(&t->updaters[owner]);
        free(t->weights[owner]);
    }
    mpb_parameters_destroy(&t->parameters);
    free(t->gradients);
    free(t->all_gradients);
    free(t->want_weights);
    free(t->want_first);
    free(t->want_second);
}

/* Words as in a text: the lower its number, the more often a word is used; the last 30 never. */
static void choose_words(trial *t, unsigned step)
{
    t->rows = (mpb_word_rows){.items = t->used};
    for (uint32_t word = 0; word < WORDS - 30; word++) {
        if (0.5f + 0.5f * test_value(1000 + step, word) < 1.5f / (1.0f + 0.3f * (float)word)) {
            t->used[t->rows.count++] = word;
        }
    }
}

static void draw_gradients(trial *t, unsigned step)
{
    const size_t size = t->parameters.size;
    const size_t table = WORDS * HIDDEN;
    const size_t begin = table - t->rows.count * HIDDEN;

    for (size_t i = 0; i < size; i++) {
        t->gradients[i] = i < begin ? NAN : 0.2f * test_value(step, (unsigned)i);
        t->all_gradients[i] = i < table ? 0.0f : t->gradients[i];
    }
    for (size_t k = 0; k < t->rows.count; k++) {
        memcpy(t->all_gradients + t->used[k] * HIDDEN, t->gradients + begin + k * HIDDEN,
               HIDDEN * sizeof(float));
    }
}

static float clip_factor(const trial *t, double norm)
{
    const double limit = (double)t->options.max_grad_norm;

    return limit > 0.0 && limit < norm ? (float)(limit / (norm + 1e-6)) : 1.0f;
}

static void update_everything(trial *t, int64_t number, double rate, double norm)
{
    for (size_t i = 0; i < t->parameters.count; i++) {
        const mpb_parameter *p = &t->parameters.items[i];
        const double layer_rate =
            rate * (double)powf(t->options.layer_lr_decay, (float)(LAYERS - p->layer));
        const mpb_adamw_step step = {.beta1 = t->options.beta1,
                                     .beta2 = t->options.beta2,
                                     .epsilon = t->options.epsilon,
                                     .weight_decay = p->decay ? t->options.weight_decay : 0.0f,
                                     .learning_rate = layer_rate,
                                     .step = number,
                                     .gradient_scale = clip_factor(t, norm)};
        const mpb_adamw_factors factors = mpb_adamw_factors_of(&step);

        mpb_optim_for(t->isa)->adamw(&factors, p->count, t->all_gradients + p->offset,
                                     t->want_weights + p->offset, t->want_first + p->offset,
                                     t->want_second + p->offset);
    }
}

/* What owners have of floats [offset, offset + count) goes to all ranks. */
static void publish(trial *t, size_t offset, size_t count)
{
    for (int owner = 0; owner < t->owners; owner++) {
        const mpb_share *share = mpb_updater_share(t->updaters[owner]);
        size_t taken;

        for (size_t at = offset; at < offset + count; at += taken) {
            const mpb_owned own = mpb_share_find(share, at, offset + count - at, &taken);

            for (int rank = 0; rank < t->owners; rank++) {
                memmove(t->weights[rank] + own.offset, t->weights[owner] + own.offset,
                        own.count * sizeof(float));
            }
        }
    }
}

/* What forward would read, on every rank. */
static void check_used_rows(const trial *t)
{
    for (int rank = 0; rank < t->owners; rank++) {
        for (size_t k = 0; k < t->rows.count; k++) {
            const size_t at = t->used[k] * HIDDEN;

            CHECK(memcmp(t->weights[rank] + at, t->want_weights + at, HIDDEN * sizeof(float)) == 0);
        }
    }
}

/* The packed moments of one owner. */
static void check_moments(const mpb_share *share, const float *packed, const float *want)
{
    for (size_t at = 0; at < mpb_share_size(share);) {
        const mpb_owned run = mpb_share_at(share, at);

        if (run.count == 0) {
            return;
        }
        CHECK(memcmp(packed + run.packed, want + run.offset, run.count * sizeof(float)) == 0);
        at = run.packed + run.count;
    }
}

static void check_everything(trial *t)
{
    const size_t bytes = t->parameters.size * sizeof(float);

    for (int owner = 0; owner < t->owners; owner++) {
        mpb_updater *updater = t->updaters[owner];

        mpb_updater_catch_up(updater);
        check_moments(mpb_updater_share(updater), mpb_updater_first_moment(updater), t->want_first);
        check_moments(mpb_updater_share(updater), mpb_updater_second_moment(updater),
                      t->want_second);
    }
    publish(t, 0, WORDS * HIDDEN);
    for (int rank = 0; rank < t->owners; rank++) {
        CHECK(memcmp(t->weights[rank], t->want_weights, bytes) == 0);
    }
}

static double norm_of(size_t count, const float *x)
{
    double sum = 0.0;

    for (size_t i = 0; i < count; i++) {
        sum += (double)x[i] * (double)x[i];
    }
    return sqrt(sum);
}

static void take_step(trial *t, int64_t number, int64_t warmup)
{
    const double rate =
        3e-3 * mpb_schedule_factor(MPB_SCHEDULE_LINEAR, number - 1, warmup, STEPS, 3e-3);
    const size_t dense = t->parameters.items[1].offset;
    double norm;

    choose_words(t, (unsigned)number);
    draw_gradients(t, (unsigned)number);
    for (int owner = 0; owner < t->owners; owner++) {
        mpb_updater_begin(t->updaters[owner], &t->rows, (WORDS - t->rows.count) * HIDDEN);
    }
    for (size_t k = 0; k < t->rows.count; k++) {
        publish(t, t->used[k] * HIDDEN, HIDDEN);
    }
    check_used_rows(t);
    norm = mpb_updater_gradient_norm(t->updaters[0], t->gradients);
    /* sums of doubles in another order */
    CHECK_NEAR(norm, norm_of(t->parameters.size, t->all_gradients), 1e-12 * norm);
    for (int owner = 0; owner < t->owners; owner++) {
        mpb_updater_apply(t->updaters[owner], &(mpb_update){number, rate, norm, t->gradients});
    }
    publish(t, dense, t->parameters.size - dense);
    update_everything(t, number, rate, norm);
}

/* Looking at all weights every `look_every` steps, as validation and checkpoints do, changes
 * nothing; otherwise rows lag behind for as long as they may. */
static void rows_updated_late_equal_rows_updated_in_time(const mpb_updater_options *options,
                                                         mpb_isa isa, int threads, int owners,
                                                         int64_t warmup, int64_t look_every)
{
    trial t = {.options = *options, .isa = isa, .owners = owners};
    mpb_team team;

    CHECK_OK(mpb_team_begin(threads, NULL, 0, &team));
    trial_begin(&t, &team);
    for (int64_t number = 1; number <= STEPS; number++) {
        take_step(&t, number, warmup);
        if (number % look_every == 0) {
            check_everything(&t);
        }
    }
    check_everything(&t);
    trial_end(&t);
    mpb_team_end(&team);
}

static void every_setting_gives_the_same_bits(mpb_isa isa)
{
    mpb_updater_options options = PLAIN_ADAMW;

    rows_updated_late_equal_rows_updated_in_time(&options, isa, 1, 1, 0, STEPS);
    options.weight_decay = 0.01f;
    rows_updated_late_equal_rows_updated_in_time(&options, isa, 1, 1, 0, STEPS);
    options.max_grad_norm = 1.0f;
    options.layer_lr_decay = 0.9f;
    rows_updated_late_equal_rows_updated_in_time(&options, isa, 2, 1, 20, STEPS);
    rows_updated_late_equal_rows_updated_in_time(&options, isa, 3, 1, 20, 7);
}

static void owners_together_update_as_one_rank_does(mpb_isa isa)
{
    mpb_updater_options options = PLAIN_ADAMW;

    options.weight_decay = 0.01f;
    options.max_grad_norm = 1.0f;
    options.layer_lr_decay = 0.9f;
    for (int owners = 2; owners <= MAX_OWNERS; owners++) {
        rows_updated_late_equal_rows_updated_in_time(&options, isa, 1, owners, 20, STEPS);
        rows_updated_late_equal_rows_updated_in_time(&options, isa, 2, owners, 20, 7);
    }
}

/* A row, a line of the dense weights, and what is small beside the moments. */
static void memory_is_known_beforehand_and_shared_out(void)
{
    mpb_parameters parameters;

    CHECK_OK(mpb_parameters_create(&MODEL, &parameters));
    for (int owners = 1; owners <= MAX_OWNERS; owners++) {
        const mpb_share share = mpb_share_of(&parameters, 0, owners);
        const size_t moments = 2 * parameters.size * sizeof(float) / (size_t)owners;

        CHECK(mpb_updater_bytes(MPB_RUN_ADAMW, &parameters, &share) >= moments);
        CHECK(mpb_updater_bytes(MPB_RUN_ADAMW, &parameters, &share) <= moments + 16384);
    }
    mpb_parameters_destroy(&parameters);
}

int main(void)
{
    for (int isa = MPB_ISA_PLAIN; isa <= (int)mpb_isa_best(); isa++) {
        every_setting_gives_the_same_bits((mpb_isa)isa);
    }
    owners_together_update_as_one_rank_does(mpb_isa_best());
    memory_is_known_beforehand_and_shared_out();
    return 0;
}
