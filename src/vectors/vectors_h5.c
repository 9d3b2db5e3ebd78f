#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/core/memory.h"
#include "mpibert/core/version.h"
#include "mpibert/io/h5.h"
#include "mpibert/vectors/vector_files.h"

static const char FORMAT[] = "mpibert-embeddings";

enum { VERSION = 1 };

static mpb_status write_facts(mpb_h5 *file, const mpb_vector_facts *facts)
{
    MPB_TRY(mpb_h5_set_text(file, "format", FORMAT));
    MPB_TRY(mpb_h5_set_integer(file, "version", VERSION));
    MPB_TRY(mpb_h5_set_text(file, "program", mpb_program()));
    MPB_TRY(mpb_h5_set_text(file, "model", facts->model));
    MPB_TRY(mpb_h5_set_text(file, "weights_sha256", facts->weights_sha256));
    MPB_TRY(mpb_h5_set_text(file, "vocab_sha256", facts->vocab_sha256));
    MPB_TRY(mpb_h5_set_text(file, "pooling", mpb_vector_pooling_name(facts->pooling)));
    MPB_TRY(mpb_h5_set_integer(file, "layer", facts->layer));
    MPB_TRY(mpb_h5_set_integer(file, "normalized", facts->normalised));
    return mpb_h5_set_integer(file, "max_seq_length", facts->max_seq_length);
}

static mpb_status write_numbers(mpb_h5 *file, const char *name, mpb_h5_type type, size_t count,
                                const void *values)
{
    return values == NULL ? MPB_OK : mpb_h5_write(file, name, type, count, 0, values);
}

static mpb_status write_set(mpb_h5 *file, const mpb_vector_set *set)
{
    MPB_TRY(write_facts(file, &set->facts));
    MPB_TRY(mpb_h5_write(file, "embeddings", MPB_H5_F32, set->num_rows, set->width, set->values));
    MPB_TRY(mpb_h5_write_strings(file, "id", &set->ids));
    if (set->texts.count > 0) {
        MPB_TRY(mpb_h5_write_strings(file, "text", &set->texts));
    }
    MPB_TRY(write_numbers(file, "offsets", MPB_H5_U64, set->count + 1, set->offsets));
    MPB_TRY(write_numbers(file, "tokens", MPB_H5_U32, set->num_rows, set->tokens));
    MPB_TRY(write_numbers(file, "char_start", MPB_H5_U32, set->num_rows, set->char_start));
    return write_numbers(file, "char_end", MPB_H5_U32, set->num_rows, set->char_end);
}

static mpb_status write_floats(mpb_h5 *file, const char *name, size_t rows, size_t cols,
                               const double *values)
{
    const size_t count = cols == 0 ? rows : rows * cols;
    float *floats = NULL;
    mpb_status status;

    MPB_TRY(mpb_memory_create(count, sizeof(*floats), name, (void **)&floats));
    for (size_t i = 0; i < count; i++) {
        floats[i] = (float)values[i];
    }
    status = mpb_h5_write(file, name, MPB_H5_F32, rows, cols, floats);
    mpb_memory_destroy(floats);
    return status;
}

static mpb_status write_findings(mpb_h5 *file, const mpb_vector_findings *findings, size_t count)
{
    const mpb_pca *pca = findings->pca;

    if (findings->similarity != NULL) {
        MPB_TRY(write_floats(file, "similarity", count, count, findings->similarity));
    }
    if (pca == NULL) {
        return MPB_OK;
    }
    MPB_TRY(write_floats(file, "pca", count, pca->num_components, pca->projected));
    return write_floats(file, "pca_explained_variance_ratio", pca->num_components, 0, pca->ratios);
}

mpb_status mpb_vectors_write_h5(const char *path, const mpb_vector_set *set,
                                const mpb_vector_findings *findings)
{
    mpb_h5 *file = NULL;
    mpb_status status;

    MPB_TRY(mpb_h5_create(path, &file));
    status = write_set(file, set);
    if (status == MPB_OK) {
        status = write_findings(file, findings, set->count);
    }
    return mpb_h5_end(&file, status);
}

/* text (size) = an attribute. */
static mpb_status get_text(const mpb_h5 *file, const char *name, const char *path, char *text,
                           size_t size)
{
    char *found = NULL;
    bool fits;

    MPB_TRY(mpb_h5_get_text(file, name, &found));
    fits = strlen(found) < size;
    if (fits) {
        snprintf(text, size, "%s", found);
    }
    free(found);
    MPB_REQUIRE(fits, MPB_ERR_DATA, "attribute '%s' has more than %zu characters (%s)", name,
                size - 1, path);
    return MPB_OK;
}

static mpb_status check_format(const mpb_h5 *file, const char *path)
{
    char format[64];

    MPB_TRY(get_text(file, "format", path, format, sizeof(format)));
    MPB_REQUIRE(strcmp(format, FORMAT) == 0, MPB_ERR_DATA,
                "the file's format is '%s', %s was expected, as mpibert embed writes it (%s)",
                format, FORMAT, path);
    return mpb_h5_require_integer(file, "version", VERSION);
}

static mpb_status read_pooling(const mpb_h5 *file, const char *path, mpb_vector_pooling *pooling)
{
    char name[16];

    MPB_TRY(get_text(file, "pooling", path, name, sizeof(name)));
    *pooling = mpb_vector_pooling_named(name);
    MPB_REQUIRE(*pooling < MPB_VECTOR_NONE, MPB_ERR_DATA,
                "pooling is '%s', a vector a text was expected: cls, mean or max (%s)", name, path);
    return MPB_OK;
}

static mpb_status read_facts(const mpb_h5 *file, const char *path, mpb_vector_facts *facts)
{
    int64_t layer;
    int64_t normalised;

    MPB_TRY(check_format(file, path));
    MPB_TRY(get_text(file, "model", path, facts->model, sizeof(facts->model)));
    MPB_TRY(get_text(file, "weights_sha256", path, facts->weights_sha256,
                     sizeof(facts->weights_sha256)));
    MPB_TRY(get_text(file, "vocab_sha256", path, facts->vocab_sha256, sizeof(facts->vocab_sha256)));
    MPB_TRY(read_pooling(file, path, &facts->pooling));
    MPB_TRY(mpb_h5_get_integer(file, "layer", &layer));
    MPB_TRY(mpb_h5_get_integer(file, "normalized", &normalised));
    MPB_REQUIRE(layer >= 0 && layer <= 1000, MPB_ERR_DATA,
                "layer is %lld, 0 to 1000 was expected (%s)", (long long)layer, path);
    facts->layer = (int)layer;
    facts->normalised = normalised != 0;
    return mpb_h5_get_integer(file, "max_seq_length", &facts->max_seq_length);
}

static mpb_status check_finite(const mpb_vector_set *set, const char *path)
{
    for (size_t i = 0; i < set->count * set->width; i++) {
        MPB_REQUIRE(isfinite(set->values[i]), MPB_ERR_DATA,
                    "row %zu of 'embeddings' holds %g, finite numbers were expected (%s)",
                    i / set->width, (double)set->values[i], path);
    }
    return MPB_OK;
}

static mpb_status read_values(const mpb_h5 *file, const char *path, mpb_vector_set *set)
{
    mpb_h5_type type;

    MPB_TRY(mpb_h5_shape(file, "embeddings", &type, &set->count, &set->width));
    MPB_REQUIRE(type == MPB_H5_F32 && set->width > 0 && set->count > 0, MPB_ERR_DATA,
                "'embeddings' are %zu rows of %zu, some rows of float32 were expected (%s)",
                set->count, set->width, path);
    set->num_rows = set->count;
    MPB_TRY(mpb_memory_create(set->count, set->width * sizeof(*set->values),
                              "the vectors of a file", (void **)&set->values));
    MPB_TRY(mpb_h5_read(file, "embeddings", MPB_H5_F32, set->values));
    return check_finite(set, path);
}

static mpb_status read_names(const mpb_h5 *file, const char *path, mpb_vector_set *set)
{
    MPB_TRY(mpb_h5_read_strings(file, "id", &set->ids));
    if (mpb_h5_has(file, "text")) {
        MPB_TRY(mpb_h5_read_strings(file, "text", &set->texts));
    }
    MPB_REQUIRE(set->ids.count == set->count &&
                    (set->texts.count == set->count || set->texts.count == 0),
                MPB_ERR_DATA, "%zu ids and %zu texts stand beside %zu vectors (%s)", set->ids.count,
                set->texts.count, set->count, path);
    return MPB_OK;
}

static mpb_status read_set(const mpb_h5 *file, const char *path, mpb_vector_set *set)
{
    MPB_TRY(read_facts(file, path, &set->facts));
    MPB_TRY(read_values(file, path, set));
    return read_names(file, path, set);
}

mpb_status mpb_vectors_read_h5(const char *path, mpb_vector_set *set)
{
    mpb_h5 *file = NULL;
    mpb_status status;

    MPB_TRY(mpb_h5_open(path, &file));
    status = mpb_h5_end(&file, read_set(file, path, set));
    if (status != MPB_OK) {
        mpb_vector_set_clear(set);
    }
    return status;
}

mpb_status mpb_vector_facts_match(const mpb_vector_facts *found, const mpb_vector_facts *asked,
                                  const char *path)
{
    MPB_REQUIRE(strcmp(found->weights_sha256, asked->weights_sha256) == 0 &&
                    strcmp(found->vocab_sha256, asked->vocab_sha256) == 0,
                MPB_ERR_DATA,
                "the index was made by another model, %.200s, than %.200s: their vectors cannot be "
                "compared (%s)",
                found->model, asked->model, path);
    MPB_REQUIRE(found->pooling == asked->pooling, MPB_ERR_DATA,
                "the index was made with --pooling %s, the query with %s (%s)",
                mpb_vector_pooling_name(found->pooling), mpb_vector_pooling_name(asked->pooling),
                path);
    MPB_REQUIRE(found->layer == asked->layer, MPB_ERR_DATA,
                "the index was made with --layer %d, the query with %d (%s)", found->layer,
                asked->layer, path);
    return MPB_OK;
}
