/* A signal between the sums of a step and its update: what a rank saves for it meanwhile is the last
 * step, so no rank may take this one. */

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>

#include "check.h"
#include "mpibert/math/blas.h"
#include "mpibert/step/signals.h"
#include "step_rig.h"

enum { SEQUENCES = 8, VOCABULARY = 61, LENGTH = 6, LABELS = 3 };

static const mpb_model_config CONFIG = {
    SMALL_BERT(VOCABULARY, LENGTH, LABELS),
    .hidden_size = 16,
    .num_hidden_layers = 1,
    .num_attention_heads = 2,
    .intermediate_size = 32,
};

static const mpb_run_cluster SHARED = {.overlap = true, .shard_optimizer = MPB_RUN_SHARDING_TRUE};

static sem_t copying; /* a function of a task's table is given nothing of the test's own */

/* Saves the state, as the keeper of a run does; the signal for it comes when the others' sums have
 * long ended. */
static void *save(void *context)
{
    mpb_state_lock *lock = context;

    mpb_state_change(lock);
    sem_post(&copying);
    nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
    CHECK(raise(SIGTERM) == 0);
    mpb_state_rest(lock);
    return NULL;
}

static double score_while_saving(const mpb_loss_options *loss, const mpb_outputs *of, double total,
                                 double sums[MPB_TASK_SUMS])
{
    sem_wait(&copying);
    sem_post(&copying);
    return mpb_task_find(MPB_TASK_CLASSIFICATION)->score(loss, of, total, sums);
}

static void make_data(mpb_dataset *dataset)
{
    const uint32_t tokens[LENGTH] = {1, 2, 3, 4, 5, 6};

    *dataset = (mpb_dataset){.shape = {.labels = true}};
    for (unsigned s = 0; s < SEQUENCES; s++) {
        small_dataset_add(dataset, s, tokens, LENGTH, (int32_t)(s % LABELS));
    }
}

static void no_rank_takes_a_step_before_which_another_one_saves(const mpb_comm *comm)
{
    const step_rig_options options = {.config = &CONFIG,
                                      .task = MPB_TASK_CLASSIFICATION,
                                      .batch_size = SEQUENCES,
                                      .accumulation = 1,
                                      .epochs = 1,
                                      .sums = &SHARED,
                                      .products = {MPB_GEMM_OWN, MPB_GEMM_F32},
                                      .threads = 1};
    const bool saves = mpb_comm_rank(comm) == mpb_comm_size(comm) - 1;
    mpb_task_table task = *mpb_task_find(MPB_TASK_CLASSIFICATION);
    mpb_step_report report;
    mpb_state_lock lock;
    mpb_dataset dataset;
    pthread_t saver;
    float *before;
    size_t size;
    step_rig rig;

    make_data(&dataset);
    step_rig_begin(comm, &options, &dataset, &rig);
    size = mpb_model_parameters(rig.model)->size * sizeof(*before);
    before = malloc(size);
    CHECK(before != NULL);
    memcpy(before, mpb_model_weights(rig.model), size);
    mpb_state_lock_begin(&lock);
    rig.stepper.state_lock = &lock;
    if (saves) {
        task.score = score_while_saving;
        rig.stepper.task = &task;
        CHECK(pthread_create(&saver, NULL, save, &lock) == 0);
    }
    CHECK_OK(mpb_stepper_run(&rig.stepper, 1, 0, 0, 1e-3, &report));
    CHECK(report.asked_to_stop);
    CHECK(memcmp(before, mpb_model_weights(rig.model), size) == 0);
    if (saves) {
        pthread_join(saver, NULL);
    }
    mpb_state_rest(&lock);
    mpb_state_lock_end(&lock);
    free(before);
    step_rig_end(&rig);
}

int main(int argc, char **argv)
{
    mpb_comm *comm = NULL;

    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    mpb_blas_single_threaded();
    CHECK(sem_init(&copying, 0, 0) == 0);
    mpb_signals_watch(false, false);
    mpb_signals_hold();
    no_rank_takes_a_step_before_which_another_one_saves(comm);
    mpb_comm_stop(&comm);
    return 0;
}
