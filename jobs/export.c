/* mpibert export: writes a finished model for other tools. */

#include <stdio.h>
#include <string.h>

#include "jobs.h"
#include "mpibert/ckpt/adapter.h"
#include "mpibert/ckpt/manifest.h"
#include "mpibert/io/file.h"
#include "mpibert/onnx/onnx.h"
#include "mpibert/session/loaded_model.h"
#include "options.h"

const char mpb_help_export[] =
    "usage: mpibert export --model DIR --format onnx --output FILE.onnx\n"
    "       mpibert export --model DIR --format hf --output DIR [--apart]\n\n"
    "Writes a finished model for other tools, in float32.\n\n"
    "  --model DIR      a model directory, or a run, whose final/ is taken, or an adapter on its\n"
    "                   base model, or the id of a model in models/ or in the cache of Hugging\n"
    "                   Face's libraries\n"
    "  --format onnx    one file for ONNX Runtime and the like (opset 17) with the head that the\n"
    "                   model has, or an encoder alone. Inputs input_ids, attention_mask and, of\n"
    "                   BERT, token_type_ids, int64, of any batch and length; outputs as\n"
    "                   transformers names them. Low-rank adaptations are merged, bottleneck\n"
    "                   adapters are part of the graph; metadata has the labels (id2label). A\n"
    "                   model above 2 GiB has its weights beside it, in FILE.onnx.data\n"
    "  --format hf      a model directory for transformers, low-rank adaptations merged\n"
    "  --apart          an adapter stays one: a folder that PEFT (LoRA) or AdapterHub's library\n"
    "                   (bottleneck adapters) loads on the base model\n"
    "  --output PATH    the file, or the folder, which must be new or empty\n";

#define ONNX_END ".onnx"

typedef struct arguments {
    const char *model, *format, *output;
    bool apart;
} arguments;

typedef struct format {
    const char *name;
    mpb_status (*check_output)(const char *output);
    mpb_status (*write)(const mpb_log *log, const arguments *args, mpb_loaded_model *loaded);
} format;

static mpb_status check_onnx_output(const char *output)
{
    const size_t length = strlen(output);
    const size_t end = strlen(ONNX_END);

    MPB_REQUIRE(!mpb_file_is_directory(output), MPB_ERR_CONFIG,
                "--output is a folder, the name of a file was expected (%s)", output);
    MPB_REQUIRE(length > end && strcmp(output + length - end, ONNX_END) == 0, MPB_ERR_CONFIG,
                "--output should be the name of a file that ends in " ONNX_END " (%s)", output);
    return MPB_OK;
}

static mpb_status write_onnx(const mpb_log *log, const arguments *args, mpb_loaded_model *loaded)
{
    const mpb_opened_model *opened = &loaded->opened;
    const mpb_onnx_content content = {.config = &opened->config,
                                      .label_names = &opened->label_names,
                                      .parameters = &loaded->parameters,
                                      .weights = loaded->weights,
                                      .has_head = loaded->has_head,
                                      .has_pooler = loaded->has_pooler,
                                      .max_length = opened->length};

    (void)log;
    mpb_loaded_model_merge(loaded);
    return mpb_onnx_write(args->output, &content, MPB_ONNX_MOST_BYTES);
}

static mpb_status check_folder(const char *output)
{
    mpb_strings names = {0};
    size_t count;

    if (!mpb_file_exists(output)) {
        return MPB_OK;
    }
    MPB_REQUIRE(mpb_file_is_directory(output), MPB_ERR_CONFIG,
                "--output is a file, a folder was expected (%s)", output);
    MPB_TRY(mpb_directory_list(output, &names));
    count = names.count;
    mpb_strings_clear(&names);
    MPB_REQUIRE(count == 0, MPB_ERR_CONFIG,
                "--output holds files, a folder that is new or empty was expected (%s)", output);
    return MPB_OK;
}

/* What has adapters is read by others in one of the two forms alone. */
static mpb_status check_adapters(const arguments *args, const mpb_loaded_model *loaded)
{
    const mpb_opened_model *opened = &loaded->opened;

    MPB_REQUIRE(loaded->has_head, MPB_ERR_DATA,
                "the model is an encoder alone, one with a trained head was expected (%s)",
                opened->directory);
    MPB_REQUIRE(!args->apart || opened->adapter[0] != '\0', MPB_ERR_CONFIG,
                "--apart is for adapters, this is a whole model (%s)", opened->directory);
    MPB_REQUIRE(args->apart || opened->config.bottleneck.kind == MPB_NO_BOTTLENECK, MPB_ERR_CONFIG,
                "bottleneck adapters cannot be merged, and transformers alone leaves them out: "
                "--format onnx has them and, of a folder such as final-adapter/, --apart (%s)",
                opened->directory);
    return MPB_OK;
}

static mpb_status read_settings(const char *directory, mpb_buffer *text)
{
    char path[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(directory, MPB_MODEL_DIR_SETTINGS, path, sizeof(path)));
    return mpb_file_exists(path) ? mpb_file_read(path, text) : MPB_OK;
}

static mpb_status fill_folder(const arguments *args, const mpb_loaded_model *loaded,
                              const char *folder)
{
    const mpb_opened_model *opened = &loaded->opened;
    mpb_buffer settings = {0};
    mpb_status status = read_settings(opened->directory, &settings);
    const mpb_model_dir_content content = {.config = &opened->config,
                                           .label_names = &opened->label_names,
                                           .parameters = &loaded->parameters,
                                           .weights = loaded->weights,
                                           .tokenizer_directory = opened->directory,
                                           .settings = settings.data};

    if (status == MPB_OK) {
        status = args->apart ? mpb_adapter_write(folder, &content, opened->adapted.base)
                             : mpb_model_dir_write(folder, &content);
    }
    mpb_buffer_clear(&settings);
    return status;
}

/* Without slashes at its end. */
static mpb_status folder_name(const char *output, char path[MPB_PATH_SIZE])
{
    size_t length = strlen(output);

    while (length > 1 && output[length - 1] == '/') {
        length--;
    }
    MPB_REQUIRE(length < MPB_PATH_SIZE, MPB_ERR_SYSTEM, "path of %zu bytes is too long (%s)",
                length, output);
    memcpy(path, output, length);
    path[length] = '\0';
    return MPB_OK;
}

/* Of the folder that was filled nothing is left, or that which it took the place of. */
static mpb_status clean_up(const mpb_log *log, const char *aside, mpb_status status)
{
    char description[1024];

    snprintf(description, sizeof(description), "%s", mpb_status_last());
    if (mpb_path_remove(aside) != MPB_OK) {
        mpb_log_warning(log, "what is needed no more stays: %s", mpb_status_last());
    }
    return status == MPB_OK ? MPB_OK : MPB_FAIL(status, "%s", description);
}

static mpb_status write_hf(const mpb_log *log, const arguments *args, mpb_loaded_model *loaded)
{
    char path[MPB_PATH_SIZE];
    char aside[MPB_PATH_SIZE];
    mpb_status status;

    MPB_TRY(check_adapters(args, loaded));
    MPB_TRY(folder_name(args->output, path));
    MPB_TRY(mpb_directory_begin_aside(path, aside));
    status = fill_folder(args, loaded, aside);
    if (status == MPB_OK) {
        status = mpb_manifest_write(aside);
    }
    if (status == MPB_OK) {
        status = mpb_directory_publish(aside, path);
    }
    return clean_up(log, aside, status);
}

static const format FORMATS[] = {{"onnx", check_onnx_output, write_onnx},
                                 {"hf", check_folder, write_hf}};

static mpb_status find_format(const char *name, const format **found)
{
    for (size_t i = 0; i < sizeof(FORMATS) / sizeof(FORMATS[0]); i++) {
        if (strcmp(FORMATS[i].name, name) == 0) {
            *found = &FORMATS[i];
            return MPB_OK;
        }
    }
    return MPB_FAIL(MPB_ERR_CONFIG, "--format is '%.100s', onnx or hf was expected (command line)",
                    name);
}

static mpb_status parse(int argc, char **argv, arguments *args, const format **chosen)
{
    const mpb_option items[] = {{"--model", &args->model, NULL},
                                {"--format", &args->format, NULL},
                                {"--output", &args->output, NULL},
                                {"--apart", NULL, &args->apart}};
    const mpb_options options = {.items = items, .count = sizeof(items) / sizeof(items[0])};

    MPB_TRY(mpb_options_parse(&options, argc, argv));
    MPB_REQUIRE(args->model != NULL, MPB_ERR_CONFIG, "--model DIR is needed (command line)");
    MPB_REQUIRE(args->format != NULL, MPB_ERR_CONFIG,
                "--format onnx or --format hf is needed (command line)");
    MPB_TRY(find_format(args->format, chosen));
    MPB_REQUIRE(args->output != NULL, MPB_ERR_CONFIG, "--output PATH is needed (command line)");
    MPB_REQUIRE(!args->apart || (*chosen)->write == write_hf, MPB_ERR_CONFIG,
                "--apart goes with --format hf alone (command line)");
    return (*chosen)->check_output(args->output);
}

mpb_status mpb_job_export(const mpb_log *log, int argc, char **argv)
{
    arguments args = {0};
    const format *chosen = NULL;
    mpb_loaded_model loaded = {0};
    mpb_status status;

    MPB_TRY(parse(argc, argv, &args, &chosen));
    status = mpb_loaded_model_read(args.model, &loaded);
    if (status == MPB_OK) {
        mpb_opened_model_warn(log, &loaded.opened);
        status = chosen->write(log, &args, &loaded);
    }
    mpb_loaded_model_close(&loaded);
    return status;
}
