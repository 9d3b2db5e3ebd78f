#include "mpibert/ckpt/checkpoints.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/ckpt/manifest.h"
#include "mpibert/ckpt/model_dir.h"
#include "mpibert/core/strings.h"
#include "mpibert/io/file.h"

static const char PREFIX[] = "step-";

mpb_status mpb_checkpoint_path(const char *run, int64_t step, char *path, size_t size)
{
    int length = snprintf(path, size, "%s/checkpoints/%s%08" PRId64, run, PREFIX, step);

    MPB_REQUIRE(length > 0 && (size_t)length < size, MPB_ERR_SYSTEM,
                "the path of a checkpoint is too long (%s)", run);
    return MPB_OK;
}

static bool is_checkpoint(const char *name)
{
    size_t digits = strspn(name + strnlen(name, sizeof(PREFIX) - 1), "0123456789");

    return strncmp(name, PREFIX, sizeof(PREFIX) - 1) == 0 && digits > 0 &&
           name[sizeof(PREFIX) - 1 + digits] == '\0';
}

static int64_t step_of(const char *name)
{
    return strtoll(name + sizeof(PREFIX) - 1, NULL, 10);
}

/* Names of the folder's entries, oldest step first: step numbers have a fixed width. */
static mpb_status list_entries(const char *run, char *folder, size_t size, mpb_strings *names)
{
    MPB_TRY(mpb_path_join(run, "checkpoints", folder, size));
    if (!mpb_file_is_directory(folder)) {
        return MPB_OK;
    }
    return mpb_directory_list(folder, names);
}

/* Whatever its manifest says, a checkpoint has these. */
static mpb_status check_files(const char *path)
{
    mpb_strings names = {0};
    mpb_status status = mpb_strings_add(&names, "config.json", strlen("config.json"));

    if (status == MPB_OK) {
        status = mpb_model_dir_weight_files(path, &names);
    }
    for (size_t i = 0; status == MPB_OK && i < names.count; i++) {
        char file[MPB_PATH_SIZE];

        status = mpb_path_join(path, names.items[i], file, sizeof(file));
        if (status == MPB_OK && !mpb_file_exists(file)) {
            status = MPB_FAIL(MPB_ERR_DATA, "the checkpoint has no %s (%s)", names.items[i], path);
        }
    }
    mpb_strings_clear(&names);
    return status;
}

mpb_status mpb_checkpoint_verify(const char *path, mpb_training_state *state)
{
    char file[MPB_PATH_SIZE];

    MPB_REQUIRE(mpb_file_is_directory(path), MPB_ERR_DATA,
                "there is no such folder, a checkpoint was expected (%s)", path);
    MPB_TRY(mpb_manifest_verify(path));
    MPB_TRY(check_files(path));
    MPB_TRY(mpb_training_state_path(path, file, sizeof(file)));
    return mpb_training_state_read(file, state);
}

mpb_status mpb_checkpoint_latest(const char *run, char *path, size_t size)
{
    char folder[MPB_PATH_SIZE];
    mpb_strings names = {0};
    mpb_status status = list_entries(run, folder, sizeof(folder), &names);
    size_t last = names.count;

    path[0] = '\0';
    while (last > 0 && !is_checkpoint(names.items[last - 1])) {
        last--;
    }
    if (status == MPB_OK && last > 0) {
        status = mpb_path_join(folder, names.items[last - 1], path, size);
    }
    mpb_strings_clear(&names);
    return status;
}

mpb_status mpb_checkpoint_find_newest(const mpb_log *log, const char *run, char *path, size_t size,
                                      mpb_training_state *state)
{
    char folder[MPB_PATH_SIZE];
    mpb_strings names = {0};
    size_t passed_over = 0;
    mpb_status status = list_entries(run, folder, sizeof(folder), &names);

    path[0] = '\0';
    for (size_t i = names.count; status == MPB_OK && i > 0; i--) {
        if (!is_checkpoint(names.items[i - 1])) {
            continue;
        }
        status = mpb_path_join(folder, names.items[i - 1], path, size);
        if (status == MPB_OK && mpb_checkpoint_verify(path, state) == MPB_OK) {
            break;
        }
        mpb_log_warning(log, "checkpoint passed over: %s", mpb_status_last());
        path[0] = '\0';
        passed_over++;
    }
    mpb_strings_clear(&names);
    MPB_TRY(status);
    MPB_REQUIRE(path[0] != '\0' || passed_over == 0, MPB_ERR_DATA,
                "no checkpoint is whole, one of %zu was expected; checkpoint.resume=never starts "
                "anew (%s)",
                passed_over, folder);
    return MPB_OK;
}

static mpb_status remove_entry(const char *folder, const char *name)
{
    char path[MPB_PATH_SIZE];

    MPB_TRY(mpb_path_join(folder, name, path, sizeof(path)));
    return mpb_path_remove(path);
}

void mpb_checkpoint_clear_unfinished(const mpb_log *log, const char *run)
{
    char folder[MPB_PATH_SIZE];
    mpb_strings names = {0};
    mpb_status status = list_entries(run, folder, sizeof(folder), &names);

    for (size_t i = 0; i < names.count; i++) {
        if (mpb_directory_is_unfinished(names.items[i]) &&
            remove_entry(folder, names.items[i]) != MPB_OK) {
            status = MPB_ERR_SYSTEM;
        }
    }
    if (status != MPB_OK) {
        mpb_log_warning(log, "what a run left half-written stays: %s", mpb_status_last());
    }
    mpb_strings_clear(&names);
}

mpb_status mpb_checkpoint_prune(const char *run, int64_t newest, int keep)
{
    char folder[MPB_PATH_SIZE];
    mpb_strings names = {0};
    mpb_status status = list_entries(run, folder, sizeof(folder), &names);
    int kept = 0;

    for (size_t i = names.count; i > 0; i--) {
        const char *name = names.items[i - 1];
        bool surplus = is_checkpoint(name) && (step_of(name) > newest || kept++ >= keep);

        if ((surplus || mpb_directory_is_unfinished(name)) &&
            remove_entry(folder, name) != MPB_OK) {
            status = MPB_ERR_SYSTEM;
        }
    }
    mpb_strings_clear(&names);
    return status;
}
