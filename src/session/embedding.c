#include "mpibert/session/embedding.h"

#include <stdio.h>
#include <string.h>

#include "mpibert/ckpt/sentence_model.h"

/* What the directory says is of the last layer. */
static mpb_status take_own(const mpb_opened_model *opened, mpb_embedding *wanted)
{
    mpb_sentence_model own = {0};

    MPB_TRY(mpb_sentence_model_read(opened->directory, &own));
    wanted->pooling = own.is_there ? mpb_vector_pooling_named(own.pooling) : MPB_VECTOR_CLS;
    wanted->normalised = wanted->normalised || own.normalised;
    return MPB_OK;
}

mpb_status mpb_embedding_settle(mpb_opened_model *opened, mpb_embedding *wanted)
{
    if (wanted->pooling == MPB_NUM_VECTOR_POOLINGS) {
        MPB_TRY(take_own(opened, wanted));
    }
    MPB_TRY(mpb_opened_model_as_encoder(wanted->layer, opened));
    wanted->layer = opened->config.num_hidden_layers - opened->config.skipped_layers;
    return MPB_OK;
}

mpb_vector_facts mpb_embedding_facts(const mpb_opened_model *opened, const mpb_run_config *config,
                                     const mpb_embedding *wanted)
{
    const bool adapted = opened->adapter[0] != '\0';
    mpb_vector_facts made = {.pooling = wanted->pooling,
                             .layer = wanted->layer,
                             .normalised = wanted->normalised,
                             .max_seq_length = config->model.max_seq_length};

    snprintf(made.model, sizeof(made.model), "%.500s",
             adapted ? opened->adapter : opened->directory);
    memcpy(made.vocab_sha256, opened->vocab_sha256, sizeof(made.vocab_sha256));
    return made;
}

mpb_status mpb_embedding_make(const mpb_comm *comm, mpb_inference *inference,
                              const mpb_opened_model *opened, const mpb_run_config *config,
                              const mpb_dataset *dataset, const mpb_documents *documents,
                              mpb_vector_set *set)
{
    const mpb_vector_source source = {.data = dataset,
                                      .pooling = set->facts.pooling,
                                      .width = (size_t)opened->config.hidden_size};
    const mpb_inference_wish wish = {.batch_size = (size_t)config->inference.batch_size,
                                     .choice = mpb_vector_choice(&source),
                                     .keeping = mpb_vector_keeping(&source)};
    mpb_kept kept = {0};
    mpb_status status = mpb_inference_keep(inference, dataset, &wish, &kept);

    if (status == MPB_OK && mpb_comm_rank(comm) == 0) {
        status = mpb_vector_set_take(&source, documents, config->data.document_pooling, &kept, set);
    }
    mpb_kept_clear(&kept);
    return mpb_comm_agree(comm, status);
}
