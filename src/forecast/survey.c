#include "survey.h"

#include <math.h>

#include "mpibert/budget/memory_grant.h"
#include "mpibert/session/corpus_setup.h"
#include "mpibert/session/run_task.h"
#include "mpibert/train/run.h"

static mpb_status open_model(survey *s)
{
    MPB_TRY(mpb_opened_model_for_training(&s->question->config->model, &s->opened));
    s->config = *s->question->config;
    MPB_TRY(mpb_run_task_settle(&s->config, &s->task));
    MPB_TRY(mpb_teacher_open(&s->config, s->task, &s->opened, &s->teacher));
    MPB_TRY(mpb_run_masking(&s->config, s->task, s->opened.tokenizer, &s->masking));
    return mpb_corpus_settle_length(&s->opened, MPB_USUAL_LENGTH, &s->config);
}

/* In memory, and of long data a sample: nothing is written, and the answer does not keep anybody
 * waiting. */
static mpb_status open_inputs(survey *s)
{
    mpb_run_config config = s->config;

    config.data.cache_directory = NULL;
    if (config.data.max_samples == 0 || config.data.max_samples > MPB_FORECAST_TEXTS) {
        config.data.max_samples = MPB_FORECAST_TEXTS;
    }
    MPB_TRY(mpb_run_inputs_load(s->log, s->comm, &config, &s->opened, &s->inputs));
    MPB_TRY(
        mpb_task_shape_model(s->task, &s->inputs.train, s->opened.directory, &s->opened.config));
    MPB_TRY(mpb_teacher_check(&s->teacher, &s->opened.config, &s->inputs.train));
    MPB_TRY(mpb_teacher_reserve(&s->teacher, s->task, &s->inputs.train));
    return mpb_task_examples_find(s->task, &s->inputs.train, &s->examples);
}

/* Texts of the run by texts that were read. */
static double find_scale(const survey *s)
{
    const int64_t asked = s->config.data.max_samples;
    double texts = (double)s->inputs.train.num_documents;

    if (asked > 0 && texts > (double)asked) {
        texts = (double)asked;
    }
    return texts > MPB_FORECAST_TEXTS ? texts / MPB_FORECAST_TEXTS : 1.0;
}

static size_t count_documents(const mpb_dataset *data)
{
    size_t count = 0;

    for (size_t i = 0; i < data->num_sequences; i++) {
        count += mpb_dataset_begins_document(data, i);
    }
    return count;
}

/* Documents of the run, at most `most` unless that is 0, by those of its data that were read, of
 * which the whole data has `scale` times as many. */
static double limited_scale(const mpb_dataset *read, double scale, int64_t most)
{
    const double documents = (double)count_documents(read);

    return most > 0 && scale * documents > (double)most ? (double)most / documents : scale;
}

static void describe_data(survey *s, mpb_data_forecast *data)
{
    const mpb_run_data *asked = &s->config.data;
    const mpb_dataset *train = &s->inputs.train;
    const mpb_dataset *validation = &s->inputs.validation;
    const double read = (double)train->num_sequences;
    const double tokens = (double)mpb_dataset_num_tokens(train);
    const double train_scale = limited_scale(train, s->scale, asked->max_train_samples);
    const double validation_scale =
        asked->validation.count > 0
            ? 1.0
            : limited_scale(validation, s->scale, asked->max_validation_samples);

    *data = (mpb_data_forecast){
        .sampled = s->scale > 1.0,
        .texts = train->num_documents,
        .truncation = s->inputs.truncation,
        .train_examples = llround(train_scale * (double)s->examples.count),
        .train_sequences = llround(train_scale * read),
        .validation_sequences = llround(validation_scale * (double)validation->num_sequences),
        .mean_length = tokens / read,
        .longest = mpb_dataset_longest(train),
    };
    data->tokens = data->mean_length * (double)data->train_sequences;
    s->scale = (double)data->train_sequences / read;
}

mpb_status survey_make(survey *s, mpb_data_forecast *data)
{
    MPB_TRY(mpb_train_check_ranks(s->question->config, s->question->ranks));
    s->program = mpb_memory_resident();
    MPB_TRY(open_model(s));
    mpb_opened_model_warn(s->log, &s->opened);
    MPB_TRY(open_inputs(s));
    MPB_TRY(mpb_parameters_create(&s->opened.config, &s->parameters));
    s->scale = find_scale(s);
    describe_data(s, data);
    return MPB_OK;
}

void survey_clear(survey *s)
{
    mpb_masking_destroy(&s->masking);
    mpb_parameters_destroy(&s->parameters);
    mpb_task_examples_clear(&s->examples);
    mpb_run_inputs_clear(&s->inputs);
    mpb_teacher_close(&s->teacher);
    mpb_opened_model_close(&s->opened);
}

mpb_plan_options survey_plan(const survey *s)
{
    const mpb_run_training *training = &s->config.training;

    return (mpb_plan_options){
        .num_examples = s->examples.count,
        .begins = s->examples.begins,
        .data = &s->inputs.train,
        .batch_size = training->batch_size_per_rank > 0
                          ? (size_t)(training->batch_size_per_rank * s->question->ranks)
                          : (size_t)training->batch_size,
        .accumulation = (size_t)training->gradient_accumulation_steps,
        .hidden_size = s->opened.config.hidden_size,
        .seed = (uint64_t)training->seed,
        .size = s->question->ranks,
        .deterministic = training->deterministic,
    };
}
