/* Exact search among the vectors of a file. */

#include "embed.h"
#include "mpibert/core/memory.h"
#include "mpibert/io/json.h"
#include "mpibert/session/model_data.h"
#include "mpibert/vectors/similarity.h"
#include "mpibert/vectors/vector_files.h"
#include "results.h"

static mpb_status fill_line(const mpb_vector_set *index, const mpb_neighbour *found, mpb_json *line)
{
    MPB_TRY(mpb_json_set(line, "id", mpb_json_new_text(index->ids.items[found->row])));
    MPB_TRY(mpb_json_set(line, "similarity", mpb_json_new_number(found->similarity)));
    return index->texts.count == 0
               ? MPB_OK
               : mpb_json_set(line, "text", mpb_json_new_text(index->texts.items[found->row]));
}

static mpb_status append_line(const mpb_vector_set *index, const mpb_neighbour *found,
                              mpb_buffer *out)
{
    mpb_json *line = mpb_json_new_object();
    mpb_status status = line == NULL ? MPB_FAIL(MPB_ERR_SYSTEM, "no memory for a line of results")
                                     : fill_line(index, found, line);

    if (status == MPB_OK) {
        status = mpb_json_write(line, 0, out);
    }
    mpb_json_destroy(&line);
    return status == MPB_OK ? mpb_buffer_append_text(out, "\n") : status;
}

static mpb_status print(const mpb_vector_set *index, const mpb_neighbour *found, size_t count)
{
    mpb_buffer text = {0};
    mpb_status status = MPB_OK;

    for (size_t i = 0; i < count && status == MPB_OK; i++) {
        status = append_line(index, &found[i], &text);
    }
    if (status == MPB_OK) {
        status = mpb_results_write(NULL, &text);
    }
    mpb_buffer_clear(&text);
    return status;
}

static mpb_status print_nearest(const mpb_vector_set *index, const mpb_vector_set *query, long top)
{
    const size_t most = (size_t)top < index->count ? (size_t)top : index->count;
    mpb_neighbour *found = NULL;
    size_t count = 0;
    mpb_status status;

    MPB_TRY(mpb_memory_create(most, sizeof(*found), "the nearest texts", (void **)&found));
    status =
        mpb_nearest(index->count, index->width, index->values, query->values, most, found, &count);
    if (status == MPB_OK) {
        status = print(index, found, count);
    }
    mpb_memory_destroy(found);
    return status;
}

/* `facts` get the hash of the model's weights, which the index has, too. */
static mpb_status read_index(const mpb_embed_model *model, const mpb_embed_arguments *args,
                             mpb_vector_facts *facts, mpb_vector_set *index)
{
    MPB_TRY(mpb_inference_digest(model->inference, facts->weights_sha256));
    MPB_TRY(mpb_vectors_read_h5(args->index, index));
    MPB_TRY(mpb_vector_facts_match(&index->facts, facts, args->index));
    MPB_REQUIRE(index->width == (size_t)model->opened->config.hidden_size, MPB_ERR_DATA,
                "the index has vectors of %zu numbers, %d was expected (%s)", index->width,
                model->opened->config.hidden_size, args->index);
    return MPB_OK;
}

/* A text becomes one sequence, or some chunks of one document. */
static mpb_status embed_query(const mpb_embed_model *model, const char *text, mpb_vector_set *query)
{
    mpb_dataset dataset = {0};
    mpb_documents documents = {0};
    mpb_status status = mpb_text_parse(model->log, model->comm, model->config, model->opened, text,
                                       "--search", &dataset);

    if (status == MPB_OK) {
        status = mpb_documents_find(&dataset, &documents);
    }
    if (status == MPB_OK && documents.count != 1) {
        status =
            MPB_FAIL(MPB_ERR_CONFIG, "the query is %zu texts, one line was expected (--search)",
                     documents.count);
    }
    status = mpb_comm_agree(model->comm, status);
    if (status == MPB_OK) {
        status = mpb_embedding_make(model->comm, model->inference, model->opened, model->config,
                                    &dataset, &documents, query);
    }
    mpb_documents_clear(&documents);
    mpb_dataset_clear(&dataset);
    return status;
}

mpb_status mpb_embed_search(const mpb_embed_model *model, const mpb_embed_arguments *args)
{
    mpb_vector_set index = {0};
    mpb_vector_set query = {.facts =
                                mpb_embedding_facts(model->opened, model->config, &args->wanted)};
    mpb_status status = MPB_OK;

    if (mpb_comm_rank(model->comm) == 0) {
        status = read_index(model, args, &query.facts, &index);
    }
    status = mpb_comm_agree(model->comm, status);
    if (status == MPB_OK) {
        status = embed_query(model, args->query, &query);
    }
    if (status == MPB_OK && mpb_comm_rank(model->comm) == 0) {
        status = print_nearest(&index, &query, args->top);
    }
    mpb_vector_set_clear(&index);
    mpb_vector_set_clear(&query);
    return mpb_comm_agree(model->comm, status);
}
