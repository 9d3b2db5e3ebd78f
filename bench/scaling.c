/* The model of a step, for scaling.py: each line of standard input is a job,
 *
 *     SHAPE BATCH LENGTH ACCUMULATION NODES RANKS_PER_NODE FLOPS MEMORY NETWORK LATENCY MESSAGE
 *     HOST PIECE WIRE OVERLAP SHARDED
 *
 * with BATCH sequences of LENGTH tokens over all ranks, random ones as those of `bench train`, and
 * each line of standard output what it takes,
 *
 *     SECONDS COMPUTE UPDATE NETWORK HIDDEN EXPOSED BYTES BALANCE
 */

#include <stdio.h>
#include <stdlib.h>

#include "mpibert/core/philox.h"
#include "mpibert/forecast/steps.h"
#include "mpibert/measure/setup.h"

enum { SEED = 42, LONGEST = 512 };

typedef struct job_line {
    char shape[16];
    size_t batch, length, accumulation;
    mpb_speed speed;
    mpb_step_job job;
} job_line;

static bool read_job(job_line *line)
{
    mpb_step_job *job = &line->job;
    mpb_network *network = &job->network;
    int overlap, sharded;
    const int found = scanf(
        "%15s %zu %zu %zu %d %d %lf %lf %lf %lf %lf %lf %lf %lf %d %d", line->shape, &line->batch,
        &line->length, &line->accumulation, &job->nodes, &job->ranks_per_node,
        &line->speed.flops_per_second, &line->speed.memory_bytes_per_second,
        &network->bytes_per_second, &network->latency, &network->message_seconds,
        &network->host_seconds_per_byte, &job->piece_floats, &job->wire_bytes, &overlap, &sharded);

    job->overlap = overlap != 0;
    job->sharded = sharded != 0;
    job->memory_bytes_per_second = line->speed.memory_bytes_per_second * job->ranks_per_node;
    return found == 16 && line->length > 0 && line->length <= LONGEST;
}

/* As many micro-batches as a step takes. */
static mpb_status make_data(const job_line *line, int vocab_size, mpb_dataset *dataset)
{
    const mpb_philox_key key = mpb_philox_key_make(SEED, 0);
    uint32_t tokens[LONGEST];
    uint64_t drawn = 0;

    *dataset = (mpb_dataset){.shape = {.labels = true}};
    for (size_t i = 0; i < line->batch * line->accumulation; i++) {
        const mpb_sequence sequence = {.tokens = tokens,
                                       .count = line->length,
                                       .segment_b = (uint32_t)line->length,
                                       .document = i,
                                       .id = ""};

        for (size_t t = 0; t < line->length; t++) {
            tokens[t] = mpb_philox_below(key, drawn++, (uint32_t)vocab_size);
        }
        MPB_TRY(mpb_dataset_add(dataset, &sequence));
    }
    return MPB_OK;
}

static mpb_status answer(const job_line *line)
{
    mpb_model_config model;
    mpb_dataset dataset = {0};
    mpb_steps_forecast made;
    mpb_status status;

    MPB_TRY(mpb_measure_shape(line->shape, &model));
    status = make_data(line, model.vocab_size, &dataset);
    if (status == MPB_OK) {
        const mpb_steps_question question = {
            .model = &model,
            .train = &dataset,
            .plan = {.num_examples = dataset.num_sequences,
                     .offsets = dataset.offsets,
                     .batch_size = line->batch,
                     .accumulation = line->accumulation,
                     .hidden_size = model.hidden_size,
                     .seed = SEED,
                     .size = line->job.nodes * line->job.ranks_per_node},
            .speed = line->speed,
            .job = line->job,
        };

        status = mpb_steps_forecast_make(&question, &made);
    }
    mpb_dataset_clear(&dataset);
    MPB_TRY(status);
    printf("%.9g %.9g %.9g %.9g %.9g %.9g %.9g %.9g\n", made.step.seconds, made.step.compute,
           made.step.update, made.step.network, made.step.hidden, made.step.exposed,
           made.step.bytes, made.balance);
    fflush(stdout);
    return MPB_OK;
}

int main(void)
{
    job_line line;

    while (read_job(&line)) {
        if (answer(&line) != MPB_OK) {
            fprintf(stderr, "%s\n", mpb_status_last());
            return EXIT_FAILURE;
        }
    }
    return feof(stdin) ? EXIT_SUCCESS : EXIT_FAILURE;
}
