/* The model of a step, against cases worked out by hand and against what must hold of any. */

#include "check.h"
#include "mpibert/forecast/step_model.h"
#include "mpibert/measure/setup.h"
#include "mpibert/model/parameters.h"

static const double NEAR = 1e-9; /* rounding of sums of a few numbers near 1 */
static const double FAST = 1e30; /* bytes a second that take no time */

/* Two equal layers, each half of the time, then embeddings, which take none. */
static const mpb_step_stages three = {
    .items = {{0.5, 0.5, 1000.0}, {0.5, 0.5, 1000.0}, {0.0, 0.0, 500.0}},
    .count = 3,
    .floats = 2500.0,
    .backward = 1.0,
    .words = true};

/* On two nodes a float of 4 bytes is 4 bytes of each; a link of 4,000 bytes a second thus sends a
 * layer in one second. */
static mpb_step_job job_of(const mpb_step_stages *stages)
{
    return (mpb_step_job){
        .stages = stages,
        .nodes = 2,
        .ranks_per_node = 1,
        .micro_steps = 1,
        .forward_seconds = 1.0,
        .backward_seconds = 2.0,
        .update_seconds = 0.25,
        .network = {.bytes_per_second = 4000.0},
        .memory_bytes_per_second = FAST,
        .piece_floats = 1e9,
        .wire_bytes = 4.0,
        .overlap = true,
    };
}

/* Backward ends layer 1 at 1 and all at 2; the link sends [1, 2], [2, 3] and the embeddings until
 * 3.5, so 1.5 of its 2.5 seconds come after backward. */
static void sums_go_out_behind_each_stage_of_backward(void)
{
    const mpb_step_job job = job_of(&three);
    const mpb_step_forecast made = mpb_step_forecast_make(&job);

    CHECK_NEAR(made.compute, 3.0, NEAR);
    CHECK_NEAR(made.network, 2.5, NEAR);
    CHECK_NEAR(made.exposed, 1.5, NEAR);
    CHECK_NEAR(made.hidden, 1.0, NEAR);
    CHECK_NEAR(made.seconds, 3.0 + 0.25 + 1.5, NEAR);
    CHECK_NEAR(made.bytes, 10000.0, NEAR);
}

static void without_overlap_nothing_is_hidden(void)
{
    mpb_step_job job = job_of(&three);
    mpb_step_forecast made;

    job.overlap = false;
    job.network.latency = 0.125;
    made = mpb_step_forecast_make(&job);
    CHECK_NEAR(made.exposed, 2.5 + 3 * 2 * 0.125, NEAR); /* a piece a stage, there and back */
    CHECK_NEAR(made.hidden, 0.0, NEAR);
}

/* Latencies of pieces on their way at the same time are one. */
static void with_overlap_the_last_piece_alone_shows_its_latency(void)
{
    mpb_step_job job = job_of(&three);

    job.network.latency = 0.125;
    CHECK_NEAR(mpb_step_forecast_make(&job).exposed, 1.5 + 2 * 0.125, NEAR);
}

/* A second of work a layer (4,000 bytes x 0.25 ms): backward ends layer 1 at 1 and, held up by the
 * first sums, all at 3. The link sends [1, 2], [3, 4] and the embeddings until 4.5. */
static void work_for_sums_makes_backward_longer(void)
{
    mpb_step_job job = job_of(&three);

    job.network.host_seconds_per_byte = 0.25e-3;
    CHECK_NEAR(mpb_step_forecast_make(&job).exposed, 2.5, NEAR);
}

/* Half of the bytes in backward: until 2 + 0.5 + 0.25 of 2. Weights before each stage of the next
 * forward: embeddings until 0.25, layer 0 until 0.75 and then computed until 1.25, by when layer 1
 * (until 1.25) is there, so 0.75 more than forward alone. */
static void a_sharded_optimizer_sends_weights_into_the_next_forward(void)
{
    mpb_step_job job = job_of(&three);
    mpb_step_forecast made;

    job.sharded = true;
    made = mpb_step_forecast_make(&job);
    CHECK_NEAR(made.update, 0.125, NEAR);
    CHECK_NEAR(made.exposed, 0.75 + 0.75, NEAR);
    CHECK_NEAR(made.network, 2.5, NEAR);
    CHECK_NEAR(made.bytes, 10000.0, NEAR);
}

/* Four ranks of a node move 4 x 4 bytes of each float through its memory, once for every rank. */
static void ranks_of_a_node_sum_through_its_memory(void)
{
    mpb_step_job job = job_of(&three);
    mpb_step_forecast made;

    job.nodes = 1;
    job.ranks_per_node = 4;
    job.overlap = false;
    job.memory_bytes_per_second = 16.0 * 4.0 * 2500.0;
    made = mpb_step_forecast_make(&job);
    CHECK_NEAR(made.exposed, 1.0, NEAR);
    CHECK_NEAR(made.bytes, 0.0, NEAR);
}

static void one_rank_computes_and_updates_alone(void)
{
    mpb_step_job job = job_of(&three);
    mpb_step_forecast made;

    job.nodes = 1;
    job.sharded = true;
    made = mpb_step_forecast_make(&job);
    CHECK_NEAR(made.seconds, 3.25, NEAR);
    CHECK_NEAR(made.network, 0.0, NEAR);
}

static void an_infinite_bandwidth_leaves_compute_and_update(void)
{
    mpb_step_job job = job_of(&three);

    job.network.bytes_per_second = FAST;
    for (int i = 0; i < 4; i++) {
        job.overlap = (i & 1) != 0;
        job.sharded = (i & 2) != 0;
        CHECK_NEAR(mpb_step_forecast_make(&job).exposed, 0.0, NEAR);
    }
}

/* 2 (M - 1) / M of all bytes at the link's rate: 8 nodes send 1.75 x 10,000 bytes each, and half as
 * much again where weights follow sums to all. */
static void without_compute_a_step_is_the_time_on_the_wire(void)
{
    mpb_step_job job = job_of(&three);

    job.nodes = 8;
    job.forward_seconds = job.backward_seconds = job.update_seconds = 0.0;
    for (int i = 0; i < 4; i++) {
        job.overlap = (i & 1) != 0;
        job.sharded = (i & 2) != 0;
        CHECK_NEAR(mpb_step_forecast_make(&job).seconds,
                   (job.sharded && !job.overlap ? 1.5 : 1.0) * 1.75 * 10000.0 / 4000.0, NEAR);
    }
}

static void two_bytes_on_the_wire_are_half_of_the_traffic(void)
{
    mpb_step_job job = job_of(&three);

    job.wire_bytes = 2.0;
    CHECK_NEAR(mpb_step_forecast_make(&job).bytes, 5000.0, NEAR);
}

static void accumulation_computes_more_and_sends_once(void)
{
    mpb_step_job job = job_of(&three);
    mpb_step_forecast made;

    job.micro_steps = 4;
    made = mpb_step_forecast_make(&job);
    CHECK_NEAR(made.compute, 12.0, NEAR);
    CHECK_NEAR(made.exposed, 1.5, NEAR);
}

/* A job of many kinds, by the digits of `i`. */
static mpb_step_job varied(const mpb_step_stages *stages, int i)
{
    mpb_step_job job = job_of(stages);

    job.nodes = 1 + i % 5;
    job.ranks_per_node = 1 + i / 5 % 3;
    job.sharded = i / 15 % 2 == 1;
    job.wire_bytes = i / 30 % 2 == 1 ? 2.0 : 4.0;
    job.piece_floats = 300.0;
    job.network.latency = 0.01 * (i % 4);
    job.network.message_seconds = 0.001 * (i % 3);
    job.network.host_seconds_per_byte = 1e-4 * (i % 7);
    job.memory_bytes_per_second = 1e5;
    job.backward_seconds = 0.5 * (i % 6);
    return job;
}

static void faster_links_and_overlap_never_make_a_step_longer(void)
{
    for (int i = 0; i < 1260; i++) {
        mpb_step_job job = varied(&three, i);
        double before = FAST;

        for (double rate = 100.0; rate < 1e7; rate *= 2.0) {
            double together;

            job.network.bytes_per_second = rate;
            job.overlap = true;
            together = mpb_step_forecast_make(&job).seconds;
            CHECK(together <= before + NEAR);
            before = together;
            job.overlap = false;
            CHECK(together <= mpb_step_forecast_make(&job).seconds + NEAR);
        }
    }
}

static double sum_of_shares(const mpb_step_stages *stages)
{
    double sum = 0.0;

    for (size_t i = 0; i < stages->count; i++) {
        sum += stages->items[i].share;
    }
    return sum;
}

/* All floats of a model but the rows of words that the step does not use; time goes by FLOPs, of
 * which Base's last layer has 4 H^2 of 24 H^2 a token, and 1/128 of the rest; the head of one row a
 * dense layer and two classes. */
static void stages_are_those_of_the_model(void)
{
    mpb_model_config base;
    mpb_parameters parameters;
    mpb_step_stages stages;
    const double H = 768.0;
    const double whole = 24.0 * H * H + 4.0 * 128.0 * H;
    const double last = 4.0 * H * H + (whole - 4.0 * H * H) / 128.0;
    const double head = (2.0 * H * H + 4.0 * H) / 128.0;
    const double all = 11.0 * whole + last + head;

    CHECK_OK(mpb_measure_shape("base", &base));
    base.num_labels = 2;
    CHECK_OK(mpb_parameters_create(&base, &parameters));
    CHECK_OK(mpb_step_stages_find(&base, 2000.0, (mpb_flops_sequence){128.0, 1.0}, &stages));
    CHECK(stages.count == 14);
    CHECK_NEAR(stages.floats, (double)parameters.num_total - (30522.0 - 2000.0) * H, NEAR);
    CHECK_NEAR(stages.items[5].floats, 12.0 * H * H + 13.0 * H, NEAR);
    CHECK_NEAR(stages.items[0].share, head / all, NEAR);
    CHECK_NEAR(stages.items[1].share, last / all, NEAR);
    CHECK_NEAR(stages.items[2].share, whole / all, NEAR);
    CHECK_NEAR(sum_of_shares(&stages), 1.0, NEAR);
    CHECK(stages.items[13].share == 0.0);
    mpb_parameters_destroy(&parameters);
}

static void check_trained(const mpb_trainable *what, int lowest, double floats)
{
    mpb_model_config base;
    mpb_step_stages stages;
    double backward = 0.0;

    CHECK_OK(mpb_measure_shape("base", &base));
    base.num_labels = 2;
    base.trainable = what;
    CHECK_OK(mpb_step_stages_find(&base, 2000.0, (mpb_flops_sequence){128.0, 1.0}, &stages));
    CHECK_NEAR(stages.floats, floats, NEAR);
    for (size_t i = 0; i < stages.count; i++) {
        const int layer = 12 - (int)i;
        const double share = layer > lowest ? 1.0 : layer == lowest ? 0.5 : 0.0;

        CHECK(layer == 12 || layer < 0 ||
              stages.items[i].backward == stages.items[i].share * share);
        backward += stages.items[i].backward;
    }
    CHECK_NEAR(stages.backward, backward, NEAR);
    CHECK(stages.words == (lowest < 0));
}

/* The lowest trained layer needs the gradients of its weights alone, those below need nothing. */
static void frozen_layers_take_nothing_of_backward(void)
{
    const double H = 768.0;
    const double layer = 12.0 * H * H + 13.0 * H;
    const double pooler = H * H + H;
    const double classifier = 2.0 * H + 2.0;
    const double embeddings = (2000.0 + 512.0 + 2.0 + 2.0) * H;

    check_trained(NULL, -1, embeddings + 12.0 * layer + pooler + classifier);
    check_trained(&(mpb_trainable){.kind = MPB_TRAIN_TOP, .top_layers = 3}, 9,
                  3.0 * layer + pooler + classifier);
    check_trained(&(mpb_trainable){.kind = MPB_TRAIN_HEAD}, 12, classifier);
}

/* MiniLM naming 19.2 words of 128 tokens: the decoder's 2 H V a word are most of the head's 15 %. */
static void the_decoder_of_masked_words_takes_its_time(void)
{
    mpb_model_config mini;
    mpb_step_stages stages;
    const double H = 384.0;
    const double rest = 20.0 * H * H + 4.0 * 128.0 * H;
    const double head = 19.2 * (2.0 * H * H + 2.0 * H * 30522.0);
    const double layers = 5.0 * 128.0 * (4.0 * H * H + rest) + 128.0 * 4.0 * H * H + 19.2 * rest;

    CHECK_OK(mpb_measure_shape("mini", &mini));
    mini.head = MPB_HEAD_WORDS;
    CHECK_OK(mpb_step_stages_find(&mini, 30522.0, (mpb_flops_sequence){128.0, 19.2}, &stages));
    CHECK_NEAR(stages.items[0].share, head / (head + layers), NEAR);
    CHECK(stages.items[0].share > 0.15 && stages.items[0].share < 0.16);
    CHECK_NEAR(sum_of_shares(&stages), 1.0, NEAR);
}

static void a_model_with_more_layers_than_there_is_room_for_is_refused(void)
{
    mpb_model_config config;
    mpb_step_stages stages;

    CHECK_OK(mpb_measure_shape("mini", &config));
    config.num_hidden_layers = MPB_MAX_STAGES;
    CHECK_FAILS(mpb_step_stages_find(&config, 1.0, (mpb_flops_sequence){1.0, 1.0}, &stages),
                MPB_ERR_CONFIG, "layers");
}

int main(void)
{
    sums_go_out_behind_each_stage_of_backward();
    without_overlap_nothing_is_hidden();
    with_overlap_the_last_piece_alone_shows_its_latency();
    work_for_sums_makes_backward_longer();
    a_sharded_optimizer_sends_weights_into_the_next_forward();
    ranks_of_a_node_sum_through_its_memory();
    one_rank_computes_and_updates_alone();
    an_infinite_bandwidth_leaves_compute_and_update();
    without_compute_a_step_is_the_time_on_the_wire();
    two_bytes_on_the_wire_are_half_of_the_traffic();
    accumulation_computes_more_and_sends_once();
    faster_links_and_overlap_never_make_a_step_longer();
    stages_are_those_of_the_model();
    frozen_layers_take_nothing_of_backward();
    the_decoder_of_masked_words_takes_its_time();
    a_model_with_more_layers_than_there_is_room_for_is_refused();
    return 0;
}
