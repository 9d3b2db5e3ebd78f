#include "mpibert/io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "mpibert/io/unpack.h"
#include "scratch.h"

static void content_is(const char *path, const char *want)
{
    mpb_buffer got = {0};

    CHECK_OK(mpb_file_read(path, &got));
    CHECK_TEXT(got.data, want);
    mpb_buffer_clear(&got);
}

static void a_replaced_file_holds_the_new_bytes_and_leaves_nothing_beside(const char *folder)
{
    char path[MPB_PATH_SIZE];
    mpb_strings names = {0};
    uint64_t bytes;

    CHECK_OK(mpb_path_join(folder, "one", path, sizeof(path)));
    CHECK_OK(mpb_file_replace(path, "first", 5));
    CHECK_OK(mpb_file_replace(path, "second\n", 7));
    CHECK_OK(mpb_file_append(path, "third\n", 6));
    content_is(path, "second\nthird\n");
    CHECK_OK(mpb_file_size(path, &bytes));
    CHECK(bytes == 13);
    CHECK_OK(mpb_directory_list(folder, &names));
    CHECK(names.count == 1);
    mpb_strings_clear(&names);
}

static void pieces_follow_each_other(const char *folder)
{
    const mpb_file_piece pieces[] = {{"one, ", 5}, {NULL, 0}, {"two", 3}};
    char path[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(folder, "pieces", path, sizeof(path)));
    CHECK_OK(mpb_file_replace(path, "what stood there before", 23));
    CHECK_OK(mpb_file_replace_pieces(path, pieces, 3));
    content_is(path, "one, two");
}

static void a_read_appends(const char *folder)
{
    char path[MPB_PATH_SIZE];
    mpb_buffer got = {0};

    CHECK_OK(mpb_path_join(folder, "one", path, sizeof(path)));
    CHECK_OK(mpb_buffer_append_text(&got, "before "));
    CHECK_OK(mpb_file_read(path, &got));
    CHECK_TEXT(got.data, "before second\nthird\n");
    CHECK_STATUS(mpb_file_read("/no/such/file", &got), MPB_ERR_DATA);
    CHECK_TEXT(got.data, "before second\nthird\n");
    mpb_buffer_clear(&got);
}

static void a_pipe_without_a_size_is_read_whole(void)
{
    char path[64];
    mpb_buffer got = {0};
    int ends[2];

    CHECK(pipe(ends) == 0);
    CHECK(write(ends[1], "through a pipe", 14) == 14);
    close(ends[1]);
    snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
    CHECK_OK(mpb_file_read(path, &got));
    CHECK_TEXT(got.data, "through a pipe");
    close(ends[0]);
    mpb_buffer_clear(&got);
}

static void a_symbolic_link_stays_and_its_target_is_replaced(const char *folder)
{
    char target[MPB_PATH_SIZE], link[MPB_PATH_SIZE];
    struct stat info;

    CHECK_OK(mpb_path_join(folder, "target", target, sizeof(target)));
    CHECK_OK(mpb_path_join(folder, "link", link, sizeof(link)));
    CHECK(symlink("target", link) == 0);
    CHECK_FAILS(mpb_file_replace(link, "new", 3), MPB_ERR_SYSTEM, "symbolic link");
    CHECK_OK(mpb_file_replace(target, "old", 3));
    CHECK_OK(mpb_file_replace(link, "new", 3));
    content_is(target, "new");
    CHECK(lstat(link, &info) == 0 && S_ISLNK(info.st_mode));
    CHECK_OK(mpb_path_remove(link));
    CHECK_OK(mpb_path_remove(target));
}

static void a_pipe_is_written_to_and_stays(const char *folder)
{
    char path[MPB_PATH_SIZE];
    char got[8] = "";
    struct stat info;
    int reader;

    CHECK_OK(mpb_path_join(folder, "pipe", path, sizeof(path)));
    CHECK(mkfifo(path, 0600) == 0);
    reader = open(path, O_RDONLY | O_NONBLOCK);
    CHECK(reader >= 0);
    CHECK_OK(mpb_file_replace(path, "through", 7));
    CHECK(read(reader, got, sizeof(got)) == 7);
    CHECK(memcmp(got, "through", 7) == 0);
    close(reader);
    CHECK(lstat(path, &info) == 0 && S_ISFIFO(info.st_mode));
    CHECK_OK(mpb_path_remove(path));
}

static void named_pipes_and_devices_are_not_waited_for(const char *folder)
{
    char path[MPB_PATH_SIZE], unpacked[MPB_PATH_SIZE];
    mpb_buffer got = {0};
    uint64_t bytes;

    CHECK_OK(mpb_path_join(folder, "pipe.gz", path, sizeof(path)));
    CHECK(mkfifo(path, 0600) == 0);
    CHECK_FAILS(mpb_file_read(path, &got), MPB_ERR_DATA, "a pipe was found, a file was expected");
    CHECK_FAILS(mpb_file_size(path, &bytes), MPB_ERR_DATA, "a pipe was found");
    CHECK_OK(mpb_path_join(folder, "unpacked", unpacked, sizeof(unpacked)));
    CHECK_FAILS(mpb_unpack_file(path, unpacked, 0), MPB_ERR_DATA, "a pipe was found");
    CHECK_FAILS(mpb_file_read("/dev/zero", &got), MPB_ERR_DATA, "a device was found");
    CHECK_FAILS(mpb_file_read(folder, &got), MPB_ERR_DATA, "a folder was found");
    CHECK_OK(mpb_file_read("/dev/null", &got));
    CHECK(got.size == 0);
    CHECK_OK(mpb_path_remove(path));
    mpb_buffer_clear(&got);
}

static void failures_name_the_path(const char *folder)
{
    mpb_buffer got = {0};
    mpb_strings names = {0};
    uint64_t bytes;

    CHECK_FAILS(mpb_file_read("/no/such/file", &got), MPB_ERR_DATA, "(/no/such/file)");
    CHECK_FAILS(mpb_file_read(folder, &got), MPB_ERR_DATA, folder);
    CHECK_FAILS(mpb_file_size(folder, &bytes), MPB_ERR_DATA, "folder");
    CHECK_FAILS(mpb_directory_list("/no/such", &names), MPB_ERR_DATA, "(/no/such)");
    CHECK_FAILS(mpb_file_replace("/no/such/file", "x", 1), MPB_ERR_SYSTEM, "(/no/such/file)");
    CHECK_FAILS(mpb_directory_create("/dev/null/x"), MPB_ERR_SYSTEM, "/dev/null");
    CHECK(names.count == 0);
    mpb_buffer_clear(&got);
}

static void folders_are_made_listed_in_byte_order_and_removed(const char *folder)
{
    char deep[MPB_PATH_SIZE];
    char path[MPB_PATH_SIZE];
    mpb_strings names = {0};
    const char *made[] = {"b", "B", "a", ".hidden", "a1"};

    CHECK_OK(mpb_path_join(folder, "x/y//z/", deep, sizeof(deep)));
    CHECK_OK(mpb_directory_create(deep));
    CHECK_OK(mpb_directory_create(deep));
    CHECK(mpb_file_is_directory(deep));
    for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
        CHECK_OK(mpb_path_join(deep, made[i], path, sizeof(path)));
        CHECK_OK(mpb_file_replace(path, "", 0));
    }
    CHECK_OK(mpb_directory_list(deep, &names));
    CHECK(names.count == 4);
    CHECK_TEXT(names.items[0], "B");
    CHECK_TEXT(names.items[1], "a");
    CHECK_TEXT(names.items[2], "a1");
    CHECK_TEXT(names.items[3], "b");
    mpb_strings_clear(&names);
    CHECK_OK(mpb_path_join(folder, "x/y", path, sizeof(path)));
    CHECK_OK(mpb_directory_list_files(path, &names));
    CHECK(names.count == 4);
    CHECK_TEXT(names.items[0], "z/B");
    CHECK_TEXT(names.items[3], "z/b");
    mpb_strings_clear(&names);
    CHECK_OK(mpb_path_join(folder, "x", path, sizeof(path)));
    CHECK_OK(mpb_path_remove(path));
    CHECK(!mpb_file_exists(path));
    CHECK_OK(mpb_path_remove(path));
}

static void removing_does_not_follow_links(const char *folder)
{
    char keep[MPB_PATH_SIZE], file[MPB_PATH_SIZE], gone[MPB_PATH_SIZE], link[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(folder, "keep", keep, sizeof(keep)));
    CHECK_OK(mpb_path_join(keep, "file", file, sizeof(file)));
    CHECK_OK(mpb_path_join(folder, "gone", gone, sizeof(gone)));
    CHECK_OK(mpb_path_join(gone, "link", link, sizeof(link)));
    CHECK_OK(mpb_directory_create(keep));
    CHECK_OK(mpb_directory_create(gone));
    CHECK_OK(mpb_file_replace(file, "kept", 4));
    CHECK(symlink(keep, link) == 0);
    CHECK_OK(mpb_path_remove(gone));
    CHECK(!mpb_file_exists(gone));
    content_is(file, "kept");
}

static void fill(const char *folder, const char *name, const char *text)
{
    char path[MPB_PATH_SIZE];

    CHECK_OK(mpb_directory_create(folder));
    CHECK_OK(mpb_path_join(folder, name, path, sizeof(path)));
    CHECK_OK(mpb_file_replace(path, text, strlen(text)));
}

static void a_published_folder_replaces_the_older_one(const char *folder)
{
    char from[MPB_PATH_SIZE], to[MPB_PATH_SIZE], path[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(folder, "new", from, sizeof(from)));
    CHECK_OK(mpb_path_join(folder, "final/", to, sizeof(to)));
    fill(from, "a", "1");
    CHECK_OK(mpb_directory_publish(from, to));
    fill(from, "b", "2");
    CHECK_OK(mpb_directory_publish(from, to));
    CHECK_OK(mpb_path_join(from, "a", path, sizeof(path)));
    content_is(path, "1");
    CHECK_OK(mpb_path_remove(from));
    CHECK_OK(mpb_path_join(to, "b", path, sizeof(path)));
    content_is(path, "2");
    CHECK_OK(mpb_path_join(to, "a", path, sizeof(path)));
    CHECK(!mpb_file_exists(path));
    CHECK_STATUS(mpb_directory_publish(from, to), MPB_ERR_SYSTEM);
    CHECK(mpb_file_is_directory(to));
}

static void a_copy_is_equal(const char *folder)
{
    char from[MPB_PATH_SIZE], to[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(folder, "from", from, sizeof(from)));
    CHECK_OK(mpb_path_join(folder, "to", to, sizeof(to)));
    CHECK_OK(mpb_file_replace(from, "copied", 6));
    CHECK_OK(mpb_file_copy(from, to));
    content_is(to, "copied");
    CHECK_STATUS(mpb_file_copy("/no/such", to), MPB_ERR_DATA);
    content_is(to, "copied");
}

static void a_path_that_is_too_long_is_refused(void)
{
    char out[8] = "kept";

    CHECK_OK(mpb_path_join("abc", "def", out, sizeof(out)));
    CHECK_TEXT(out, "abc/def");
    CHECK_STATUS(mpb_path_join("abcd", "def", out, sizeof(out)), MPB_ERR_SYSTEM);
    CHECK_TEXT(out, "abc/def");
    CHECK_OK(mpb_path_join("abc/", "def", out, sizeof(out)));
    CHECK_TEXT(out, "abc/def");
}

int main(void)
{
    char folder[MPB_PATH_SIZE];

    scratch_make(folder);
    a_replaced_file_holds_the_new_bytes_and_leaves_nothing_beside(folder);
    a_read_appends(folder);
    pieces_follow_each_other(folder);
    a_pipe_without_a_size_is_read_whole();
    a_symbolic_link_stays_and_its_target_is_replaced(folder);
    a_pipe_is_written_to_and_stays(folder);
    named_pipes_and_devices_are_not_waited_for(folder);
    failures_name_the_path(folder);
    folders_are_made_listed_in_byte_order_and_removed(folder);
    removing_does_not_follow_links(folder);
    a_published_folder_replaces_the_older_one(folder);
    a_copy_is_equal(folder);
    a_path_that_is_too_long_is_refused();
    CHECK_OK(mpb_path_remove(folder));
    return EXIT_SUCCESS;
}
