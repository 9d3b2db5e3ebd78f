#include "run_config_state.h"

/* `way` (model.lora, ...) decides what is trained, so nothing else may. */
static mpb_status check_decides(const mpb_run_model *model, const char *way, const char *where)
{
    MPB_REQUIRE(model->trainable.kind == MPB_TRAIN_ALL && model->unfreeze_schedule.count == 0,
                MPB_ERR_CONFIG,
                "%s freezes all but itself and the head: model.trainable and "
                "model.unfreeze_schedule were not expected (%s)",
                way, where);
    return MPB_OK;
}

static mpb_status check_lora(const run_state *state)
{
    const mpb_run_model *model = &state->config->model;
    const mpb_lora *lora = &model->lora;
    mpb_run_config usual = {0};
    char where[RUN_WHERE_SIZE];
    bool set;

    MPB_TRY(mpb_run_config_defaults(&usual));
    set = lora->alpha != usual.model.lora.alpha || lora->dropout != usual.model.lora.dropout ||
          lora->targets.count > 0 || lora->bias != usual.model.lora.bias || lora->use_rslora;
    mpb_run_config_clear(&usual);
    run_where_given(state, "model.lora.rank", where);
    MPB_REQUIRE(!set || lora->rank > 0, MPB_ERR_CONFIG,
                "model.lora is given without its rank, as in rank: 8 (%s)", where);
    return lora->rank > 0 ? check_decides(model, "model.lora", where) : MPB_OK;
}

static mpb_status check_adapter(const run_state *state)
{
    const mpb_run_model *model = &state->config->model;
    const mpb_bottleneck *adapter = &model->adapter;
    mpb_run_config usual = {0};
    char where[RUN_WHERE_SIZE];
    bool set;

    MPB_TRY(mpb_run_config_defaults(&usual));
    set = adapter->size != usual.model.adapter.size;
    mpb_run_config_clear(&usual);
    run_where_given(state, "model.adapter.size", where);
    MPB_REQUIRE(!set || adapter->kind != MPB_NO_BOTTLENECK, MPB_ERR_CONFIG,
                "model.adapter is given without its kind, houlsby or pfeiffer (%s)", where);
    run_where_given(state, "model.adapter.kind", where);
    if (adapter->kind == MPB_NO_BOTTLENECK) {
        return MPB_OK;
    }
    MPB_REQUIRE(model->lora.rank == 0, MPB_ERR_CONFIG,
                "model.adapter and model.lora were given, one of them was expected (%s)", where);
    return check_decides(model, "model.adapter", where);
}

/* How many epochs training.max_steps makes is not known here. */
static mpb_status check_schedule(const run_state *state)
{
    const mpb_run_training *training = &state->config->training;
    const mpb_unfreeze_schedule *schedule = &state->config->model.unfreeze_schedule;
    char where[RUN_WHERE_SIZE];

    if (schedule->count == 0 || training->max_steps > 0) {
        return MPB_OK;
    }
    run_where_given(state, "model.unfreeze_schedule", where);
    MPB_REQUIRE(
        schedule->items[schedule->count - 1].epochs < training->epochs, MPB_ERR_CONFIG,
        "model.unfreeze_schedule unfreezes after epoch %lld, training.epochs is %lld: less was "
        "expected (%s)",
        (long long)schedule->items[schedule->count - 1].epochs, (long long)training->epochs, where);
    return MPB_OK;
}

mpb_status run_config_check_parts(run_state *state)
{
    MPB_TRY(run_faults_take(&state->faults, check_schedule(state)));
    MPB_TRY(run_faults_take(&state->faults, check_lora(state)));
    return run_faults_take(&state->faults, check_adapter(state));
}
