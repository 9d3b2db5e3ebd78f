#include "saving_apart.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "mpibert/ckpt/checkpoints.h"
#include "mpibert/ckpt/moments.h"
#include "mpibert/ckpt/remainders.h"
#include "mpibert/core/clock.h"
#include "mpibert/core/memory.h"
#include "mpibert/io/file.h"
#include "mpibert/io/h5.h"
#include "saving_parts.h"

static const char WORDS[] = "words";

static const double LEAST_PATIENCE = 30.0; /* seconds that others may take longer, at least; */
static const double PATIENCE = 4.0;        /* or in times of what this rank took */

enum { POLL_NANOSECONDS = 20000000 };

static void words_file(int owner, char name[MPB_MOMENTS_FILE])
{
    snprintf(name, MPB_MOMENTS_FILE, "words-%05d.h5", owner);
}

static mpb_status make_folder(const mpb_saver *saver, int64_t step, const char *token,
                              char folder[MPB_PATH_SIZE])
{
    char place[MPB_PATH_SIZE];
    int length;

    MPB_TRY(mpb_checkpoint_path(saver->run, step, place, sizeof(place)));
    length = snprintf(folder, MPB_PATH_SIZE, "%s%s-%s", place, MPB_UNFINISHED_MARK, token);
    MPB_REQUIRE(length < MPB_PATH_SIZE, MPB_ERR_SYSTEM, "the path is too long (%s)", place);
    return mpb_directory_claim(folder);
}

/* The rows of one owner: from the table to `rows` (mpb_share_rows, row_size), or back. */
static void copy_rows(const mpb_share *share, float *table, float *rows, bool out)
{
    const size_t size = share->row_size;

    for (size_t i = 0; i < mpb_share_rows(share); i++) {
        float *row = table + (i * (size_t)share->owners + (size_t)share->owner) * size;
        float *place = rows + i * size;

        memcpy(out ? place : row, out ? row : place, size * sizeof(*row));
    }
}

static mpb_status write_rows(const char *path, const mpb_share *share, const float *rows)
{
    mpb_h5 *file = NULL;

    MPB_TRY(mpb_h5_create(path, &file));
    return mpb_h5_end(
        &file, mpb_h5_write(file, WORDS, MPB_H5_F32, mpb_share_rows(share), share->row_size, rows));
}

static mpb_status read_opened_rows(const mpb_h5 *file, const char *path, const mpb_share *share,
                                   float *rows)
{
    mpb_h5_type type;
    size_t count;
    size_t size;

    MPB_TRY(mpb_h5_shape(file, WORDS, &type, &count, &size));
    MPB_REQUIRE(count == mpb_share_rows(share) && size == share->row_size, MPB_ERR_SYSTEM,
                "%zu x %zu values were found, %zu x %zu were expected (%s)", count, size,
                mpb_share_rows(share), share->row_size, path);
    return mpb_h5_read(file, WORDS, MPB_H5_F32, rows);
}

static mpb_status read_rows(const char *path, const mpb_share *share, float *rows)
{
    mpb_h5 *file = NULL;

    MPB_TRY(mpb_h5_open(path, &file));
    return mpb_h5_end(&file, read_opened_rows(file, path, share, rows));
}

/* Exchanges the rows of one owner with its file. */
static mpb_status move_rows(const mpb_saver *saver, const char *folder, const mpb_share *share,
                            bool out)
{
    float *table = mpb_model_trained_weights(saver->model);
    char name[MPB_MOMENTS_FILE];
    char path[MPB_PATH_SIZE];
    float *rows = NULL;
    mpb_status status;

    words_file(share->owner, name);
    MPB_TRY(mpb_path_join(folder, name, path, sizeof(path)));
    MPB_TRY(mpb_memory_create(mpb_share_rows(share) * share->row_size, sizeof(*rows),
                              "the words of one owner", (void **)&rows));
    if (out) {
        copy_rows(share, table, rows, true);
        status = write_rows(path, share, rows);
    } else {
        status = read_rows(path, share, rows);
    }
    if (!out && status == MPB_OK) {
        copy_rows(share, table, rows, false);
        status = mpb_path_remove(path);
    }
    mpb_memory_destroy(rows);
    return status;
}

/* The words come last: where they are, all of the rank's state is too. */
static mpb_status write_own(const mpb_saver *saver, const char *folder, int64_t step)
{
    const mpb_share *share = mpb_updater_share(saver->updater);

    MPB_TRY(saving_write_own(saver, folder, step));
    return share->owner == 0 ? MPB_OK : move_rows(saver, folder, share, true);
}

/* The file that `rank` writes last. */
static void last_file(const mpb_saver *saver, int rank, char name[MPB_MOMENTS_FILE])
{
    if (mpb_updater_share(saver->updater)->owners > 1) {
        words_file(rank, name);
    } else {
        mpb_remainders_file(rank, mpb_comm_size(saver->comm), name);
    }
}

static mpb_status await_rank(const mpb_saver *saver, const char *folder, int rank, double until)
{
    const struct timespec pause = {.tv_nsec = POLL_NANOSECONDS};
    char name[MPB_MOMENTS_FILE];
    char path[MPB_PATH_SIZE];

    last_file(saver, rank, name);
    MPB_TRY(mpb_path_join(folder, name, path, sizeof(path)));
    while (!mpb_file_exists(path)) {
        MPB_REQUIRE(mpb_clock_seconds() < until, MPB_ERR_SYSTEM,
                    "rank %d has not written its part of the checkpoint in time (%s)", rank,
                    folder);
        nanosleep(&pause, NULL);
    }
    return MPB_OK;
}

static mpb_status await_ranks(const mpb_saver *saver, const char *folder, double until)
{
    mpb_share share = *mpb_updater_share(saver->updater);

    for (int rank = 1; rank < mpb_comm_size(saver->comm); rank++) {
        MPB_TRY(await_rank(saver, folder, rank, until));
        if (share.owners > 1) {
            share.owner = rank;
            MPB_TRY(move_rows(saver, folder, &share, false));
        }
    }
    return MPB_OK;
}

static mpb_status complete(const mpb_saver *saver, const mpb_training_state *state,
                           const char *folder, double until)
{
    const mpb_model_dir_content content = saving_content(saver, true);

    mpb_updater_catch_up(saver->updater);
    MPB_TRY(await_ranks(saver, folder, until));
    MPB_TRY(mpb_model_dir_write(folder, &content));
    MPB_TRY(saving_write_state(saver, folder, state));
    return saving_publish_checkpoint(saver, folder, state->step, NULL, 0);
}

mpb_status saving_apart_write(const mpb_saver *saver, const mpb_training_state *state,
                              const char *token)
{
    const double started_at = mpb_clock_seconds();
    char folder[MPB_PATH_SIZE];
    double own_seconds;
    mpb_status status;

    MPB_TRY(make_folder(saver, state->step, token, folder));
    MPB_TRY(write_own(saver, folder, state->step));
    if (mpb_comm_rank(saver->comm) > 0) {
        return MPB_OK;
    }
    own_seconds = mpb_clock_seconds() - started_at;
    status = complete(saver, state, folder,
                      mpb_clock_seconds() + LEAST_PATIENCE + PATIENCE * own_seconds);
    if (status != MPB_OK) {
        (void)!mpb_path_remove(folder); /* the next start tries again */
    }
    return status;
}
