#include "run_config_student.h"

/* A directory of an adapter names the whole model that it is of, by which PEFT finds its layers. */
static mpb_status check_layers(const run_state *state)
{
    const mpb_run_model *model = &state->config->model;
    char where[RUN_WHERE_SIZE];

    if (model->keep_layers.count == 0) {
        return MPB_OK;
    }
    run_where_given(state, "model.keep_layers", where);
    MPB_REQUIRE(model->initialize == MPB_RUN_PRETRAINED, MPB_ERR_CONFIG,
                "model.keep_layers cuts a model that is there, model.initialize is random: "
                "model.architecture.num_hidden_layers says how many it has (%s)",
                where);
    MPB_REQUIRE(
        model->lora.rank == 0 && model->adapter.kind == MPB_NO_BOTTLENECK, MPB_ERR_CONFIG,
        "model.keep_layers is given beside model.lora or model.adapter, one of them was expected: "
        "an adapter is of a whole model, as the final/ of a run that cuts one is (%s)",
        where);
    return MPB_OK;
}

static mpb_status check_teacher(const run_state *state)
{
    const mpb_run_model *model = &state->config->model;
    mpb_run_config usual = {0};
    char where[RUN_WHERE_SIZE];
    bool set;

    MPB_TRY(mpb_run_config_defaults(&usual));
    set = model->distillation.temperature != usual.model.distillation.temperature ||
          model->distillation.weight != usual.model.distillation.weight;
    mpb_run_config_clear(&usual);
    run_where_given(state,
                    run_given(state, "model.distillation.weight")
                        ? "model.distillation.weight"
                        : "model.distillation.temperature",
                    where);
    MPB_REQUIRE(
        !set || model->teacher != NULL, MPB_ERR_CONFIG,
        "model.distillation is given without model.teacher, the directory of a trained model "
        "(%s)",
        where);
    return MPB_OK;
}

mpb_status run_student_check(const run_state *state)
{
    MPB_TRY(check_layers(state));
    return check_teacher(state);
}
