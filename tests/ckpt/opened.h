#pragma once

/* Model directories in scratch folders. */

#include "check.h"
#include "mpibert/ckpt/model_dir.h"
#include "mpibert/io/file.h"
#include "mpibert/io/json.h"
#include "mpibert/io/safetensors.h"

static const char BERT[] = "tests/golden/model/bert";
static const char DISTILBERT[] = "tests/golden/model/distilbert";

/* A folder of this test's own, removed by scratch_remove. */
static inline void scratch_make(char folder[MPB_PATH_SIZE])
{
    const char *root = getenv("TMPDIR");

    snprintf(folder, MPB_PATH_SIZE, "%s/mpibert-ckpt-XXXXXX", root == NULL ? "/tmp" : root);
    CHECK(mkdtemp(folder) != NULL);
}

static inline void scratch_remove(const char *folder)
{
    CHECK_OK(mpb_path_remove(folder));
}

static inline void copy_file(const char *from, const char *name, const char *to)
{
    char source[MPB_PATH_SIZE];
    char target[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(from, name, source, sizeof(source)));
    CHECK_OK(mpb_path_join(to, name, target, sizeof(target)));
    CHECK_OK(mpb_file_copy(source, target));
}

static inline void write_text(const char *folder, const char *name, const char *text)
{
    char path[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(folder, name, path, sizeof(path)));
    CHECK_OK(mpb_file_replace(path, text, strlen(text)));
}

static inline void read_text(const char *folder, const char *name, mpb_buffer *text)
{
    char path[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(folder, name, path, sizeof(path)));
    CHECK_OK(mpb_file_read(path, text));
}

/* A model directory as read. */
typedef struct opened {
    mpb_model_config config;
    mpb_strings names;
    mpb_parameters parameters;
    float *weights;
    size_t fresh;
} opened;

static inline void make_room(opened *o)
{
    CHECK_OK(mpb_parameters_create(&o->config, &o->parameters));
    o->weights = calloc(o->parameters.size, sizeof(*o->weights));
    CHECK(o->weights != NULL);
}

static inline void open_directory(const char *directory, opened *o)
{
    *o = (opened){0};
    CHECK_OK(mpb_model_dir_read_config(directory, &o->config, &o->names));
    make_room(o);
    CHECK_OK(mpb_model_dir_read_weights(directory, &o->config, &o->parameters, 0, 5, o->weights,
                                        &o->fresh));
}

static inline void close_directory(opened *o)
{
    mpb_strings_clear(&o->names);
    mpb_parameters_destroy(&o->parameters);
    free(o->weights);
}

static inline mpb_status write_opened(const opened *o, const char *directory, const char *tokenizer)
{
    return mpb_model_dir_write(directory,
                               &(mpb_model_dir_content){.config = &o->config,
                                                        .label_names = &o->names,
                                                        .parameters = &o->parameters,
                                                        .weights = o->weights,
                                                        .tokenizer_directory = tokenizer});
}

/* How one name is written into a checkpoint of another kind; "" leaves the tensor out. */
typedef void rename_fn(const char *name, char *out, size_t size);

/* Writes the weights under other names, with a tensor more that no classifier has. */
static inline void write_renamed(const opened *o, rename_fn *rename, const char *folder)
{
    enum { ROOM = 64 };
    static char names[ROOM][MPB_PARAMETER_NAME];
    mpb_tensor_source sources[ROOM];
    char path[MPB_PATH_SIZE];
    size_t count = 0;

    CHECK(o->parameters.count < ROOM);
    for (size_t i = 0; i < o->parameters.count; i++) {
        const mpb_parameter *p = &o->parameters.items[i];

        rename(p->name, names[count], sizeof(names[count]));
        if (names[count][0] != '\0') {
            sources[count] = (mpb_tensor_source){.name = names[count],
                                                 .num_dims = p->num_dims,
                                                 .shape = {p->shape[0], p->shape[1]},
                                                 .data = o->weights + p->offset};
            count++;
        }
    }
    sources[count++] = (mpb_tensor_source){
        .name = "cls.predictions.bias", .num_dims = 1, .shape = {2}, .data = o->weights};
    CHECK_OK(mpb_path_join(folder, "model.safetensors", path, sizeof(path)));
    CHECK_OK(mpb_safetensors_write(path, sources, count));
}
