#include "mpibert/vectors/pooling.h"

#include <string.h>

static const char *const NAMES[MPB_NUM_VECTOR_POOLINGS] = {
    [MPB_VECTOR_CLS] = "cls",
    [MPB_VECTOR_MEAN] = "mean",
    [MPB_VECTOR_MAX] = "max",
    [MPB_VECTOR_NONE] = "none",
};

const char *mpb_vector_pooling_name(mpb_vector_pooling pooling)
{
    return NAMES[pooling];
}

mpb_vector_pooling mpb_vector_pooling_named(const char *name)
{
    int pooling = 0;

    while (pooling < MPB_NUM_VECTOR_POOLINGS && strcmp(NAMES[pooling], name) != 0) {
        pooling++;
    }
    return (mpb_vector_pooling)pooling;
}

/* Columns whose sums are held at a time. */
enum { COLUMNS = 64 };

static void mean_of_columns(size_t num_rows, size_t width, size_t count, const float *rows,
                            float *out)
{
    double sums[COLUMNS] = {0};

    for (size_t r = 0; r < num_rows; r++) {
        for (size_t j = 0; j < count; j++) {
            sums[j] += (double)rows[r * width + j];
        }
    }
    for (size_t j = 0; j < count; j++) {
        out[j] = (float)(sums[j] / (double)num_rows);
    }
}

void mpb_rows_mean(size_t num_rows, size_t width, const float *rows, float *out)
{
    for (size_t j = 0; j < width; j += COLUMNS) {
        const size_t left = width - j;

        mean_of_columns(num_rows, width, left < COLUMNS ? left : COLUMNS, rows + j, out + j);
    }
}

void mpb_rows_max(size_t num_rows, size_t width, const float *rows, float *out)
{
    memcpy(out, rows, width * sizeof(*out));
    for (size_t r = 1; r < num_rows; r++) {
        for (size_t j = 0; j < width; j++) {
            const float value = rows[r * width + j];

            out[j] = value > out[j] ? value : out[j];
        }
    }
}

static size_t choose_first(const void *context, size_t i, uint32_t *tokens, uint32_t *rows)
{
    (void)context;
    (void)i;
    (void)tokens;
    rows[0] = 0;
    return 1;
}

mpb_row_choice mpb_vector_choice(const mpb_vector_source *source)
{
    return (mpb_row_choice){.choose = source->pooling == MPB_VECTOR_CLS ? choose_first : NULL,
                            .context = source};
}

static size_t size_of(const void *context, size_t i)
{
    const mpb_vector_source *source = context;
    const size_t rows =
        source->pooling == MPB_VECTOR_NONE ? mpb_dataset_length(source->data, i) : 1;

    return rows * source->width * sizeof(float);
}

/* An encoder gives all chosen rows of a sequence in one part. */
static void keep(const void *context, const mpb_outputs *part, void *kept)
{
    const mpb_vector_source *source = context;

    switch (source->pooling) {
    case MPB_VECTOR_MEAN:
        mpb_rows_mean(part->num_rows, source->width, part->values, kept);
        break;
    case MPB_VECTOR_MAX:
        mpb_rows_max(part->num_rows, source->width, part->values, kept);
        break;
    default:
        memcpy(kept, part->values, part->num_rows * source->width * sizeof(*part->values));
    }
}

mpb_keeping mpb_vector_keeping(const mpb_vector_source *source)
{
    return (mpb_keeping){.context = source, .size = size_of, .keep = keep};
}
