/* What someone, or a killed process, put where a temporary file or folder would go. */

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aside.h"
#include "check.h"
#include "mpibert/io/h5.h"
#include "scratch.h"

static void content_is(const char *path, const char *want)
{
    mpb_buffer got = {0};

    CHECK_OK(mpb_file_read(path, &got));
    CHECK_TEXT(got.data, want);
    mpb_buffer_clear(&got);
}

/* The name that this process would take first for a file beside `path`, then the next ones. */
static void temporary_of(const char *path, int number, char out[MPB_PATH_SIZE])
{
    snprintf(out, MPB_PATH_SIZE, "%s" MPB_ASIDE_MARK "%ld-%d", path, (long)getpid(), number);
}

enum { NUM_PLANTED = 4 };

/* Two kinds of links to `victim`, a pipe without a reader, a file of an earlier process. */
static void plant(const char *path, const char *victim)
{
    char name[MPB_PATH_SIZE];

    temporary_of(path, 0, name);
    CHECK(symlink(victim, name) == 0);
    temporary_of(path, 1, name);
    CHECK(link(victim, name) == 0);
    temporary_of(path, 2, name);
    CHECK(mkfifo(name, 0600) == 0);
    temporary_of(path, 3, name);
    close(open(name, O_WRONLY | O_CREAT, 0600));
}

static void planted_are_as_they_were(const char *path)
{
    const mode_t modes[NUM_PLANTED] = {S_IFLNK, S_IFREG, S_IFIFO, S_IFREG};
    char name[MPB_PATH_SIZE];
    struct stat info;

    for (int i = 0; i < NUM_PLANTED; i++) {
        temporary_of(path, i, name);
        CHECK(lstat(name, &info) == 0 && (info.st_mode & S_IFMT) == modes[i]);
    }
    temporary_of(path, NUM_PLANTED, name);
    CHECK(lstat(name, &info) != 0);
}

static void nothing_that_stands_at_a_temporary_name_is_opened(const char *folder)
{
    char victim[MPB_PATH_SIZE], path[MPB_PATH_SIZE];
    mpb_h5 *file = NULL;
    struct stat info;

    CHECK_OK(mpb_path_join(folder, "victim", victim, sizeof(victim)));
    CHECK_OK(mpb_file_replace(victim, "precious", 8));
    CHECK_OK(mpb_path_join(folder, "plain", path, sizeof(path)));
    plant(path, victim);
    CHECK_OK(mpb_file_replace(path, "mine", 4));
    content_is(path, "mine");
    planted_are_as_they_were(path);
    CHECK_OK(mpb_path_join(folder, "file.h5", path, sizeof(path)));
    plant(path, victim);
    CHECK_OK(mpb_h5_create(path, &file));
    CHECK_OK(mpb_h5_set_integer(file, "step", 1));
    CHECK_OK(mpb_h5_close(&file));
    CHECK_OK(mpb_h5_open(path, &file));
    CHECK_OK(mpb_h5_close(&file));
    planted_are_as_they_were(path);
    CHECK(lstat(path, &info) == 0 && S_ISREG(info.st_mode) && info.st_nlink == 1);
    content_is(victim, "precious");
}

static void a_dangling_link_makes_no_file_where_it_leads(const char *folder)
{
    char path[MPB_PATH_SIZE], name[MPB_PATH_SIZE], target[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(folder, "dangling", path, sizeof(path)));
    CHECK_OK(mpb_path_join(folder, "nowhere", target, sizeof(target)));
    temporary_of(path, 0, name);
    CHECK(symlink(target, name) == 0);
    CHECK_OK(mpb_file_replace(path, "mine", 4));
    CHECK(!mpb_file_exists(target));
}

static void a_folder_aside_is_new_whatever_stood_there(const char *folder)
{
    char kept[MPB_PATH_SIZE], inside[MPB_PATH_SIZE], path[MPB_PATH_SIZE], aside[MPB_PATH_SIZE];
    mpb_strings names = {0};
    struct stat info;

    CHECK_OK(mpb_path_join(folder, "kept", kept, sizeof(kept)));
    CHECK_OK(mpb_directory_create(kept));
    CHECK_OK(mpb_path_join(kept, "file", inside, sizeof(inside)));
    CHECK_OK(mpb_file_replace(inside, "precious", 8));
    CHECK_OK(mpb_path_join(folder, "final", path, sizeof(path)));
    CHECK_OK(mpb_path_join(folder, "final.partial", aside, sizeof(aside)));
    CHECK(symlink(kept, aside) == 0);
    CHECK_FAILS(mpb_directory_claim(aside), MPB_ERR_SYSTEM, "a symbolic link stands");
    CHECK_OK(mpb_directory_begin_aside(path, aside));
    CHECK(lstat(aside, &info) == 0 && S_ISDIR(info.st_mode));
    content_is(inside, "precious");
    CHECK_OK(mpb_path_join(aside, "leftover", inside, sizeof(inside)));
    CHECK_OK(mpb_file_replace(inside, "x", 1));
    CHECK_OK(mpb_directory_begin_aside(path, aside));
    CHECK_OK(mpb_directory_list(aside, &names));
    CHECK(names.count == 0);
    CHECK_OK(mpb_directory_claim(aside));
}

int main(void)
{
    char folder[MPB_PATH_SIZE];

    scratch_make(folder);
    nothing_that_stands_at_a_temporary_name_is_opened(folder);
    a_dangling_link_makes_no_file_where_it_leads(folder);
    a_folder_aside_is_new_whatever_stood_there(folder);
    CHECK_OK(mpb_path_remove(folder));
    return EXIT_SUCCESS;
}
