#include "run_config_state.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/core/utf8.h"
#include "mpibert/records/record.h"
#include "run_config_student.h"

enum { DIRECTORY_SIZE = 4096 };

/* Two keys that say the same thing in two ways. On the command line the one given there replaces
 * the other one of the file. */
static mpb_status choose_one(const run_state *state, const char *first, const char *second,
                             bool *use_second)
{
    char where[RUN_WHERE_SIZE];
    bool both = run_given(state, first) && run_given(state, second);

    *use_second = run_given(state, second);
    if (both && run_overridden(state, first) != run_overridden(state, second)) {
        *use_second = run_overridden(state, second);
        return MPB_OK;
    }
    run_where_given(state, second, where);
    MPB_REQUIRE(!both, MPB_ERR_CONFIG, "%s and %s exclude each other: give one of them (%s)", first,
                second, where);
    return MPB_OK;
}

static mpb_status settle_batch(run_state *state)
{
    mpb_run_training *training = &state->config->training;
    bool per_rank;

    MPB_TRY(choose_one(state, "training.batch_size", "training.batch_size_per_rank", &per_rank));
    if (per_rank) {
        training->batch_size = 0;
    } else {
        training->batch_size_per_rank = 0;
    }
    return MPB_OK;
}

/* Bits that depend on the number of ranks, or on which of them share a node. */
static mpb_status check_deterministic(const run_state *state)
{
    const mpb_run_training *training = &state->config->training;
    char where[RUN_WHERE_SIZE];

    run_where_given(state, "training.batch_size_per_rank", where);
    MPB_REQUIRE(!training->deterministic || training->batch_size_per_rank == 0, MPB_ERR_CONFIG,
                "training.deterministic is true, but training.batch_size_per_rank makes another "
                "run of each number of ranks: give training.batch_size (%s)",
                where);
    run_where_given(state, "cluster.gradient_dtype", where);
    MPB_REQUIRE(!training->deterministic || state->config->cluster.gradient_dtype == MPB_RUN_FP32,
                MPB_ERR_CONFIG,
                "training.deterministic is true, but cluster.gradient_dtype is not fp32, as which "
                "such runs send gradients (%s)",
                where);
    return MPB_OK;
}

static mpb_status settle_warmup(run_state *state)
{
    mpb_run_training *training = &state->config->training;
    bool by_steps;

    /* 0 of one of them is what files say that use the other. */
    if (training->warmup_steps == 0 || training->warmup_ratio <= 0.0) {
        return MPB_OK;
    }
    MPB_TRY(choose_one(state, "training.warmup_ratio", "training.warmup_steps", &by_steps));
    if (by_steps) {
        training->warmup_ratio = 0.0;
    } else {
        training->warmup_steps = 0;
    }
    return MPB_OK;
}

static bool has_validation(const mpb_run_config *config)
{
    return config->data.validation.count > 0 || config->data.val_split > 0.0;
}

/* Without validation data there is no validation; training.eval_every_steps implies the strategy,
 * and on the command line each of the two replaces what the file says with the other. */
static void imply_validation(const run_state *state)
{
    mpb_run_training *training = &state->config->training;
    bool new_steps = run_overridden(state, "training.eval_every_steps");
    bool new_strategy = run_overridden(state, "training.eval_strategy");
    bool named = run_given(state, "training.eval_strategy");

    if (!named && !has_validation(state->config)) {
        training->eval_strategy = MPB_RUN_EVAL_NO;
    }
    if (training->eval_every_steps > 0 && (!named || (new_steps && !new_strategy))) {
        training->eval_strategy = MPB_RUN_EVAL_STEPS;
    }
    if (training->eval_strategy != MPB_RUN_EVAL_STEPS && new_strategy && !new_steps) {
        training->eval_every_steps = 0;
    }
}

static mpb_status settle_validation(run_state *state)
{
    mpb_run_training *training = &state->config->training;
    bool every_steps;
    char where[RUN_WHERE_SIZE];

    imply_validation(state);
    every_steps = training->eval_every_steps > 0;
    run_where_given(state, "training.eval_strategy", where);
    MPB_REQUIRE(training->eval_strategy != MPB_RUN_EVAL_STEPS || every_steps, MPB_ERR_CONFIG,
                "training.eval_strategy is 'steps', then training.eval_every_steps was expected "
                "(%s)",
                where);
    MPB_REQUIRE(training->eval_strategy == MPB_RUN_EVAL_STEPS || !every_steps, MPB_ERR_CONFIG,
                "training.eval_every_steps is %lld, then training.eval_strategy: steps was "
                "expected (%s)",
                (long long)training->eval_every_steps, where);
    run_where_given(state, "data.val_split", where);
    MPB_REQUIRE(training->eval_strategy == MPB_RUN_EVAL_NO || has_validation(state->config),
                MPB_ERR_CONFIG,
                "data.val_split is 0 and data.validation names no data, but "
                "training.eval_strategy is not 'no' (%s)",
                where);
    run_where_given(state, "training.early_stopping_patience", where);
    MPB_REQUIRE(training->early_stopping_patience == 0 ||
                    training->eval_strategy != MPB_RUN_EVAL_NO,
                MPB_ERR_CONFIG,
                "training.early_stopping_patience is %lld, but training.eval_strategy is 'no' (%s)",
                (long long)training->early_stopping_patience, where);
    run_where_given(state, "checkpoint.load_best_model_at_end", where);
    MPB_REQUIRE(!state->config->checkpoint.load_best_model_at_end ||
                    training->eval_strategy != MPB_RUN_EVAL_NO,
                MPB_ERR_CONFIG,
                "checkpoint.load_best_model_at_end is true, but training.eval_strategy is 'no': "
                "which model is the best takes a validation to tell (%s)",
                where);
    return MPB_OK;
}

/* 1 - share, in the decimals that a person would write. */
static double complement(double share)
{
    return round((1.0 - share) * 1e12) / 1e12;
}

/* Where one share alone is given, the other one is what remains, as in scikit-learn. */
static mpb_status settle_split(run_state *state)
{
    mpb_run_data *data = &state->config->data;
    const double rounding = 1e-9; /* 0.7 + 0.3 need not be 1 in binary */
    bool train_given = run_given(state, "data.train_split");
    bool val_given = run_given(state, "data.val_split");
    char where[RUN_WHERE_SIZE];

    if (train_given && !val_given) {
        data->val_split = complement(data->train_split);
    } else if (val_given && !train_given) {
        data->train_split = complement(data->val_split);
    }
    run_where_given(state, "data.val_split", where);
    MPB_REQUIRE(data->train_split > 0.0, MPB_ERR_CONFIG,
                "data.val_split is %g, it leaves nothing to train on (%s)", data->val_split, where);
    MPB_REQUIRE(data->train_split + data->val_split <= 1.0 + rounding, MPB_ERR_CONFIG,
                "data.train_split + data.val_split is %g, at most 1 was expected (%s)",
                data->train_split + data->val_split, where);
    return MPB_OK;
}

static mpb_status check_architecture(const run_state *state)
{
    const mpb_run_architecture *sizes = &state->config->model.architecture;
    bool random = state->config->model.initialize == MPB_RUN_RANDOM;
    char where[RUN_WHERE_SIZE];

    for (size_t i = 0; i < num_run_keys; i++) {
        if (strncmp(run_keys[i].name, "model.architecture.", 19) == 0 && state->sources[i].given &&
            !random) {
            run_where(state->sources[i].file, state->sources[i].line, where);
            return MPB_FAIL(MPB_ERR_CONFIG, "%s needs model.initialize: random (%s)",
                            run_keys[i].name, where);
        }
    }
    run_where_given(state, "model.architecture.num_attention_heads", where);
    MPB_REQUIRE(sizes->hidden_size == 0 || sizes->num_attention_heads == 0 ||
                    sizes->hidden_size % sizes->num_attention_heads == 0,
                MPB_ERR_CONFIG,
                "model.architecture.num_attention_heads is %lld, a divisor of hidden_size %lld was "
                "expected (%s)",
                (long long)sizes->num_attention_heads, (long long)sizes->hidden_size, where);
    return MPB_OK;
}

static mpb_status check_saving(const run_state *state)
{
    char where[RUN_WHERE_SIZE];
    const run_source *source = &state->sources[run_key_find("checkpoint.save_strategy")];
    bool steps = source->given && source->word->value == MPB_RUN_EVAL_STEPS;

    run_where_given(state, "checkpoint.save_strategy", where);
    MPB_REQUIRE(
        !steps || state->config->checkpoint.every_steps > 0, MPB_ERR_CONFIG,
        "checkpoint.save_strategy is 'steps', then checkpoint.every_steps was expected (%s)",
        where);
    return MPB_OK;
}

static mpb_status check_columns(const run_state *state)
{
    const mpb_run_data *data = &state->config->data;
    char where[RUN_WHERE_SIZE];

    run_where_given(state, "data.label_column", where);
    MPB_REQUIRE(strcmp(data->text_column, data->label_column) != 0, MPB_ERR_CONFIG,
                "data.text_column and data.label_column are both '%.200s', two columns were "
                "expected (%s)",
                data->text_column, where);
    return MPB_OK;
}

static mpb_status check_score_columns(const run_state *state)
{
    const mpb_strings *columns = &state->config->data.score_columns;
    char where[RUN_WHERE_SIZE];

    run_where_given(state, "data.score_columns", where);
    MPB_REQUIRE(columns->count <= MPB_MAX_SCORES, MPB_ERR_CONFIG,
                "data.score_columns names %zu columns, at most %d were expected (%s)",
                columns->count, MPB_MAX_SCORES, where);
    for (size_t i = 0; i < columns->count; i++) {
        const char *column = columns->items[i];

        MPB_REQUIRE(strcmp(column, state->config->data.text_column) != 0 &&
                        mpb_strings_find(columns, column) == (int)i,
                    MPB_ERR_CONFIG,
                    "data.score_columns names '%.200s', which is read already; another column was "
                    "expected (%s)",
                    column, where);
    }
    return MPB_OK;
}

static mpb_status replace_text(char **field, const char *format, const char *value)
{
    char text[DIRECTORY_SIZE];
    int length = snprintf(text, sizeof(text), format, value);
    size_t bad;
    char *copy;

    MPB_REQUIRE(length >= 0 && (size_t)length < sizeof(text), MPB_ERR_CONFIG,
                "the path %.100s... is too long", text);
    MPB_REQUIRE(mpb_utf8_valid(text, (size_t)length, &bad), MPB_ERR_CONFIG,
                "the path '%s', which the configuration's name gives, is no UTF-8: set "
                "checkpoint.directory",
                text);
    copy = strdup(text);
    MPB_REQUIRE(copy != NULL, MPB_ERR_SYSTEM, "no memory for a path");
    free(*field);
    *field = copy;
    return MPB_OK;
}

/* runs/NAME for NAME.yaml. */
static mpb_status settle_directories(run_state *state)
{
    mpb_run_config *config = state->config;
    const char *path = state->path == NULL ? "default" : state->path;
    const char *slash = strrchr(path, '/');
    char name[DIRECTORY_SIZE];
    char *dot;

    snprintf(name, sizeof(name), "%s", slash == NULL ? path : slash + 1);
    dot = strrchr(name, '.');
    if (dot != NULL && dot != name) {
        *dot = '\0';
    }
    if (config->checkpoint.directory == NULL) {
        MPB_TRY(replace_text(&config->checkpoint.directory, "runs/%s", name));
    }
    if (config->data.cache_directory == NULL) {
        MPB_TRY(
            replace_text(&config->data.cache_directory, "%s/cache", config->checkpoint.directory));
    }
    return MPB_OK;
}

mpb_status run_config_settle(run_state *state)
{
    run_faults *faults = &state->faults;

    MPB_TRY(run_faults_take(faults, settle_batch(state)));
    MPB_TRY(run_faults_take(faults, check_deterministic(state)));
    MPB_TRY(run_faults_take(faults, settle_warmup(state)));
    MPB_TRY(run_faults_take(faults, settle_split(state)));
    MPB_TRY(run_faults_take(faults, settle_validation(state)));
    MPB_TRY(run_faults_take(faults, check_architecture(state)));
    MPB_TRY(run_faults_take(faults, check_saving(state)));
    MPB_TRY(run_faults_take(faults, check_columns(state)));
    MPB_TRY(run_faults_take(faults, check_score_columns(state)));
    MPB_TRY(run_config_check_parts(state));
    MPB_TRY(run_faults_take(faults, run_student_check(state)));
    MPB_TRY(run_faults_take(faults, settle_directories(state)));
    MPB_TRY(run_faults_tell(faults));
    run_config_advise(state);
    return MPB_OK;
}
