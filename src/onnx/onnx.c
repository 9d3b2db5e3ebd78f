#include "mpibert/onnx/onnx.h"

#include <stdio.h>
#include <string.h>

#include "fields.h"
#include "model_file.h"
#include "mpibert/core/version.h"
#include "mpibert/io/file.h"
#include "mpibert/io/json.h"
#include "mpibert/model/head.h"
#include "network.h"
#include "protobuf.h"

enum { IR_VERSION = 8 }; /* that came with opset 17 */

/* A failure is in graph->status. */
static void make_graph(const mpb_onnx_content *content, graph *made)
{
    network net = {.graph = made,
                   .content = content,
                   .config = content->config,
                   .family = mpb_family_of(content->config->family)};

    *made = (graph){.parameters = content->parameters, .weights = content->weights, .part = ""};
    network_inputs(&net);
    network_head(&net, network_encoder(&net));
}

static mpb_status write_property(mpb_buffer *to, const char *key, const char *value)
{
    return model_file_entry(to, MODEL_METADATA_PROPS, key, value);
}

static mpb_status write_labels(const mpb_strings *names, mpb_buffer *to)
{
    mpb_json *labels = mpb_json_new_object();
    mpb_buffer text = {0};
    mpb_status status = MPB_OK;

    MPB_REQUIRE(labels != NULL, MPB_ERR_SYSTEM, "no memory for the names of labels");
    for (size_t i = 0; status == MPB_OK && i < names->count; i++) {
        char id[32];

        snprintf(id, sizeof(id), "%zu", i);
        status = mpb_json_set(labels, id, mpb_json_new_text(names->items[i]));
    }
    if (status == MPB_OK) {
        status = mpb_json_write(labels, 0, &text);
    }
    if (status == MPB_OK) {
        status = write_property(to, "id2label", text.data);
    }
    mpb_buffer_clear(&text);
    mpb_json_destroy(&labels);
    return status;
}

static mpb_status write_metadata(const mpb_onnx_content *content, mpb_buffer *to)
{
    const mpb_model_config *config = content->config;
    const mpb_head_facts *head = mpb_head_of(config->head);
    char text[64];

    snprintf(text, sizeof(text), "%s%s", mpb_family_of(config->family)->class_prefix,
             content->has_head ? head->class_name : "Model");
    MPB_TRY(write_property(to, "architecture", text));
    snprintf(text, sizeof(text), "%d", content->max_length);
    MPB_TRY(write_property(to, "max_length", text));
    if (content->has_head && head->has_problem) {
        MPB_TRY(write_property(to, "problem_type", mpb_problem_name(config->problem)));
    }
    return content->has_head && head->has_labels ? write_labels(content->label_names, to) : MPB_OK;
}

/* Fields of ModelProto but the graph. */
static mpb_status write_settings(const mpb_onnx_content *content, mpb_buffer *to)
{
    mpb_buffer opset = {0};

    MPB_TRY(protobuf_integer(to, MODEL_IR_VERSION, IR_VERSION));
    MPB_TRY(protobuf_text(to, MODEL_PRODUCER_NAME, "mpibert"));
    MPB_TRY(protobuf_text(to, MODEL_PRODUCER_VERSION, mpb_version()));
    MPB_TRY(write_metadata(content, to));
    MPB_TRY(protobuf_integer(&opset, OPSET_VERSION, MPB_ONNX_OPSET));
    return protobuf_message(to, MODEL_OPSET_IMPORT, &opset);
}

/* The weights' file is whole before the model's names it. */
static mpb_status write_files(const char *path, const model_file *file)
{
    char data[MPB_PATH_SIZE];

    if (file->data_name != NULL) {
        const int length = snprintf(data, sizeof(data), "%s" MPB_ONNX_DATA_END, path);

        MPB_REQUIRE((size_t)length < sizeof(data), MPB_ERR_SYSTEM,
                    "path of %d bytes is too long (%s)", length, path);
        MPB_TRY(mpb_file_replace_pieces(data, file->data, file->data_count));
    }
    return mpb_file_replace_pieces(path, file->pieces, file->count);
}

static mpb_status make_and_write(const char *path, const graph *from, const mpb_buffer *settings,
                                 uint64_t most_bytes)
{
    const char *slash = strrchr(path, '/');
    char data_name[MPB_PATH_SIZE];
    model_file file = {0};
    mpb_status status = model_file_make(from, settings, NULL, &file);

    snprintf(data_name, sizeof(data_name), "%s" MPB_ONNX_DATA_END,
             slash == NULL ? path : slash + 1);
    if (status == MPB_OK && file.bytes > most_bytes) {
        model_file_clear(&file);
        status = model_file_make(from, settings, data_name, &file);
    }
    if (status == MPB_OK) {
        status = write_files(path, &file);
    }
    model_file_clear(&file);
    return status;
}

mpb_status mpb_onnx_write(const char *path, const mpb_onnx_content *content, uint64_t most_bytes)
{
    graph made;
    mpb_buffer settings = {0};
    mpb_status status = write_settings(content, &settings);

    make_graph(content, &made);
    if (status == MPB_OK) {
        status = made.status;
    }
    if (status == MPB_OK) {
        status = make_and_write(path, &made, &settings, most_bytes);
    }
    graph_clear(&made);
    mpb_buffer_clear(&settings);
    return status;
}
