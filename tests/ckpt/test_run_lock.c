#include "mpibert/ckpt/run_lock.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "opened.h"

static const mpb_log LOG = {.command = "test", .leader = true};

static bool holds_text(const char *run, const char *text)
{
    char path[MPB_PATH_SIZE];
    char content[256] = "";
    FILE *file;

    CHECK_OK(mpb_path_join(run, ".lock", path, sizeof(path)));
    file = fopen(path, "r");
    CHECK(file != NULL);
    content[fread(content, 1, sizeof(content) - 1, file)] = '\0';
    fclose(file);
    return strstr(content, text) != NULL;
}

/* A process that holds the lock until it is killed; returns when it does. */
static pid_t start_holder(const char *run)
{
    int ends[2];
    char byte = 0;
    pid_t process;

    CHECK(pipe(ends) == 0);
    process = fork();
    CHECK(process >= 0);
    if (process == 0) {
        mpb_run_lock lock;

        CHECK_OK(mpb_run_lock_begin(&LOG, run, &lock));
        CHECK(write(ends[1], &byte, 1) == 1);
        pause();
        _exit(EXIT_FAILURE);
    }
    CHECK(read(ends[0], &byte, 1) == 1);
    close(ends[0]);
    close(ends[1]);
    return process;
}

static void a_second_run_is_told_who_holds_the_directory(const char *run)
{
    pid_t holder = start_holder(run);
    mpb_run_lock lock = {.descriptor = -1};
    char expected[64];

    snprintf(expected, sizeof(expected), ", process %ld) uses this run directory (", (long)holder);
    CHECK_FAILS(mpb_run_lock_begin(&LOG, run, &lock), MPB_ERR_SYSTEM, expected);
    CHECK_FAILS(mpb_run_lock_begin(&LOG, run, &lock), MPB_ERR_SYSTEM, run);
    CHECK(lock.descriptor == -1);
    CHECK(kill(holder, SIGKILL) == 0);
    CHECK(waitpid(holder, NULL, 0) == holder);
}

/* The child holds the lock on, for `seconds`, after this process has given it back. */
static void leave_to_child(const char *run, unsigned seconds)
{
    mpb_run_lock lock = {.descriptor = -1};
    pid_t child;

    CHECK_OK(mpb_run_lock_begin(&LOG, run, &lock));
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        mpb_run_lock_pass_on(&lock);
        sleep(seconds);
        _exit(EXIT_SUCCESS);
    }
    while (!holds_text(run, "saving")) {
        usleep(1000);
    }
    mpb_run_lock_end(&lock, true);
}

static void who_saves_the_last_checkpoint_is_waited_for(const char *run)
{
    mpb_run_lock lock = {.descriptor = -1};
    time_t before = time(NULL);

    leave_to_child(run, 2);
    CHECK_OK(mpb_run_lock_begin(&LOG, run, &lock));
    CHECK(time(NULL) - before >= 1); /* whole seconds: 2 that began late in one count 1 */
    CHECK(!holds_text(run, "saving"));
    mpb_run_lock_end(&lock, true);
    CHECK(wait(NULL) > 0);
}

static void a_running_run_can_be_told_from_others(const char *run)
{
    pid_t holder = start_holder(run);

    CHECK(mpb_run_lock_is_held(run));
    CHECK(kill(holder, SIGKILL) == 0);
    CHECK(waitpid(holder, NULL, 0) == holder);
    CHECK(!mpb_run_lock_is_held(run));
    CHECK(!mpb_run_lock_is_held("/no/such/run"));
}

static void a_killed_run_leaves_no_lock(const char *run)
{
    mpb_run_lock lock = {.descriptor = -1};

    CHECK_OK(mpb_run_lock_begin(&LOG, run, &lock));
    mpb_run_lock_end(&lock, true);
    mpb_run_lock_end(&lock, true);
}

/* A folder that was there, or that something has come into, is not the lock's to remove. */
static void a_refused_run_leaves_no_folder_of_its_own(const char *run, const char *fresh)
{
    mpb_run_lock lock = {.descriptor = -1};

    CHECK_OK(mpb_run_lock_begin(&LOG, run, &lock));
    mpb_run_lock_end(&lock, false);
    CHECK(mpb_file_exists(run));
    CHECK_OK(mpb_run_lock_begin(&LOG, fresh, &lock));
    mpb_run_lock_end(&lock, false);
    CHECK(!mpb_file_exists(fresh));
    CHECK_OK(mpb_run_lock_begin(&LOG, fresh, &lock));
    write_text(fresh, "notes", "mine");
    mpb_run_lock_end(&lock, false);
    CHECK(mpb_file_exists(fresh));
}

/* As a link it would have the holder written into another file. */
static void a_planted_link_is_no_lock(const char *run)
{
    char lock_path[MPB_PATH_SIZE], victim[MPB_PATH_SIZE];
    mpb_run_lock lock = {.descriptor = -1};
    uint64_t bytes;

    CHECK_OK(mpb_path_join(run, ".lock", lock_path, sizeof(lock_path)));
    CHECK_OK(mpb_path_join(run, "victim", victim, sizeof(victim)));
    write_text(run, "victim", "kept");
    for (int hard = 0; hard < 2; hard++) {
        CHECK_OK(mpb_path_remove(lock_path));
        CHECK((hard == 1 ? link : symlink)(victim, lock_path) == 0);
        CHECK_FAILS(mpb_run_lock_begin(&LOG, run, &lock), MPB_ERR_SYSTEM, lock_path);
        CHECK_OK(mpb_file_size(victim, &bytes));
        CHECK(bytes == 4);
    }
}

int main(void)
{
    char folder[MPB_PATH_SIZE];
    char run[MPB_PATH_SIZE];
    char fresh[MPB_PATH_SIZE];

    scratch_make(folder);
    CHECK_OK(mpb_path_join(folder, "a/run", run, sizeof(run)));
    a_second_run_is_told_who_holds_the_directory(run);
    a_running_run_can_be_told_from_others(run);
    a_killed_run_leaves_no_lock(run);
    CHECK_OK(mpb_path_join(folder, "fresh", fresh, sizeof(fresh)));
    a_refused_run_leaves_no_folder_of_its_own(run, fresh);
    who_saves_the_last_checkpoint_is_waited_for(run);
    a_planted_link_is_no_lock(run);
    scratch_remove(folder);
    return EXIT_SUCCESS;
}
