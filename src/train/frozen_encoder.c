#include "frozen_encoder.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "encode_dataset.h"
#include "encoded_cache.h"
#include "mpibert/budget/memory_grant.h"
#include "mpibert/comm/watch.h"
#include "mpibert/core/bytes.h"
#include "mpibert/core/clock.h"
#include "mpibert/core/memory.h"
#include "mpibert/model/head.h"

static mpb_status layers_are_frozen(const whole_run *run, bool *frozen)
{
    mpb_parameters parameters;

    MPB_TRY(mpb_parameters_create(&run->opened.config, &parameters));
    *frozen = mpb_parameters_lowest_trained(&parameters) == run->opened.config.num_hidden_layers;
    mpb_parameters_destroy(&parameters);
    return MPB_OK;
}

/* Rows that the head reads of sequence i; `scratch` has room for twice its length. */
static size_t count_rows(const whole_run *run, const mpb_dataset *data, size_t i, uint32_t *scratch)
{
    const mpb_task_sequences sequences = {.task = run->task, .data = data};
    const mpb_row_choice choice = mpb_task_choice(&sequences);
    const size_t length = mpb_dataset_length(data, i);

    if (mpb_head_of(run->opened.config.head)->rows == MPB_ROWS_FIRST) {
        return 1;
    }
    if (choice.choose == NULL) {
        return length;
    }
    memcpy(scratch, mpb_dataset_tokens(data, i), length * sizeof(*scratch));
    return choice.choose(choice.context, i, scratch, scratch + length);
}

/* rows (num_sequences); gives their sum. */
static mpb_status count_all_rows(const whole_run *run, const mpb_dataset *data, size_t *rows,
                                 size_t *sum)
{
    void *scratch = NULL;

    *sum = 0;
    MPB_TRY(mpb_memory_create(2 * mpb_dataset_longest(data), sizeof(uint32_t),
                              "the tokens of a text", &scratch));
    for (size_t i = 0; i < data->num_sequences; i++) {
        rows[i] = count_rows(run, data, i, scratch);
        *sum += rows[i];
    }
    mpb_memory_destroy(scratch);
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
    MPB_TRY(count_all_rows(run, train, wanted->train, &wanted->sums[0]));
    return count_all_rows(run, validation, wanted->validation, &wanted->sums[1]);
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

    MPB_TRY(mpb_dataset_keep_encoded(&run->inputs.train, wanted->train, H));
    return mpb_dataset_keep_encoded(&run->inputs.validation, wanted->validation, H);
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

/* From the cache, or into it. */
static mpb_status find_or_compute(whole_run *run, mpb_dataset *data, size_t *computed)
{
    encoded_cache cache = {0};
    bool found = false;
    mpb_status status = MPB_OK;

    if (data->num_sequences == 0) {
        return MPB_OK;
    }
    if (mpb_comm_rank(run->comm) == 0) {
        status = encoded_cache_look(run, data, &cache, &found);
    }
    MPB_TRY(mpb_comm_agree(run->comm, status));
    MPB_TRY(mpb_comm_broadcast(run->comm, &found, sizeof(found)));
    if (found) {
        return mpb_comm_broadcast(run->comm, data->encoded,
                                  data->encoded_begins[data->num_sequences] * data->encoded_width *
                                      sizeof(*data->encoded));
    }
    MPB_TRY(encode_dataset(run, data));
    *computed += data->num_sequences;
    if (mpb_comm_rank(run->comm) == 0) {
        status = encoded_cache_write(run, &cache, data);
    }
    return mpb_comm_agree(run->comm, status);
}

mpb_status frozen_encoder_run(whole_run *run)
{
    const double started_at = mpb_clock_seconds();
    size_t computed = 0;
    char line[MPB_PATH_SIZE + 160];

    if (run->inputs.train.encoded == NULL) {
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
