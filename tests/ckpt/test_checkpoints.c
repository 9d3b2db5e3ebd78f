#include "mpibert/ckpt/checkpoints.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "mpibert/ckpt/manifest.h"
#include "opened.h"

/* In front of the C library's: a folder whose path ends so is of another owner, for root too. */
static const char *protected_end = "";

int rmdir(const char *path)
{
    size_t length = strlen(path);
    size_t end = strlen(protected_end);

    if (end > 0 && length >= end && strcmp(path + length - end, protected_end) == 0) {
        errno = EACCES;
        return -1;
    }
    return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

static const mpb_log LOG = {.command = "test", .leader = true};

static void folder_of(const char *run, int64_t step, char folder[MPB_PATH_SIZE])
{
    CHECK_OK(mpb_checkpoint_path(run, step, folder, MPB_PATH_SIZE));
}

static void make_checkpoint(const char *run, int64_t step)
{
    const mpb_training_state state = {.step = step,
                                      .best_step = -1,
                                      .kernel = (char[]){"own"},
                                      .instruction_set = (char[]){"SSE2"},
                                      .products = (char[]){"SSE2 products of our own"},
                                      .signature = (char[]){"{}"},
                                      .history = (char[]){"[]"}};
    const float moments[1] = {0.0f};
    char folder[MPB_PATH_SIZE];
    char path[MPB_PATH_SIZE];

    folder_of(run, step, folder);
    CHECK_OK(mpb_directory_create(folder));
    write_text(folder, "config.json", "{}");
    write_text(folder, "model.safetensors", "weights");
    CHECK_OK(mpb_training_state_path(folder, path, sizeof(path)));
    CHECK_OK(mpb_training_state_write(path, &state, 1, moments, moments));
    CHECK_OK(mpb_manifest_write(folder));
}

static void damage(const char *run, int64_t step)
{
    char folder[MPB_PATH_SIZE];

    folder_of(run, step, folder);
    write_text(folder, "model.safetensors", "WEIGHTS");
}

static void expect_newest(const char *run, int64_t step)
{
    mpb_training_state state = {0};
    char path[MPB_PATH_SIZE];
    char expected[MPB_PATH_SIZE];

    folder_of(run, step, expected);
    CHECK_OK(mpb_checkpoint_find_newest(&LOG, run, path, sizeof(path), &state));
    CHECK_TEXT(path, expected);
    CHECK(state.step == step);
    mpb_training_state_clear(&state);
}

static void the_newest_whole_checkpoint_is_found(const char *run)
{
    mpb_training_state state = {0};
    char path[MPB_PATH_SIZE];

    CHECK_OK(mpb_checkpoint_find_newest(&LOG, run, path, sizeof(path), &state));
    CHECK_TEXT(path, "");
    make_checkpoint(run, 3);
    make_checkpoint(run, 20);
    expect_newest(run, 20);
    damage(run, 20);
    expect_newest(run, 3);
}

static void a_run_whose_checkpoints_are_all_damaged_is_not_started_anew(const char *run)
{
    mpb_training_state state = {0};
    char path[MPB_PATH_SIZE];

    damage(run, 3);
    CHECK_FAILS(mpb_checkpoint_find_newest(&LOG, run, path, sizeof(path), &state), MPB_ERR_DATA,
                "no checkpoint is whole, one of 2 was expected; checkpoint.resume=never");
}

static void refuses(const char *folder, const char *message)
{
    mpb_training_state state = {0};

    CHECK_FAILS(mpb_checkpoint_verify(folder, &state), MPB_ERR_DATA, message);
    CHECK(state.signature == NULL);
}

static void remove_file(const char *folder, const char *name)
{
    char path[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(folder, name, path, sizeof(path)));
    CHECK_OK(mpb_path_remove(path));
}

/* Weights that could be exchanged behind the manifest's back. */
static void a_file_that_the_manifest_does_not_list_is_refused(const char *run)
{
    char folder[MPB_PATH_SIZE];
    mpb_training_state state = {0};

    make_checkpoint(run, 5);
    folder_of(run, 5, folder);
    remove_file(folder, "model.safetensors");
    CHECK_OK(mpb_manifest_write(folder));
    refuses(folder, "no weights were found");
    write_text(folder, "model.safetensors", "weights of someone");
    refuses(folder, "the manifest does not list model.safetensors");
    CHECK_OK(mpb_manifest_write(folder));
    write_text(folder, ".nfs0001", "nobody's");
    CHECK_OK(mpb_checkpoint_verify(folder, &state));
    mpb_training_state_clear(&state);
}

static void a_checkpoint_without_manifest_or_state_is_refused(const char *run)
{
    char folder[MPB_PATH_SIZE];

    make_checkpoint(run, 6);
    folder_of(run, 6, folder);
    remove_file(folder, "manifest.json");
    refuses(folder, "there is no manifest.json");
    remove_file(folder, "training_state.h5");
    CHECK_OK(mpb_manifest_write(folder));
    refuses(folder, "training_state.h5");
    folder_of(run, 7, folder);
    refuses(folder, "there is no such folder");
}

static void a_manifest_names_files_of_its_folder_alone(const char *run)
{
    const char *const names[] = {"../state", "st\\nate",      "/state", "folder/../../state",
                                 "folder/",  "folder//state", "."};
    char text[128];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(text, sizeof(text), "{\"files\": {\"%s\": {\"bytes\": 5, \"sha256\": \"\"}}}",
                 names[i]);
        write_text(run, "manifest.json", text);
        CHECK_FAILS(mpb_manifest_verify(run), MPB_ERR_DATA, "is not the name of a file in");
    }
}

static bool is_there(const char *run, int64_t step)
{
    char folder[MPB_PATH_SIZE];

    folder_of(run, step, folder);
    return mpb_file_exists(folder);
}

static void what_cannot_be_removed_is_named_and_the_rest_goes(const char *run)
{
    char unfinished[MPB_PATH_SIZE];

    for (int64_t step = 31; step < 36; step++) {
        make_checkpoint(run, step);
    }
    CHECK_OK(
        mpb_path_join(run, "checkpoints/step-00000036.partial-1", unfinished, sizeof(unfinished)));
    CHECK_OK(mpb_directory_create(unfinished));
    protected_end = "/step-00000033";
    CHECK_FAILS(mpb_checkpoint_prune(run, 35, 2), MPB_ERR_SYSTEM, "checkpoints/step-00000033)");
    CHECK(is_there(run, 35) && is_there(run, 34) && is_there(run, 33));
    CHECK(!is_there(run, 32) && !is_there(run, 31) && !is_there(run, 3));
    CHECK(!mpb_file_exists(unfinished));
    protected_end = "";
    CHECK_OK(mpb_checkpoint_prune(run, 35, 2));
    CHECK(!is_there(run, 33));
}

static void what_a_killed_run_left_half_written_goes(const char *run)
{
    char whole[MPB_PATH_SIZE];
    char partial[MPB_PATH_SIZE + 10];

    CHECK_OK(mpb_checkpoint_path(run, 35, whole, sizeof(whole)));
    snprintf(partial, sizeof(partial), "%s.partial-7", whole);
    CHECK_OK(mpb_directory_create(partial));
    write_text(partial, "state", "half");
    mpb_checkpoint_clear_unfinished(&LOG, run);
    CHECK(!mpb_file_is_directory(partial));
    CHECK(mpb_file_is_directory(whole));
}

/* A damaged later one would otherwise take the place of a whole one. */
static void pruning_keeps_the_newest_up_to_the_step_that_was_saved(const char *run)
{
    for (int64_t step = 110; step <= 150; step += 10) {
        make_checkpoint(run, step);
    }
    CHECK_OK(mpb_checkpoint_prune(run, 140, 2));
    CHECK(!is_there(run, 150) && is_there(run, 140) && is_there(run, 130) && !is_there(run, 120));
    CHECK_OK(mpb_checkpoint_prune(run, 0, 0));
    CHECK(!is_there(run, 140) && !is_there(run, 130));
}

int main(void)
{
    char run[MPB_PATH_SIZE];

    scratch_make(run);
    the_newest_whole_checkpoint_is_found(run);
    a_run_whose_checkpoints_are_all_damaged_is_not_started_anew(run);
    a_manifest_names_files_of_its_folder_alone(run);
    what_cannot_be_removed_is_named_and_the_rest_goes(run);
    what_a_killed_run_left_half_written_goes(run);
    a_file_that_the_manifest_does_not_list_is_refused(run);
    a_checkpoint_without_manifest_or_state_is_refused(run);
    pruning_keeps_the_newest_up_to_the_step_that_was_saved(run);
    scratch_remove(run);
    return EXIT_SUCCESS;
}
