#include "mpibert/measure/flops.h"

#include <string.h>

#include "mpibert/core/memory.h"
#include "mpibert/model/head.h"

/* Of the bottleneck adapters of a layer, for a token. */
static double adapter_flops(const mpb_model_config *config)
{
    const mpb_bottleneck *adapter = &config->bottleneck;
    const double count = adapter->kind == MPB_NO_BOTTLENECK ? 0.0
                         : adapter->kind == MPB_HOULSBY     ? 2.0
                                                            : 1.0;

    return count * 4.0 * config->hidden_size * (double)adapter->size;
}

/* Keys and values of all tokens, everything else for the rows that are read, and the attention of
 * these to those. */
double mpb_flops_layer(const mpb_model_config *config, mpb_flops_sequence s, bool is_last)
{
    const double H = config->hidden_size;
    const double F = config->intermediate_size;
    const double whole = mpb_head_of(config->head)->whole_width > 0 ? 1.0 : 0.0;
    const double read = is_last ? s.rows + whole : s.tokens;

    return s.tokens * 4.0 * H * H + read * (4.0 * H * H + 4.0 * H * F + adapter_flops(config)) +
           4.0 * read * s.tokens * H;
}

double mpb_flops_forward(const mpb_model_config *config, mpb_flops_sequence s)
{
    return (config->num_hidden_layers - 1) * mpb_flops_layer(config, s, false) +
           mpb_flops_layer(config, s, true) + mpb_head_flops(config, s.rows);
}

/* Rows of outputs of sequence i. `scratch` has room for its tokens twice. */
static size_t count_rows(const mpb_model_config *config, const mpb_dataset *data, size_t i,
                         mpb_row_choice choice, uint32_t *scratch)
{
    const size_t length = mpb_dataset_length(data, i);
    const mpb_head_rows rows = mpb_head_of(config->head)->rows;

    if (rows == MPB_ROWS_CHOSEN && choice.choose != NULL) {
        memcpy(scratch, mpb_dataset_tokens(data, i), length * sizeof(*scratch));
        return choice.choose(choice.context, i, scratch, scratch + length);
    }
    return rows == MPB_ROWS_FIRST ? 1 : length;
}

mpb_status mpb_flops_sequences(const mpb_model_config *config, const mpb_dataset *data,
                               mpb_row_choice choice, mpb_flops_sequence *sequences)
{
    void *scratch = NULL;
    mpb_status status = MPB_OK;

    MPB_TRY(mpb_memory_create(2 * mpb_dataset_longest(data), sizeof(uint32_t),
                              "the rows of a sequence", &scratch));
    for (size_t i = 0; i < data->num_sequences && status == MPB_OK; i++) {
        status = choice.choose == NULL ? MPB_OK : mpb_dataset_bring(data, &i, 1);
        if (status == MPB_OK) {
            sequences[i].tokens = (double)mpb_dataset_length(data, i);
            sequences[i].rows = (double)count_rows(config, data, i, choice, scratch);
        }
    }
    mpb_memory_destroy(scratch);
    return status;
}
