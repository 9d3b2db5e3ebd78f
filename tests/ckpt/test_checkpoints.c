#include "mpibert/ckpt/checkpoints.h"

#include "mpibert/ckpt/manifest.h"
#include "opened.h"

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

int main(void)
{
    char run[MPB_PATH_SIZE];

    scratch_make(run);
    the_newest_whole_checkpoint_is_found(run);
    a_run_whose_checkpoints_are_all_damaged_is_not_started_anew(run);
    scratch_remove(run);
    return EXIT_SUCCESS;
}
