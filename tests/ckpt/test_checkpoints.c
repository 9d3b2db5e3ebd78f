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

static void make_checkpoint(const char *run, int64_t step)
{
    char folder[MPB_PATH_SIZE];

    CHECK_OK(mpb_checkpoint_path(run, step, folder, sizeof(folder)));
    CHECK_OK(mpb_directory_create(folder));
    write_text(folder, "state", "whole");
    CHECK_OK(mpb_manifest_write(folder));
}

static void damage(const char *run, int64_t step)
{
    char folder[MPB_PATH_SIZE];

    CHECK_OK(mpb_checkpoint_path(run, step, folder, sizeof(folder)));
    write_text(folder, "state", "wrong");
}

static void the_newest_whole_checkpoint_is_found(const char *run)
{
    char path[MPB_PATH_SIZE];
    char expected[MPB_PATH_SIZE];

    CHECK_OK(mpb_checkpoint_find_newest(&LOG, run, path, sizeof(path)));
    CHECK_TEXT(path, "");
    make_checkpoint(run, 3);
    make_checkpoint(run, 20);
    damage(run, 20);
    CHECK_OK(mpb_checkpoint_path(run, 3, expected, sizeof(expected)));
    CHECK_OK(mpb_checkpoint_find_newest(&LOG, run, path, sizeof(path)));
    CHECK_TEXT(path, expected);
}

static void a_run_whose_checkpoints_are_all_damaged_is_not_started_anew(const char *run)
{
    char path[MPB_PATH_SIZE];

    damage(run, 3);
    CHECK_FAILS(mpb_checkpoint_find_newest(&LOG, run, path, sizeof(path)), MPB_ERR_DATA,
                "no checkpoint is whole, one of 2 was expected; checkpoint.resume=never");
}

static bool is_there(const char *run, int64_t step)
{
    char folder[MPB_PATH_SIZE];

    CHECK_OK(mpb_checkpoint_path(run, step, folder, sizeof(folder)));
    return mpb_file_is_directory(folder);
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
    CHECK_FAILS(mpb_checkpoint_prune(run, 2), MPB_ERR_SYSTEM, "checkpoints/step-00000033)");
    CHECK(is_there(run, 35) && is_there(run, 34) && is_there(run, 33));
    CHECK(!is_there(run, 32) && !is_there(run, 31) && !is_there(run, 3));
    CHECK(!mpb_file_exists(unfinished));
    protected_end = "";
    CHECK_OK(mpb_checkpoint_prune(run, 2));
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

int main(void)
{
    char run[MPB_PATH_SIZE];

    scratch_make(run);
    the_newest_whole_checkpoint_is_found(run);
    a_run_whose_checkpoints_are_all_damaged_is_not_started_anew(run);
    what_cannot_be_removed_is_named_and_the_rest_goes(run);
    what_a_killed_run_left_half_written_goes(run);
    scratch_remove(run);
    return EXIT_SUCCESS;
}
