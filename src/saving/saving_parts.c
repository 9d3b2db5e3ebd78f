#include "saving_parts.h"

#include <stdio.h>
#include <string.h>

#include "mpibert/ckpt/checkpoints.h"
#include "mpibert/ckpt/moments.h"
#include "mpibert/ckpt/remainders.h"
#include "mpibert/io/file.h"

enum { OWN_FILES = 2, FILE_NAME = MPB_MANIFEST_NAME };

/* Names of what a rank alone has, "" where there is nothing. */
typedef struct own_files {
    char names[OWN_FILES][FILE_NAME];
} own_files;

/* A folder that ranks fill together. */
typedef struct parts_folder {
    char path[MPB_PATH_SIZE];  /* where it belongs */
    char aside[MPB_PATH_SIZE]; /* where it is filled */
    bool checkpoint;
} parts_folder;

static bool is_leader(const mpb_saver *saver)
{
    return mpb_comm_rank(saver->comm) == 0;
}

/* On rank 0: all of a model directory but the bytes of its weights. */
static mpb_status begin_folder(const mpb_saver *saver, parts_folder *folder)
{
    const mpb_model_dir_content content = saving_content(saver, folder->checkpoint);

    MPB_TRY(mpb_directory_begin_aside(folder->path, folder->aside));
    return mpb_model_dir_begin_parts(folder->aside, &content);
}

static const char *own_weights(const mpb_saver *saver, const parts_folder *folder)
{
    const mpb_model_dir_content content = saving_content(saver, folder->checkpoint);

    return mpb_model_dir_own_weights(&content);
}

/* A rank without rank 0's folder would write into one of its own host. */
static mpb_status check_sight(const mpb_saver *saver, const parts_folder *folder)
{
    const int rank = mpb_comm_rank(saver->comm);
    char path[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(folder->aside, own_weights(saver, folder), path, sizeof(path)));
    MPB_REQUIRE(mpb_file_exists(path), MPB_ERR_SYSTEM,
                "rank %d on host %s does not see what rank 0 on host %s writes: "
                "checkpoint.directory must lie where all hosts share it, or "
                "cluster.%s=false has rank 0 write alone (%s)",
                rank, mpb_comm_host(saver->comm, rank), mpb_comm_host(saver->comm, 0),
                saver->publisher != NULL ? "shard_optimizer" : "error_feedback", folder->aside);
    return MPB_OK;
}

static mpb_status write_own_weights(const mpb_saver *saver, const parts_folder *folder)
{
    const mpb_model_dir_content content = saving_content(saver, folder->checkpoint);

    MPB_TRY(check_sight(saver, folder));
    return mpb_model_dir_write_part(folder->aside, &content, mpb_comm_rank(saver->comm),
                                    mpb_comm_size(saver->comm));
}

/* Which rank it was is known of files with a rank's name alone. */
static mpb_status name_rank(const mpb_saver *saver, mpb_status status)
{
    const int rank = mpb_comm_rank(saver->comm);
    char text[MPB_PATH_SIZE];

    if (status == MPB_OK || rank == 0) {
        return status;
    }
    snprintf(text, sizeof(text), "%s", mpb_status_last());
    return MPB_FAIL(status, "%s (rank %d on host %s)", text, rank,
                    mpb_comm_host(saver->comm, rank));
}

/* Every rank's part of the weights, which all ranks have. */
static mpb_status write_weights(const mpb_saver *saver, parts_folder *folder)
{
    MPB_TRY(mpb_comm_agree(saver->comm, is_leader(saver) ? begin_folder(saver, folder) : MPB_OK));
    MPB_TRY(mpb_comm_broadcast(saver->comm, folder, sizeof(*folder)));
    return mpb_comm_agree(saver->comm, name_rank(saver, write_own_weights(saver, folder)));
}

/* All ranks have all weights, up to date. */
static mpb_status settle_weights(const mpb_saver *saver)
{
    mpb_updater_catch_up(saver->updater);
    return mpb_publisher_all_words(saver->publisher);
}

/* The digests of this rank's own files, on the last rank also of the weights: rank 0 has the small
 * files and what is frozen. */
static mpb_status digest_files(const mpb_saver *saver, const parts_folder *folder,
                               const own_files *own, mpb_buffer *mine)
{
    const bool last = mpb_comm_rank(saver->comm) == mpb_comm_size(saver->comm) - 1;
    const char *const names[] = {last ? own_weights(saver, folder) : "", own->names[0],
                                 own->names[1]};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        mpb_manifest_entry entry;

        if (names[i][0] != '\0') {
            MPB_TRY(mpb_manifest_entry_make(folder->aside, names[i], &entry));
            MPB_TRY(mpb_buffer_append(mine, &entry, sizeof(entry)));
        }
    }
    return MPB_OK;
}

/* *entries = the digests of all ranks, on all of them; `status` is how this one came to its own. */
static mpb_status gather_digests(const mpb_saver *saver, mpb_status status, const mpb_buffer *mine,
                                 mpb_buffer *entries)
{
    MPB_TRY(mpb_comm_agree(saver->comm, name_rank(saver, status)));
    return mpb_comm_gather(saver->comm, mine, entries);
}

mpb_status saving_parts_model(const mpb_saver *saver, const char *name)
{
    parts_folder folder = {0};
    mpb_buffer mine = {0};
    mpb_buffer entries = {0};
    mpb_status status = mpb_path_join(saver->run, name, folder.path, sizeof(folder.path));

    MPB_TRY(mpb_comm_agree(saver->comm, status));
    MPB_TRY(write_weights(saver, &folder));
    status = digest_files(saver, &folder, &(own_files){0}, &mine);
    status = gather_digests(saver, status, &mine, &entries);
    if (status == MPB_OK && is_leader(saver)) {
        status = saving_publish(saver, folder.aside, folder.path,
                                (const mpb_manifest_entry *)(const void *)entries.data,
                                entries.size / sizeof(mpb_manifest_entry));
    }
    mpb_buffer_clear(&mine);
    mpb_buffer_clear(&entries);
    return mpb_comm_agree(saver->comm, status);
}

static float *remainders_of(const mpb_saver *saver)
{
    return saver->reduction == NULL ? NULL : mpb_reduction_remainders(saver->reduction);
}

bool mpb_saver_needs_all_ranks(const mpb_saver *saver)
{
    return saver->publisher != NULL || remainders_of(saver) != NULL;
}

static own_files name_own_files(const mpb_saver *saver)
{
    const mpb_share *share = mpb_updater_share(saver->updater);
    own_files own = {0};

    if (share->owners > 1) {
        mpb_moments_file(share->owner, share->owners, own.names[0]);
    }
    if (remainders_of(saver) != NULL) {
        mpb_remainders_file(mpb_comm_rank(saver->comm), mpb_comm_size(saver->comm), own.names[1]);
    }
    return own;
}

mpb_status saving_write_own(const mpb_saver *saver, const char *folder, int64_t step)
{
    const mpb_share *share = mpb_updater_share(saver->updater);
    const mpb_remainders_owner owner = {mpb_comm_rank(saver->comm), mpb_comm_size(saver->comm),
                                        step};

    if (remainders_of(saver) != NULL) {
        MPB_TRY(mpb_remainders_write(folder, &owner, share->size, remainders_of(saver)));
    }
    return share->owners == 1 ? MPB_OK
                              : mpb_moments_write_part(folder, share, step,
                                                       mpb_updater_first_moment(saver->updater),
                                                       mpb_updater_second_moment(saver->updater));
}

mpb_status saving_write_state(const mpb_saver *saver, const char *folder,
                              const mpb_training_state *state)
{
    const mpb_share *share = mpb_updater_share(saver->updater);
    char file[MPB_PATH_SIZE];

    MPB_TRY(mpb_training_state_path(folder, file, sizeof(file)));
    return share->owners > 1 ? mpb_training_state_write_shared(file, state, share)
                             : mpb_training_state_write(file, state, share->size,
                                                        mpb_updater_first_moment(saver->updater),
                                                        mpb_updater_second_moment(saver->updater));
}

/* On rank 0, when all parts are there. */
static mpb_status complete_checkpoint(const mpb_saver *saver, const mpb_training_state *state,
                                      const parts_folder *folder, const mpb_buffer *entries)
{
    MPB_TRY(saving_write_state(saver, folder->aside, state));
    return saving_publish_checkpoint(saver, folder->aside, state->step,
                                     (const mpb_manifest_entry *)(const void *)entries->data,
                                     entries->size / sizeof(mpb_manifest_entry));
}

mpb_status saving_parts_checkpoint(const mpb_saver *saver, const mpb_training_state *state)
{
    const own_files own = name_own_files(saver);
    parts_folder folder = {.checkpoint = true};
    mpb_buffer mine = {0};
    mpb_buffer entries = {0};
    mpb_status status =
        mpb_checkpoint_path(saver->run, state->step, folder.path, sizeof(folder.path));

    MPB_TRY(mpb_comm_agree(saver->comm, status));
    MPB_TRY(settle_weights(saver));
    MPB_TRY(write_weights(saver, &folder));
    status = saving_write_own(saver, folder.aside, state->step);
    if (status == MPB_OK) {
        status = digest_files(saver, &folder, &own, &mine);
    }
    status = gather_digests(saver, status, &mine, &entries);
    if (status == MPB_OK && is_leader(saver)) {
        status = complete_checkpoint(saver, state, &folder, &entries);
    }
    mpb_buffer_clear(&mine);
    mpb_buffer_clear(&entries);
    return mpb_comm_agree(saver->comm, status);
}
