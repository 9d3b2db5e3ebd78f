#include "mpibert/forecast/step_model.h"

#include <math.h>

#include "mpibert/model/head.h"
#include "mpibert/model/parameters.h"

static const double FLOAT_BYTES = 4.0;
static const double NODE_PASSES = 4.0; /* of a float through memory: in, read, summed, out */

/* Of forward in a stage: the head, a layer, the embeddings (-1), which take none. */
static double stage_flops(const mpb_model_config *config, mpb_flops_sequence mean, int layer)
{
    const int last = config->num_hidden_layers - 1;

    if (layer > last) {
        return mpb_head_flops(config, mean.rows);
    }
    return layer >= 0 ? mpb_flops_layer(config, mean, layer == last) : 0.0;
}

/* What is trained of a layer. */
typedef struct trained_part {
    double floats;
    double matrices; /* share of those, in floats */
} trained_part;

static trained_part trained_part_of(const mpb_parameters *parameters, int layer)
{
    trained_part part = {0};
    double all = 0.0;

    for (size_t i = 0; i < parameters->count; i++) {
        const mpb_parameter *item = &parameters->items[i];
        const double count = item->layer == layer ? (double)item->count : 0.0;
        const double trained = item->trained_after == MPB_NEVER_TRAINED ? 0.0 : count;

        part.floats += trained;
        part.matrices += item->num_dims == 2 ? trained : 0.0;
        all += item->num_dims == 2 ? count : 0.0;
    }
    part.matrices /= fmax(all, 1.0);
    return part;
}

mpb_status mpb_step_stages_find(const mpb_model_config *config, double used_words,
                                mpb_flops_sequence mean, mpb_step_stages *stages)
{
    const int last = config->num_hidden_layers - 1;
    const double unused = (double)config->vocab_size - used_words;
    const double flops = mpb_flops_forward(config, mean);
    mpb_parameters parameters;
    int lowest;

    MPB_REQUIRE(last + 3 <= MPB_MAX_STAGES, MPB_ERR_CONFIG,
                "the model has %d layers, a forecast takes %d at most", last + 1,
                MPB_MAX_STAGES - 2);
    MPB_TRY(mpb_parameters_create(config, &parameters));
    lowest = mpb_parameters_lowest_trained(&parameters);
    *stages = (mpb_step_stages){.count = (size_t)last + 3,
                                .words = parameters.items[0].trained_after != MPB_NEVER_TRAINED};
    for (int l = last + 1; l >= -1; l--) {
        const trained_part part = trained_part_of(&parameters, l);
        mpb_step_stage *stage = &stages->items[last + 1 - l];

        stage->floats = part.floats;
        stage->floats -= l == -1 && stages->words ? unused * config->hidden_size : 0.0;
        stage->share = stage_flops(config, mean, l) / flops;
        stage->backward = stage->share * ((l > lowest ? 0.5 : 0.0) + 0.5 * part.matrices);
        stages->floats += stage->floats;
        stages->backward += stage->backward;
    }
    mpb_parameters_destroy(&parameters);
    return MPB_OK;
}

/* Of the two halves of a sum, gradients to their owner and what comes of them back. */
typedef struct transfer {
    double halves;
    double wire_bytes; /* of a float */
} transfer;

static double node_bytes(const mpb_step_job *job, const transfer *t, double floats)
{
    return t->halves * (job->nodes - 1) / job->nodes * floats * t->wire_bytes;
}

/* That a piece takes of a rank's time. */
static double host_seconds(const mpb_step_job *job, const transfer *t, double floats)
{
    const double ranks = job->ranks_per_node;
    double seconds = 0.0;

    if (ranks > 1.0) {
        seconds += t->halves / 2.0 * NODE_PASSES * FLOAT_BYTES * ranks * floats /
                   job->memory_bytes_per_second;
    }
    if (job->nodes > 1) {
        seconds += node_bytes(job, t, floats) / ranks * job->network.host_seconds_per_byte +
                   t->halves * (job->nodes - 1) * job->network.message_seconds;
    }
    return seconds;
}

/* The stage's pieces on their way: when the link has served them, and what they took. */
typedef struct link_state {
    double free_at;
    double busy;
    double host; /* seconds of a rank's time, in all */
} link_state;

/* Pieces that are ready at `ready`. */
static void serve(const mpb_step_job *job, const transfer *t, double floats, double ready,
                  link_state *link)
{
    const double pieces = fmax(1.0, ceil(floats / job->piece_floats));
    const double host = pieces * host_seconds(job, t, floats / pieces);
    const double wire = node_bytes(job, t, floats) / job->network.bytes_per_second;
    const double latencies = job->nodes > 1 ? t->halves * job->network.latency : 0.0;
    const double seconds = job->overlap ? fmax(wire, host) : wire + host + pieces * latencies;

    if (job->nodes == 1 && job->ranks_per_node == 1) {
        return;
    }
    link->free_at = fmax(link->free_at, ready) + seconds;
    link->busy += seconds;
    link->host += host;
}

/* When the last sum is everywhere, counted from the begin of the last micro-step's backward. */
static double backward_and_sums(const mpb_step_job *job, const transfer *t, link_state *link)
{
    const mpb_step_stages *stages = job->stages;
    const double all = stages->backward * job->backward_seconds;
    double latencies = job->nodes > 1 && job->overlap ? t->halves * job->network.latency : 0.0;
    double now = 0.0;

    for (size_t i = 0; i < stages->count; i++) {
        const mpb_step_stage *stage = &stages->items[i];
        const double host = link->host;

        now += stage->backward * job->backward_seconds;
        serve(job, t, stage->floats, job->overlap ? now : all, link);
        if (job->overlap && i + 1 < stages->count) {
            now += link->host - host;
        }
    }
    return fmax(now, link->busy > 0.0 ? link->free_at + latencies : 0.0);
}

/* A forward that begins when weights do, in the same order. */
static double forward_and_weights(const mpb_step_job *job, const transfer *t, link_state *link)
{
    const mpb_step_stages *stages = job->stages;
    const double latency = job->nodes > 1 && job->overlap ? job->network.latency : 0.0;
    double now = 0.0;

    for (size_t i = stages->count; i-- > 0;) {
        const mpb_step_stage *stage = &stages->items[i];
        const double host = link->host;

        serve(job, t, stage->floats, 0.0, link);
        now = fmax(now + link->host - host, link->free_at + latency);
        now += stage->share * job->forward_seconds;
    }
    return job->overlap ? now : link->free_at + job->forward_seconds;
}

mpb_step_forecast mpb_step_forecast_make(const mpb_step_job *job)
{
    const double ranks = (double)job->nodes * job->ranks_per_node;
    const double backward = job->stages->backward * job->backward_seconds;
    const bool sharded = job->sharded && ranks > 1.0;
    const transfer sums = {.halves = sharded && job->overlap ? 1.0 : 2.0,
                           .wire_bytes = job->wire_bytes};
    const transfer weights = {.halves = 1.0, .wire_bytes = FLOAT_BYTES};
    mpb_step_forecast made = {
        .compute = job->micro_steps * (job->forward_seconds + backward),
        .update = sharded ? job->update_seconds / ranks : job->update_seconds,
        .bytes = node_bytes(job, &sums, job->stages->floats),
    };
    link_state link = {0};

    made.exposed = backward_and_sums(job, &sums, &link) - backward;
    made.network = link.busy;
    if (sharded) {
        link = (link_state){0};
        made.exposed += forward_and_weights(job, &weights, &link) - job->forward_seconds;
        made.network += link.busy;
        made.bytes += node_bytes(job, &weights, job->stages->floats);
    }
    made.hidden = fmax(0.0, made.network - made.exposed);
    made.seconds = made.compute + made.update + made.exposed;
    return made;
}
