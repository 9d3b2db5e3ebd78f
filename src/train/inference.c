#include "mpibert/train/inference.h"

#include "mpibert/ckpt/model_dir.h"
#include "mpibert/core/memory.h"
#include "mpibert/eval/pooling.h"
#include "mpibert/eval/predict.h"
#include "mpibert/math/blas.h"
#include "mpibert/train/corpus_setup.h"
#include "mpibert/train/products.h"
#include "mpibert/train/rank_team.h"
#include "mpibert/train/screen.h"

mpb_status mpb_inference_configure(const mpb_log *log, const char *path,
                                   const char *const *overrides, size_t num_overrides,
                                   mpb_opened_model *opened, mpb_run_config *config)
{
    char settings[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(opened->directory, MPB_MODEL_DIR_SETTINGS, settings, sizeof(settings)));
    MPB_TRY(mpb_run_config_read_for_model(log, mpb_file_exists(settings) ? settings : NULL, path,
                                          overrides, num_overrides, config));
    MPB_TRY(mpb_opened_model_ask_labels(log, &config->model, opened));
    return mpb_corpus_settle_length(opened, opened->length, config);
}

static mpb_status make_model(const mpb_opened_model *opened, const mpb_model_limits *limits,
                             const mpb_team *team, mpb_isa isa, mpb_gemm_choice products,
                             mpb_model **model)
{
    size_t num_initialised = 0;

    MPB_TRY(mpb_model_create(&opened->config, limits, team, isa, products, model));
    MPB_TRY(mpb_model_dir_read_weights(opened->directory, &opened->config,
                                       mpb_model_parameters(*model), false, 0,
                                       mpb_model_weights(*model), &num_initialised));
    MPB_REQUIRE(num_initialised == 0, MPB_ERR_DATA,
                "the model has no trained classification head: %zu of its tensors are missing; "
                "train it first (%s)",
                num_initialised, opened->directory);
    return MPB_OK;
}

/* Of all sequences, (num_sequences, num_labels). */
static mpb_status compute_logits(const mpb_comm *comm, const mpb_opened_model *opened,
                                 const mpb_dataset *dataset, size_t batch_size,
                                 const mpb_team *team, const mpb_predict_watch *watch,
                                 float **logits)
{
    const mpb_model_limits limits = {
        .max_tokens = mpb_predict_max_tokens(dataset, batch_size),
        .max_sequences = batch_size,
        .max_length = mpb_dataset_longest(dataset),
        .training = false,
    };
    mpb_gemm_choice products;
    mpb_isa isa;
    mpb_model *model = NULL;
    float *made = NULL;
    mpb_status status;

    mpb_blas_single_threaded();
    MPB_TRY(mpb_products_isa(comm, &isa));
    MPB_TRY(mpb_products_choose(comm, isa, MPB_GEMM_F32, &products));
    status = mpb_memory_create(dataset->num_sequences * (size_t)opened->config.num_labels,
                               sizeof(*made), "the logits of a dataset", (void **)&made);
    if (status == MPB_OK && dataset->num_sequences > 0) {
        status = make_model(opened, &limits, team, isa, products, &model);
    }
    status = mpb_comm_agree(comm, status);
    if (status == MPB_OK && dataset->num_sequences > 0) {
        status = mpb_predict_logits(comm, model, dataset, batch_size, MPB_ERR_DATA, watch, made);
    }
    mpb_model_destroy(&model);
    if (status != MPB_OK) {
        mpb_memory_destroy(made);
        return status;
    }
    *logits = made;
    return MPB_OK;
}

mpb_status mpb_inference_documents(const mpb_log *log, const mpb_comm *comm,
                                   const mpb_opened_model *opened, const mpb_run_config *config,
                                   const mpb_dataset *dataset, size_t batch_size,
                                   mpb_documents *documents, float **logits)
{
    mpb_progress progress = mpb_screen_progress(log, config->logging.progress);
    const mpb_predict_watch watch = {.tell = mpb_screen_predictions, .context = &progress};
    mpb_team team = {0};
    mpb_documents found = {0};
    mpb_status status = mpb_comm_agree(comm, mpb_documents_find(dataset, &found));

    if (status == MPB_OK) {
        status = mpb_rank_team_begin(log, comm, config->cluster.threads_per_rank, &team);
    }
    if (status == MPB_OK) {
        status = compute_logits(comm, opened, dataset, batch_size, &team, &watch, logits);
    }
    mpb_progress_clear(&progress);
    mpb_team_end(&team);
    if (status != MPB_OK) {
        mpb_documents_clear(&found);
        return status;
    }
    mpb_documents_pool(&found, config->data.document_pooling, (size_t)opened->config.num_labels,
                       *logits);
    *documents = found;
    return MPB_OK;
}
