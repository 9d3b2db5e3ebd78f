#include <string.h>

#include "run_config_state.h"
#include "run_config_value.h"

/* Learning rates that suit a way of training. */
typedef struct usual_rates {
    double lowest, highest;
    const char *text;
} usual_rates;

/* Hu et al. 2021 (D.1). */
static const usual_rates LORA_RATES = {1e-4, 2e-3, "1e-4 .. 2e-3, where LoRA is trained"};

/* Houlsby et al. 2019 (3.1) try 3e-5, 3e-4 and 3e-3, Pfeiffer et al. 2020 and AdapterHub take 1e-4. */
static const usual_rates ADAPTER_RATES = {3e-5, 3e-3,
                                          "3e-5 .. 3e-3, where bottleneck adapters are trained"};

/* Full fine-tuning as Devlin et al. 2019 (A.3); biases as Ben Zaken et al. 2022 (4.1). */
static const usual_rates RATES[] = {
    [MPB_TRAIN_ALL] = {1e-5, 5e-5, "1e-5 .. 5e-5"},
    [MPB_TRAIN_HEAD] = {1e-4, 1e-2, "1e-4 .. 1e-2, where the head alone is trained"},
    [MPB_TRAIN_TOP] = {1e-5, 5e-5, "1e-5 .. 5e-5"},
    [MPB_TRAIN_BITFIT] = {1e-4, 5e-3, "1e-4 .. 5e-3, where biases alone are trained"},
    [MPB_TRAIN_NAMED] = {1e-5, 5e-5, "1e-5 .. 5e-5"},
};

/* Whether a key that was given says nothing but its default (or, as inference.device: cpu, what
 * holds anyway). */
static bool is_usual(const run_key *key, const run_state *state)
{
    mpb_run_config usual = {0};
    mpb_buffer texts[2] = {{0}, {0}};
    bool same = true;

    if (run_value_preset(key, &usual) == MPB_OK &&
        run_value_write(key, &usual, &texts[0]) == MPB_OK &&
        run_value_write(key, state->config, &texts[1]) == MPB_OK) {
        same = strcmp(texts[0].data, texts[1].data) == 0;
    }
    run_value_clear(key, &usual);
    mpb_buffer_clear(&texts[0]);
    mpb_buffer_clear(&texts[1]);
    return same || (key->kind == KEY_TEXT && state->sources[key - run_keys].word != NULL);
}

static bool is_about_chunks(const run_key *key)
{
    return strcmp(key->name, "data.stride") == 0 || strcmp(key->name, "data.stride_mode") == 0 ||
           strcmp(key->name, "data.document_pooling") == 0;
}

/* What an automatic task is, the first file tells. */
static mpb_task task_of(const mpb_run_config *config)
{
    const mpb_run_data *data = &config->data;

    if (config->model.task != MPB_TASK_AUTO) {
        return config->model.task;
    }
    return mpb_task_of_format(data->format == MPB_FORMAT_AUTO && data->train.count > 0
                                  ? mpb_data_format_guess(data->train.items[0])
                                  : data->format);
}

static bool makes_chunks(const mpb_run_config *config)
{
    return config->data.long_documents == MPB_RUN_CHUNK ||
           mpb_task_data_of(task_of(config))->chunking == MPB_CHUNKS_ALWAYS;
}

/* Everything that is set, checked, and then without effect is said once. */
static void tell_idle(const run_state *state)
{
    char where[RUN_WHERE_SIZE];

    for (size_t i = 0; i < num_run_keys; i++) {
        const run_key *key = &run_keys[i];
        bool given = state->sources[i].given;
        bool stride = given && is_about_chunks(key) && !makes_chunks(state->config);

        if (!given || !(key->idle || stride) || is_usual(key, state)) {
            continue;
        }
        run_where(state->sources[i].file, state->sources[i].line, where);
        if (key->idle) {
            mpb_log_info(state->log, "%s means nothing on this system, it is ignored (%s)",
                         key->name, where);
        } else {
            mpb_log_info(state->log, "%s has no effect where data.long_documents is truncate (%s)",
                         key->name, where);
        }
    }
}

static const usual_rates *rates_of(const mpb_run_model *model)
{
    const mpb_unfreeze_schedule *later = &model->unfreeze_schedule;
    const mpb_trainable *most =
        later->count == 0 ? &model->trainable : &later->items[later->count - 1].what;

    if (model->lora.rank > 0) {
        return &LORA_RATES;
    }
    return model->adapter.kind != MPB_NO_BOTTLENECK ? &ADAPTER_RATES : &RATES[most->kind];
}

static void warn_of_rate(const run_state *state)
{
    const mpb_run_config *config = state->config;
    const usual_rates *usual = rates_of(&config->model);
    double rate = config->training.learning_rate;
    char where[RUN_WHERE_SIZE];

    if (config->model.initialize == MPB_RUN_RANDOM ||
        (rate >= usual->lowest && rate <= usual->highest)) {
        return;
    }
    run_where_given(state, "training.learning_rate", where);
    mpb_log_warning(state->log,
                    "training.learning_rate is %g, outside %s: %s; watch the validation loss (%s)",
                    rate, usual->text,
                    rate > usual->highest
                        ? "a higher rate can make the model forget what it learned in pretraining"
                        : "a lower rate can stall convergence",
                    where);
}

void run_config_advise(const run_state *state)
{
    tell_idle(state);
    warn_of_rate(state);
}
