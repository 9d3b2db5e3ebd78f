#include "mpibert/session/inference.h"

#include <stdlib.h>

#include "mpibert/ckpt/model_dir.h"
#include "mpibert/comm/watch.h"
#include "mpibert/eval/predict.h"
#include "mpibert/math/blas.h"
#include "mpibert/session/corpus_setup.h"
#include "mpibert/session/products.h"
#include "mpibert/session/rank_team.h"
#include "mpibert/session/run_task.h"
#include "mpibert/session/same_view.h"
#include "mpibert/session/screen.h"

static mpb_status configure(const mpb_log *log, const mpb_inference_request *request,
                            mpb_opened_model *opened, mpb_run_config *config)
{
    char settings[MPB_PATH_SIZE];

    MPB_TRY(mpb_opened_model_open(request->model, opened));
    MPB_TRY(mpb_path_join(opened->directory, MPB_MODEL_DIR_SETTINGS, settings, sizeof(settings)));
    MPB_TRY(mpb_run_config_read_for_model(
        log, mpb_task_of_model(&opened->config)->task, mpb_file_exists(settings) ? settings : NULL,
        request->config_path, request->overrides, request->num_overrides, config));
    MPB_TRY(mpb_opened_model_ask_labels(log, &config->model, opened));
    return mpb_corpus_settle_length(opened, opened->length, config);
}

mpb_status mpb_inference_open(const mpb_log *log, const mpb_comm *comm,
                              const mpb_inference_request *request, mpb_opened_model *opened,
                              mpb_run_config *config)
{
    MPB_TRY(mpb_comm_agree(comm, configure(log, request, opened, config)));
    mpb_comm_allow_silence(comm, (double)config->cluster.silence_seconds);
    mpb_comm_note(comm, "reading", -1);
    MPB_TRY(mpb_same_config(comm, config, request->config_path));
    MPB_TRY(mpb_same_model(comm, opened));
    mpb_opened_model_warn(log, opened);
    return MPB_OK;
}

struct mpb_inference {
    const mpb_log *log; /* borrowed, likewise the next three */
    const mpb_comm *comm;
    const mpb_opened_model *opened;
    const mpb_run_config *config;
    const mpb_task_table *task; /* NULL: mpb_inference_keep alone is called */
    mpb_team team;
    mpb_isa isa;
    mpb_masking *masking; /* owned; NULL unless the model's task masks tokens */
    mpb_model *model;     /* owned; with room for the batches of the runs so far */
};

static mpb_status make_model(mpb_inference *made, mpb_gemm_choice products)
{
    const mpb_opened_model *opened = made->opened;
    const mpb_model_limits least = {.max_tokens = 1, .max_sequences = 1, .max_length = 1};

    if (made->task != NULL) {
        MPB_TRY(mpb_run_masking(made->config, made->task, opened->tokenizer, &made->masking));
    }
    MPB_TRY(
        mpb_model_create(&opened->config, &least, &made->team, made->isa, products, &made->model));
    return mpb_opened_model_read_weights(opened, mpb_model_parameters(made->model),
                                         mpb_model_weights(made->model));
}

static mpb_status prepare(mpb_inference *made)
{
    const mpb_products_wish wish = {.precision = MPB_GEMM_F32,
                                    .deterministic = made->config->training.deterministic};
    mpb_gemm_choice products;

    MPB_TRY(mpb_rank_team_begin(made->log, made->comm, made->config->cluster.threads_per_rank,
                                &made->team));
    mpb_blas_single_threaded();
    MPB_TRY(mpb_products_isa(made->comm, &made->isa));
    MPB_TRY(mpb_products_choose(made->comm, made->isa, wish, &products));
    MPB_TRY(mpb_comm_agree(made->comm, make_model(made, products)));
    return mpb_same_weights(made->comm, mpb_model_weights(made->model),
                            mpb_model_parameters(made->model)->size, made->opened->directory);
}

mpb_status mpb_inference_create(const mpb_log *log, const mpb_comm *comm,
                                const mpb_opened_model *opened, const mpb_run_config *config,
                                const mpb_task_table *task, mpb_inference **inference)
{
    mpb_inference *made = calloc(1, sizeof(*made));
    mpb_status status = mpb_comm_agree(
        comm, made == NULL ? MPB_FAIL(MPB_ERR_SYSTEM, "no memory to predict") : MPB_OK);

    if (status == MPB_OK) {
        *made = (mpb_inference){
            .log = log, .comm = comm, .opened = opened, .config = config, .task = task};
        status = prepare(made);
    }
    if (status != MPB_OK) {
        mpb_inference_destroy(&made);
        return status;
    }
    *inference = made;
    return MPB_OK;
}

void mpb_inference_destroy(mpb_inference **inference)
{
    mpb_inference *gone = *inference;

    if (gone == NULL) {
        return;
    }
    mpb_model_destroy(&gone->model);
    mpb_masking_destroy(&gone->masking);
    mpb_team_end(&gone->team);
    free(gone);
    *inference = NULL;
}

/* What the size of a dataset decides. */
static mpb_status make_room(mpb_inference *inference, const mpb_dataset *dataset, size_t batch_size)
{
    const mpb_model_limits limits = {
        .max_tokens = mpb_predict_max_tokens(dataset, batch_size),
        .max_sequences = batch_size,
        .max_length = mpb_dataset_longest(dataset),
    };

    return mpb_model_make_room(inference->model, &limits);
}

mpb_status mpb_inference_keep(mpb_inference *inference, const mpb_dataset *dataset,
                              const mpb_inference_wish *wish, mpb_kept *kept)
{
    mpb_progress progress =
        mpb_screen_progress(inference->log, inference->config->logging.progress);
    const mpb_predict_watch watch = {.tell = mpb_screen_predictions, .context = &progress};
    const mpb_predict_options options = {.batch_size = wish->batch_size,
                                         .not_finite = MPB_ERR_DATA,
                                         .choice = wish->choice,
                                         .keeping = wish->keeping,
                                         .watch = &watch};
    mpb_status status =
        mpb_comm_agree(inference->comm, make_room(inference, dataset, wish->batch_size));

    if (status == MPB_OK) {
        mpb_comm_note(inference->comm, "predicting", -1);
        status = mpb_predict(inference->comm, inference->model, dataset, &options, kept);
    }
    mpb_progress_clear(&progress);
    return status;
}

static mpb_task_sequences sequences_of(const mpb_inference *inference, const mpb_dataset *dataset)
{
    const mpb_model_config *model = &inference->opened->config;

    return (mpb_task_sequences){.task = inference->task,
                                .nn = mpb_nn_for(inference->isa),
                                .data = dataset,
                                .num_labels = model->num_labels,
                                .draw = {inference->masking, MPB_EVALUATION_DRAW},
                                .answers = &inference->config->inference.answers};
}

mpb_status mpb_inference_digest(const mpb_inference *inference, char digest[MPB_SHA256_TEXT])
{
    return mpb_sha256_of_bytes(mpb_model_weights(inference->model),
                               mpb_model_parameters(inference->model)->size * sizeof(float),
                               digest);
}

mpb_status mpb_inference_run(mpb_inference *inference, const mpb_dataset *dataset,
                             const mpb_documents *documents, size_t batch_size, mpb_kept *kept)
{
    const mpb_task_sequences sequences = sequences_of(inference, dataset);
    const mpb_inference_wish wish = {.batch_size = batch_size,
                                     .choice = mpb_task_choice(&sequences),
                                     .keeping = mpb_task_keeping(&sequences)};

    if (dataset->num_sequences == 0) {
        return MPB_OK;
    }
    MPB_TRY(mpb_inference_keep(inference, dataset, &wish, kept));
    if (mpb_comm_rank(inference->comm) == 0) {
        mpb_task_merge(&sequences, documents, inference->config->data.document_pooling, kept);
    }
    return MPB_OK;
}

mpb_task_results mpb_inference_results(const mpb_inference *inference, const mpb_dataset *dataset,
                                       const mpb_documents *documents, const mpb_kept *kept)
{
    const mpb_task_sequences sequences = sequences_of(inference, dataset);
    mpb_task_results results =
        mpb_task_results_of(&sequences, documents, &inference->opened->label_names, kept);

    results.tokenizer = inference->opened->tokenizer;
    return results;
}

static mpb_status run_once(mpb_inference *inference, const mpb_dataset *dataset, size_t batch_size,
                           mpb_inference_write_fn *write, const void *context)
{
    mpb_documents documents = {0};
    mpb_kept kept = {0};
    mpb_status status = mpb_comm_agree(inference->comm, mpb_documents_find(dataset, &documents));

    if (status == MPB_OK) {
        status = mpb_inference_run(inference, dataset, &documents, batch_size, &kept);
    }
    if (status == MPB_OK && mpb_comm_rank(inference->comm) == 0) {
        const mpb_task_results results =
            mpb_inference_results(inference, dataset, &documents, &kept);

        status = write(inference->task, &results, context);
    }
    mpb_kept_clear(&kept);
    mpb_documents_clear(&documents);
    return mpb_comm_agree(inference->comm, status);
}

mpb_status mpb_inference_once(const mpb_log *log, const mpb_comm *comm,
                              const mpb_opened_model *opened, const mpb_run_config *config,
                              const mpb_task_table *task, const mpb_dataset *dataset,
                              size_t batch_size, mpb_inference_write_fn *write, const void *context)
{
    mpb_inference *inference = NULL;
    mpb_status status = mpb_inference_create(log, comm, opened, config, task, &inference);

    if (status == MPB_OK) {
        status = run_once(inference, dataset, batch_size, write, context);
    }
    mpb_inference_destroy(&inference);
    return status;
}
