/* What `mpibert embed` finds of its vectors: similarity and principal components, printed, drawn
 * and written. */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "embed.h"
#include "mpibert/core/memory.h"
#include "mpibert/io/file.h"
#include "mpibert/picture/heat_map.h"
#include "mpibert/picture/scatter.h"
#include "mpibert/vectors/similarity.h"
#include "mpibert/vectors/vector_files.h"
#include "results.h"

enum { SHOWN = 35 }; /* code points of a text in a line */

typedef struct named_format {
    const char *ending;
    mpb_embed_format format;
} named_format;

static const char *ending_of(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot == NULL || strchr(dot, '/') != NULL ? path + strlen(path) : dot;
}

mpb_embed_format mpb_embed_format_of(const char *output)
{
    static const named_format formats[] = {{".jsonl", MPB_EMBED_JSONL},
                                           {".h5", MPB_EMBED_HDF5},
                                           {".hdf5", MPB_EMBED_HDF5},
                                           {".npy", MPB_EMBED_NPY}};

    for (size_t i = 0; output != NULL && i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcasecmp(ending_of(output), formats[i].ending) == 0) {
            return formats[i].format;
        }
    }
    return output == NULL ? MPB_EMBED_JSONL : MPB_EMBED_UNKNOWN;
}

static mpb_status check_search(const mpb_embed_arguments *args)
{
    MPB_REQUIRE(args->index == NULL || args->query != NULL, MPB_ERR_CONFIG,
                "--index is given without --search, which it belongs to (command line)");
    if (args->query == NULL) {
        return MPB_OK;
    }
    MPB_REQUIRE(args->index != NULL, MPB_ERR_CONFIG,
                "--search needs --index FILE.h5, the texts to look among (command line)");
    MPB_REQUIRE(args->input == NULL && args->output == NULL && !args->similarity &&
                    args->num_components == 0,
                MPB_ERR_CONFIG,
                "--search prints the nearest texts: --input, --output, --similarity and --pca do "
                "not go with it (command line)");
    return MPB_OK;
}

mpb_status mpb_embed_check_arguments(const mpb_embed_arguments *args)
{
    MPB_REQUIRE(mpb_embed_format_of(args->output) != MPB_EMBED_UNKNOWN, MPB_ERR_CONFIG,
                "--output is '%.200s', a name that ends in .h5, .hdf5, .npy or .jsonl was expected "
                "(command line)",
                args->output);
    MPB_REQUIRE(args->output == NULL || !mpb_file_is_directory(args->output), MPB_ERR_CONFIG,
                "--output is a folder, a file was expected (%s)", args->output);
    return check_search(args);
}

/* Texts where there are any, in one line each. */
static mpb_status make_labels(const mpb_vector_set *set, mpb_strings *labels)
{
    MPB_TRY(mpb_strings_copy(labels, set->texts.count > 0 ? &set->texts : &set->ids));
    for (size_t i = 0; i < labels->count; i++) {
        for (char *c = labels->items[i]; *c != '\0'; c++) {
            *c = (unsigned char)*c < ' ' || *c == 0x7F ? ' ' : *c;
        }
    }
    return MPB_OK;
}

/* Bytes of the label's beginning that a line shows. */
static int shown(const char *label)
{
    size_t seen = 0;
    int at = 0;

    for (; label[at] != '\0'; at++) {
        if (((unsigned char)label[at] & 0xC0) != 0x80 && seen++ == SHOWN) {
            break;
        }
    }
    return at;
}

static void print_similarity(const mpb_strings *labels, const double *matrix)
{
    const size_t N = labels->count;

    printf("Semantic Similarity Matrix (Cosine):\n");
    for (size_t i = 0; i < N; i++) {
        for (size_t k = i + 1; k < N; k++) {
            printf("%.3f | %.*s... ↔ %.*s...\n", matrix[i * N + k], shown(labels->items[i]),
                   labels->items[i], shown(labels->items[k]), labels->items[k]);
        }
    }
}

static void print_pca(const mpb_strings *labels, const mpb_pca *pca)
{
    printf("Principal Components (explained variance");
    for (size_t k = 0; k < pca->num_components; k++) {
        printf("%s %.3f", k == 0 ? "" : ",", pca->ratios[k]);
    }
    printf("):\n");
    for (size_t i = 0; i < pca->count; i++) {
        for (size_t k = 0; k < pca->num_components; k++) {
            printf("%9.4f ", pca->projected[i * pca->num_components + k]);
        }
        printf("| %.*s...\n", shown(labels->items[i]), labels->items[i]);
    }
}

/* Beside the output, NAME.KIND.svg in place of NAME.ENDING. */
static mpb_status write_picture(const mpb_log *log, const mpb_embed_arguments *args,
                                const char *kind, const mpb_buffer *svg)
{
    const char *output = args->output == NULL ? "embeddings" : args->output;
    char path[MPB_PATH_SIZE];
    const int length = snprintf(path, sizeof(path), "%.*s.%s.svg",
                                (int)(ending_of(output) - output), output, kind);

    MPB_REQUIRE(length < (int)sizeof(path), MPB_ERR_SYSTEM, "the picture's name is too long (%s)",
                output);
    MPB_TRY(mpb_file_replace(path, svg->data, svg->size));
    mpb_log_info(log, "the picture is %s", path);
    return MPB_OK;
}

static mpb_status draw_similarity(const mpb_log *log, const mpb_embed_arguments *args,
                                  const mpb_strings *labels, const double *matrix)
{
    const mpb_heat_map map = {.title = "Cosine similarity",
                              .count = labels->count,
                              .labels = labels->items,
                              .values = matrix};
    mpb_buffer svg = {0};
    mpb_status status = mpb_heat_map_draw(&map, &svg);

    if (status == MPB_OK) {
        status = write_picture(log, args, "similarity", &svg);
    }
    mpb_buffer_clear(&svg);
    return status;
}

enum { AXIS_TITLE = 64 };

static void name_axis(const mpb_pca *pca, size_t k, char title[AXIS_TITLE])
{
    snprintf(title, AXIS_TITLE, "component %zu (%.1f %% of the variance)", k + 1,
             100.0 * pca->ratios[k]);
}

static mpb_status draw_pca(const mpb_log *log, const mpb_embed_arguments *args,
                           const mpb_strings *labels, const mpb_pca *pca)
{
    char x_title[AXIS_TITLE];
    char y_title[AXIS_TITLE];
    const mpb_scatter scatter = {.title = "Principal components",
                                 .x_title = x_title,
                                 .y_title = y_title,
                                 .count = pca->count,
                                 .labels = labels->items,
                                 .points = pca->projected,
                                 .stride = pca->num_components};
    mpb_buffer svg = {0};
    mpb_status status;

    name_axis(pca, 0, x_title);
    name_axis(pca, 1, y_title);
    status = mpb_scatter_draw(&scatter, &svg);
    if (status == MPB_OK) {
        status = write_picture(log, args, "pca", &svg);
    }
    mpb_buffer_clear(&svg);
    return status;
}

/* What is found of a set, each where it was asked for. */
typedef struct findings {
    mpb_strings labels;
    double *similarity; /* owned */
    mpb_pca pca;
} findings;

static mpb_status find(const mpb_embed_arguments *args, const mpb_vector_set *set, findings *found)
{
    MPB_TRY(make_labels(set, &found->labels));
    if (args->similarity) {
        MPB_TRY(mpb_memory_create(set->count * set->count, sizeof(*found->similarity),
                                  "a matrix of similarities", (void **)&found->similarity));
        MPB_TRY(mpb_cosines(set->count, set->width, set->values, found->similarity));
    }
    return args->num_components == 0 ? MPB_OK
                                     : mpb_pca_fit(set->count, set->width, set->values,
                                                   (size_t)args->num_components, &found->pca);
}

static mpb_status show(const mpb_log *log, const mpb_embed_arguments *args, const findings *found)
{
    if (args->similarity) {
        print_similarity(&found->labels, found->similarity);
        MPB_TRY(draw_similarity(log, args, &found->labels, found->similarity));
    }
    if (args->num_components > 0) {
        print_pca(&found->labels, &found->pca);
        MPB_TRY(draw_pca(log, args, &found->labels, &found->pca));
    }
    return MPB_OK;
}

static mpb_status write_jsonl(const mpb_embed_arguments *args, const mpb_opened_model *opened,
                              const mpb_vector_set *set)
{
    mpb_buffer text = {0};
    mpb_status status = mpb_vectors_append_jsonl(set, opened->tokenizer, &text);

    if (status == MPB_OK) {
        status = mpb_results_write(args->output, &text);
    }
    mpb_buffer_clear(&text);
    return status;
}

/* Where something else is printed, vectors are not. */
static mpb_status write_vectors(const mpb_embed_arguments *args, const mpb_opened_model *opened,
                                const mpb_vector_set *set, const findings *found)
{
    const mpb_vector_findings more = {.similarity = found->similarity,
                                      .pca = args->num_components > 0 ? &found->pca : NULL};

    switch (mpb_embed_format_of(args->output)) {
    case MPB_EMBED_HDF5:
        return mpb_vectors_write_h5(args->output, set, &more);
    case MPB_EMBED_NPY:
        return mpb_vectors_write_npy(args->output, set);
    default:
        return args->output == NULL && (args->similarity || args->num_components > 0)
                   ? MPB_OK
                   : write_jsonl(args, opened, set);
    }
}

mpb_status mpb_embed_write(const mpb_log *log, const mpb_embed_arguments *args,
                           const mpb_opened_model *opened, const mpb_vector_set *set)
{
    findings found = {0};
    mpb_status status = find(args, set, &found);

    if (status == MPB_OK) {
        status = write_vectors(args, opened, set, &found);
    }
    if (status == MPB_OK) {
        status = show(log, args, &found);
    }
    mpb_strings_clear(&found.labels);
    mpb_memory_destroy(found.similarity);
    mpb_pca_clear(&found.pca);
    return status;
}
