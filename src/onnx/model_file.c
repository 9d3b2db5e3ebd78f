#include "model_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "fields.h"
#include "protobuf.h"

enum {
    PAGE = 4096,          /* onnx.proto: where a tensor in a file of its own should begin */
    LEAST_OUTSIDE = 1024, /* bytes: smaller ones stay in the graph, as in onnx' own helper */
};

static const char PADDING[PAGE];

static bool is_outside(const model_file *file, const graph_tensor *tensor)
{
    return file->data_name != NULL && tensor->data != NULL && tensor->bytes >= LEAST_OUTSIDE;
}

static const void *values_of(const graph_tensor *tensor)
{
    return tensor->data != NULL ? tensor->data : tensor->own;
}

mpb_status model_file_entry(mpb_buffer *to, int field, const char *key, const char *value)
{
    mpb_buffer entry = {0};
    mpb_status status = protobuf_text(&entry, ENTRY_KEY, key);

    if (status == MPB_OK) {
        status = protobuf_text(&entry, ENTRY_VALUE, value);
    }
    if (status == MPB_OK) {
        status = protobuf_message(to, field, &entry);
    }
    mpb_buffer_clear(&entry);
    return status;
}

static mpb_status write_number(mpb_buffer *to, const char *key, uint64_t number)
{
    char text[32];

    snprintf(text, sizeof(text), "%" PRIu64, number);
    return model_file_entry(to, TENSOR_EXTERNAL_DATA, key, text);
}

/* Fields of TensorProto, up to the values that follow or with the place where these lie. */
static mpb_status write_tensor(const model_file *file, const graph_tensor *tensor, uint64_t offset,
                               mpb_buffer *to)
{
    for (int i = 0; i < tensor->num_dims; i++) {
        MPB_TRY(protobuf_integer(to, TENSOR_DIMS, tensor->dims[i]));
    }
    MPB_TRY(protobuf_integer(to, TENSOR_DATA_TYPE, tensor->data_type));
    MPB_TRY(protobuf_text(to, TENSOR_NAME, tensor->name));
    if (!is_outside(file, tensor)) {
        return protobuf_begin_bytes(to, TENSOR_RAW_DATA, tensor->bytes);
    }
    MPB_TRY(model_file_entry(to, TENSOR_EXTERNAL_DATA, "location", file->data_name));
    MPB_TRY(write_number(to, "offset", offset));
    MPB_TRY(write_number(to, "length", tensor->bytes));
    return protobuf_integer(to, TENSOR_DATA_LOCATION, DATA_LOCATION_EXTERNAL);
}

static mpb_status make_head(const model_file *file, const graph_tensor *tensor, uint64_t offset,
                            mpb_buffer *head)
{
    mpb_buffer fields = {0};
    mpb_status status = write_tensor(file, tensor, offset, &fields);

    if (status == MPB_OK) {
        status = protobuf_begin_bytes(head, GRAPH_FIELD_INITIALIZER,
                                      fields.size + (is_outside(file, tensor) ? 0 : tensor->bytes));
    }
    if (status == MPB_OK) {
        status = mpb_buffer_append(head, fields.data, fields.size);
    }
    mpb_buffer_clear(&fields);
    return status;
}

static void add_piece(mpb_file_piece *pieces, size_t *count, const void *bytes, size_t size)
{
    pieces[(*count)++] = (mpb_file_piece){bytes, size};
}

/* Heads of all tensors, and their pieces behind the first one. *bytes = of the pieces that were
 * added. */
static mpb_status add_tensors(model_file *file, uint64_t *bytes)
{
    uint64_t offset = 0;

    *bytes = 0;
    for (size_t i = 0; i < file->graph->num_tensors; i++) {
        const graph_tensor *tensor = &file->graph->tensors[i];
        const size_t gap = (PAGE - tensor->bytes % PAGE) % PAGE;

        MPB_TRY(make_head(file, tensor, offset, &file->heads[i]));
        add_piece(file->pieces, &file->count, file->heads[i].data, file->heads[i].size);
        *bytes += file->heads[i].size;
        if (is_outside(file, tensor)) {
            add_piece(file->data, &file->data_count, values_of(tensor), tensor->bytes);
            add_piece(file->data, &file->data_count, PADDING, gap);
            offset += tensor->bytes + gap;
        } else {
            add_piece(file->pieces, &file->count, values_of(tensor), tensor->bytes);
            *bytes += tensor->bytes;
        }
    }
    return MPB_OK;
}

static mpb_status make_pieces(const mpb_buffer *settings, model_file *file)
{
    mpb_buffer *begin = &file->begin;
    mpb_buffer name = {0};
    uint64_t tensors;
    mpb_status status;

    file->count = 1;
    MPB_TRY(add_tensors(file, &tensors));
    MPB_TRY(mpb_buffer_append(begin, settings->data, settings->size));
    status = protobuf_text(&name, GRAPH_FIELD_NAME, "mpibert");
    if (status == MPB_OK) {
        status = protobuf_begin_bytes(begin, MODEL_GRAPH,
                                      name.size + file->graph->fields.size + tensors);
    }
    if (status == MPB_OK) {
        status = mpb_buffer_append(begin, name.data, name.size);
    }
    mpb_buffer_clear(&name);
    MPB_TRY(status);
    MPB_TRY(mpb_buffer_append(begin, file->graph->fields.data, file->graph->fields.size));
    file->pieces[0] = (mpb_file_piece){begin->data, begin->size};
    file->bytes = begin->size + tensors;
    return MPB_OK;
}

mpb_status model_file_make(const graph *from, const mpb_buffer *settings, const char *data_name,
                           model_file *file)
{
    const size_t most = 2 * from->num_tensors + 1;

    *file = (model_file){.graph = from, .data_name = data_name};
    file->heads = calloc(from->num_tensors, sizeof(*file->heads));
    file->pieces = calloc(most, sizeof(*file->pieces));
    file->data = calloc(most, sizeof(*file->data));
    MPB_REQUIRE(file->heads != NULL && file->pieces != NULL && file->data != NULL, MPB_ERR_SYSTEM,
                "no memory for a list of %zu tensors", from->num_tensors);
    return make_pieces(settings, file);
}

void model_file_clear(model_file *file)
{
    for (size_t i = 0; file->heads != NULL && i < file->graph->num_tensors; i++) {
        mpb_buffer_clear(&file->heads[i]);
    }
    mpb_buffer_clear(&file->begin);
    free(file->heads);
    free(file->pieces);
    free(file->data);
    *file = (model_file){0};
}
