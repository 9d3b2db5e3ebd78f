#include "frozen_encoder.h"

#include <limits.h>
#include <stdio.h>

#include "encode_dataset.h"
#include "mpibert/budget/memory_grant.h"
#include "mpibert/comm/watch.h"
#include "mpibert/core/bytes.h"
#include "mpibert/core/clock.h"
#include "mpibert/core/memory.h"
#include "mpibert/task/head_rows.h"
#include "rows_cache.h"

static mpb_status layers_are_frozen(const whole_run *run, bool *frozen)
{
    mpb_parameters parameters;

    MPB_TRY(mpb_parameters_create(&run->opened.config, &parameters));
    *frozen = mpb_parameters_lowest_trained(&parameters) == run->opened.config.num_hidden_layers;
    mpb_parameters_destroy(&parameters);
    return MPB_OK;
}

/* What would be kept of the two sets. */
typedef struct wanted_rows {
    size_t *train, *validation; /* owned: rows of each sequence */
    size_t sums[2];
} wanted_rows;

static mpb_status find_wanted(const whole_run *run, wanted_rows *wanted)
{
    const mpb_dataset *train = &run->inputs.train;
    const mpb_dataset *validation = &run->inputs.validation;
    const char *what = "rows of texts";

    MPB_TRY(mpb_memory_create(train->num_sequences, sizeof(size_t), what, (void **)&wanted->train));
    MPB_TRY(mpb_memory_create(validation->num_sequences, sizeof(size_t), what,
                              (void **)&wanted->validation));
    MPB_TRY(mpb_head_rows_count(run->task, train, wanted->train, &wanted->sums[0]));
    return mpb_head_rows_count(run->task, validation, wanted->validation, &wanted->sums[1]);
}

/* Half of a rank's memory is enough, and MPI counts in int. */
static mpb_status fits(const whole_run *run, const wanted_rows *wanted, bool *all_fit)
{
    const size_t H = (size_t)run->opened.config.hidden_size;
    const size_t rows = wanted->sums[0] + wanted->sums[1];
    mpb_memory_grant grant;
    double unfit;

    MPB_TRY(mpb_memory_grant_get(run->comm, (size_t)run->config->training.memory_limit,
                                 "training.memory_limit", &grant));
    unfit = rows > INT_MAX / H || rows * H * sizeof(float) > grant.bytes / 2 ? 1.0 : 0.0;
    MPB_TRY(mpb_comm_max_double(run->comm, &unfit, 1));
    *all_fit = unfit <= 0.0;
    return MPB_OK;
}

static mpb_status keep_wanted(whole_run *run, const wanted_rows *wanted)
{
    const size_t H = (size_t)run->opened.config.hidden_size;
    const char *what = "what the encoder makes of texts";
    mpb_dataset *train = &run->inputs.train;
    mpb_dataset *validation = &run->inputs.validation;

    MPB_TRY(
        mpb_sequence_rows_create(wanted->train, train->num_sequences, H, what, &train->encoded));
    return mpb_sequence_rows_create(wanted->validation, validation->num_sequences, H, what,
                                    &validation->encoded);
}

static mpb_status reserve(whole_run *run, wanted_rows *wanted)
{
    char text[MPB_BYTES_TEXT];
    bool all_fit;

    MPB_TRY(mpb_comm_agree(run->comm, find_wanted(run, wanted)));
    MPB_TRY(fits(run, wanted, &all_fit));
    if (all_fit) {
        return mpb_comm_agree(run->comm, keep_wanted(run, wanted));
    }
    mpb_log_info(run->log,
                 "what the frozen encoder makes of the texts takes %s, more than half of a rank's "
                 "memory: it runs in every epoch, without dropout",
                 mpb_bytes_text((double)(wanted->sums[0] + wanted->sums[1]) *
                                    (double)run->opened.config.hidden_size * sizeof(float),
                                text));
    return MPB_OK;
}

mpb_status frozen_encoder_reserve(whole_run *run)
{
    wanted_rows wanted = {0};
    bool frozen = false;
    mpb_status status;

    MPB_TRY(mpb_comm_agree(run->comm, layers_are_frozen(run, &frozen)));
    if (!frozen) {
        return MPB_OK;
    }
    if (run->task->masks) {
        mpb_log_info(run->log, "tokens are masked anew in each epoch: the frozen encoder runs in "
                               "every epoch, without dropout");
        return MPB_OK;
    }
    if (run->inputs.train.source != NULL || run->inputs.validation.source != NULL) {
        mpb_log_info(run->log, "tokens stay on disk: the frozen encoder runs in every epoch, "
                               "without dropout");
        return MPB_OK;
    }
    status = reserve(run, &wanted);
    mpb_memory_destroy(wanted.train);
    mpb_memory_destroy(wanted.validation);
    return status;
}

/* One dataset before the encoder. */
typedef struct encoder_input {
    whole_run *run;
    mpb_dataset *data;
} encoder_input;

static mpb_status add_facts(const void *context, mpb_sha256 *hash)
{
    const encoder_input *input = context;
    const mpb_model_config *config = &input->run->opened.config;
    const mpb_parameters *parameters = mpb_model_parameters(input->run->model);
    const float *weights = mpb_model_weights(input->run->model);
    char text[64];
    const int length =
        snprintf(text, sizeof(text), "%d %d %d %a", (int)config->family, (int)config->head,
                 config->num_attention_heads, (double)config->layer_norm_eps);

    mpb_sha256_update(hash, text, (size_t)length);
    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *item = &parameters->items[i];

        if (!item->is_head) {
            mpb_sha256_update(hash, weights + item->offset, item->count * sizeof(float));
        }
    }
    return MPB_OK;
}

static mpb_status encode(void *context)
{
    const encoder_input *input = context;

    return encode_dataset(input->run, input->data);
}

static mpb_status find_or_compute(whole_run *run, mpb_dataset *data, size_t *computed)
{
    encoder_input input = {run, data};
    const rows_maker maker = {
        .name = "encoded", .context = &input, .add_facts = add_facts, .make = encode};

    return rows_cache_fill(run, &maker, data, &data->encoded, computed);
}

mpb_status frozen_encoder_run(whole_run *run)
{
    const double started_at = mpb_clock_seconds();
    size_t computed = 0;
    char line[MPB_PATH_SIZE + 160];

    if (run->inputs.train.encoded.values == NULL) {
        return MPB_OK;
    }
    mpb_comm_note(run->comm, "encoding", -1);
    MPB_TRY(find_or_compute(run, &run->inputs.train, &computed));
    MPB_TRY(find_or_compute(run, &run->inputs.validation, &computed));
    if (computed > 0) {
        snprintf(
            line, sizeof(line),
            "Encoder: frozen; ran once, without dropout, on %zu sequences in %.1f s, kept in %s",
            computed, mpb_clock_seconds() - started_at, run->config->data.cache_directory);
    } else {
        snprintf(line, sizeof(line), "Encoder: frozen; what it makes of the texts is in %s",
                 run->config->data.cache_directory);
    }
    mpb_log_show(run->log, line);
    return MPB_OK;
}
