/* mpb_updater with LAMB: the weights are those of the paper's formulas, and their bits depend neither
 * on threads, nor on instruction sets, nor on how many ranks share the moments out. */

#include "check.h"
#include "golden/optim/lamb_goldens.h"
#include "mpibert/optim/square_sum.h"
#include "mpibert/step/updater.h"

enum { WORDS = 11, HIDDEN = 6, LAYERS = 1, STEPS = 10, MAX_OWNERS = 4 };
enum { NORMS = 2 * 25 };                      /* of the weights and of the update of each tensor */
enum { POSITION_TABLE = 1, CLASSIFIER = 23 }; /* tensors that start at 0 */

static const mpb_model_config MODEL = {
    .family = MPB_BERT,
    .vocab_size = WORDS,
    .hidden_size = HIDDEN,
    .num_hidden_layers = LAYERS,
    .num_attention_heads = 2,
    .intermediate_size = 10,
    .max_position_embeddings = 5,
    .type_vocab_size = 2,
    .num_labels = 3,
};

static const mpb_updater_options OPTIONS = {.optimizer = MPB_RUN_LAMB,
                                            .beta1 = 0.9f,
                                            .beta2 = 0.999f,
                                            .epsilon = 1e-6f,
                                            .weight_decay = 0.01f,
                                            .max_grad_norm = 1.0f,
                                            .layer_lr_decay = 0.9f};

/* What comes of ten steps. */
typedef struct outcome {
    float *weights;              /* owned, as the flat space */
    double norms[STEPS * NORMS]; /* squared */
} outcome;

/* Ranks, each with an updater and weights. */
typedef struct trial {
    int owners;
    bool by_owner; /* how the words of a step are ordered, as where sums stay with owners */
    mpb_parameters parameters;
    mpb_updater *updaters[MAX_OWNERS];
    float *weights[MAX_OWNERS];
    uint32_t used[WORDS];
    mpb_word_rows rows;
    float *gradients; /* packed, as the updater takes them */
} trial;

static float *make_floats(size_t count)
{
    float *made = calloc(count, sizeof(*made));

    CHECK(made != NULL);
    return made;
}

static void start_weights(const mpb_parameters *parameters, float *weights)
{
    for (unsigned i = 0; i < parameters->count; i++) {
        const mpb_parameter *p = &parameters->items[i];
        const float scale = i == POSITION_TABLE || i == CLASSIFIER ? 0.0f : 0.3f;

        for (unsigned j = 0; j < p->count; j++) {
            weights[p->offset + j] = scale * test_value(100 + i, j);
        }
    }
}

static void trial_begin(trial *t, const mpb_team *team, mpb_isa isa)
{
    CHECK_OK(mpb_parameters_create(&MODEL, &t->parameters));
    t->gradients = make_floats(t->parameters.size);
    for (int owner = 0; owner < t->owners; owner++) {
        const mpb_share share = mpb_share_of(&t->parameters, owner, t->owners);

        t->weights[owner] = make_floats(t->parameters.size);
        start_weights(&t->parameters, t->weights[owner]);
        CHECK_OK(mpb_updater_create(&OPTIONS, &t->parameters, &share, LAYERS, t->weights[owner],
                                    team, isa, &t->updaters[owner]));
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
}

static void choose_words(trial *t, unsigned step)
{
    const uint32_t parts = t->by_owner ? (uint32_t)t->owners : 1;

    t->rows = (mpb_word_rows){.items = t->used, .owners = (int)parts};
    for (uint32_t part = 0; part < parts; part++) {
        for (uint32_t word = part; word < WORDS - 1; word += parts) {
            if ((word + step) % 3 != 0) {
                t->used[t->rows.count++] = word;
            }
        }
    }
}

static void draw_gradients(trial *t, unsigned step)
{
    static const float scales[] = {0.01f, 0.1f, 1.0f, 10.0f};
    const float scale = scales[step % 4];
    const size_t begin = (WORDS - t->rows.count) * HIDDEN;

    memset(t->gradients, 0, t->parameters.size * sizeof(*t->gradients));
    for (size_t k = 0; k < t->rows.count * HIDDEN; k++) {
        const unsigned element = t->used[k / HIDDEN] * HIDDEN + (unsigned)(k % HIDDEN);

        t->gradients[begin + k] = scale * test_value(1000 * step, element);
    }
    for (unsigned i = step <= 3 ? POSITION_TABLE + 1 : POSITION_TABLE; i < t->parameters.count;
         i++) {
        const mpb_parameter *p = &t->parameters.items[i];

        for (unsigned j = 0; j < p->count; j++) {
            t->gradients[p->offset + j] = scale * test_value(1000 * step + i, j);
        }
    }
}

/* As mpb_comm_sum_double does it, for all owners. */
static void sum_over_owners(const trial *t, double *numbers[MAX_OWNERS], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double sum = 0.0;

        for (int owner = 0; owner < t->owners; owner++) {
            sum += numbers[owner][i];
        }
        for (int owner = 0; owner < t->owners; owner++) {
            numbers[owner][i] = sum;
        }
    }
}

static void take_step(trial *t, int64_t number, double norms[NORMS])
{
    mpb_update update = {.step = number,
                         .learning_rate = 0.02 * (1.0 - (double)(number - 1) / STEPS),
                         .gradients = t->gradients};
    double *numbers[MAX_OWNERS];
    size_t count = 0;

    choose_words(t, (unsigned)number);
    draw_gradients(t, (unsigned)number);
    for (int owner = 0; owner < t->owners; owner++) {
        mpb_updater_begin(t->updaters[owner], &t->rows, (WORDS - t->rows.count) * HIDDEN);
    }
    update.gradient_norm = mpb_updater_gradient_norm(t->updaters[0], t->gradients);
    for (int owner = 0; owner < t->owners; owner++) {
        numbers[owner] = mpb_updater_measure(t->updaters[owner], &update, &count);
    }
    CHECK(count == NORMS * MPB_SQUARE_NUMBERS);
    sum_over_owners(t, numbers, count);
    for (int i = 0; i < NORMS; i++) {
        norms[i] = mpb_square_sum_read(numbers[0] + i * MPB_SQUARE_NUMBERS);
    }
    for (int owner = 0; owner < t->owners; owner++) {
        mpb_updater_apply(t->updaters[owner], &update);
    }
}

/* weights (size) = what each owner has of them. */
static void gather(const trial *t, float *weights)
{
    for (int owner = 0; owner < t->owners; owner++) {
        const mpb_share *share = mpb_updater_share(t->updaters[owner]);

        for (size_t at = 0; at < mpb_share_size(share);) {
            const mpb_owned run = mpb_share_at(share, at);

            if (run.count == 0) {
                break;
            }
            memcpy(weights + run.offset, t->weights[owner] + run.offset,
                   run.count * sizeof(*weights));
            at = run.packed + run.count;
        }
    }
}

static outcome outcome_of_ten_steps(int owners, bool by_owner, int threads, mpb_isa isa)
{
    trial t = {.owners = owners, .by_owner = by_owner};
    outcome made;
    mpb_team team;

    CHECK_OK(mpb_team_begin(threads, NULL, 0, &team));
    trial_begin(&t, &team, isa);
    for (int64_t number = 1; number <= STEPS; number++) {
        take_step(&t, number, made.norms + (number - 1) * NORMS);
    }
    made.weights = make_floats(t.parameters.size);
    gather(&t, made.weights);
    trial_end(&t);
    mpb_team_end(&team);
    return made;
}

static void ten_steps_are_those_of_the_papers_formulas(const mpb_parameters *parameters,
                                                       const float *weights)
{
    const float *want = LAMB_END;

    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *p = &parameters->items[i];

        for (size_t j = 0; j < p->count; j++) {
            /* ten roundings of floats below 0.5, and of updates up to 3 at rates below 0.02 */
            CHECK_NEAR((double)weights[p->offset + j], (double)*want++, 5e-7);
        }
    }
    CHECK(want == LAMB_END + sizeof(LAMB_END) / sizeof(*LAMB_END));
}

static void owners_threads_and_instruction_sets_give_the_same_bits(const mpb_parameters *parameters,
                                                                   const outcome *want)
{
    for (int owners = 1; owners <= MAX_OWNERS; owners++) {
        for (int kind = 0; kind < 4; kind++) {
            for (int isa = MPB_ISA_PLAIN; isa <= (int)mpb_isa_best(); isa++) {
                const outcome got =
                    outcome_of_ten_steps(owners, kind % 2 == 1, 1 + kind / 2, (mpb_isa)isa);

                CHECK(memcmp(got.norms, want->norms, sizeof(got.norms)) == 0);
                CHECK(memcmp(got.weights, want->weights, parameters->size * sizeof(float)) == 0);
                free(got.weights);
            }
        }
    }
}

/* A row, a line of the dense weights, and what is small beside the moments of a real model: the
 * norms of each tensor and task. */
static void memory_is_known_beforehand_and_shared_out(void)
{
    mpb_model_config large = MODEL;
    mpb_parameters parameters;

    large.vocab_size = 30000;
    large.hidden_size = 768;
    CHECK_OK(mpb_parameters_create(&large, &parameters));
    for (int owners = 1; owners <= MAX_OWNERS; owners++) {
        const mpb_share share = mpb_share_of(&parameters, 0, owners);
        const size_t moments = 2 * parameters.size * sizeof(float) / (size_t)owners;
        const size_t bytes = mpb_updater_bytes(MPB_RUN_LAMB, &parameters, &share);

        CHECK(bytes >= moments && bytes <= moments + moments / 100);
    }
    mpb_parameters_destroy(&parameters);
}

int main(void)
{
    const outcome whole = outcome_of_ten_steps(1, false, 1, mpb_isa_best());
    mpb_parameters parameters;

    CHECK_OK(mpb_parameters_create(&MODEL, &parameters));
    ten_steps_are_those_of_the_papers_formulas(&parameters, whole.weights);
    owners_threads_and_instruction_sets_give_the_same_bits(&parameters, &whole);
    memory_is_known_beforehand_and_shared_out();
    mpb_parameters_destroy(&parameters);
    free(whole.weights);
    return 0;
}
