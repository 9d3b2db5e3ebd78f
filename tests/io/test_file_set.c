/* Files of which a few are open at a time. */

#include "mpibert/io/file_set.h"

#include <dirent.h>
#include <unistd.h>

#include "scratch.h"

enum { FILES = 600, NUMBERS = 8, OPEN_AT_MOST = 300 };

static size_t count_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;

    CHECK(folder != NULL);
    while (readdir(folder) != NULL) {
        count++;
    }
    closedir(folder);
    return count;
}

/* File f holds the numbers from 8 f on. */
static void make_files(const char *root, mpb_file_set *set)
{
    for (uint32_t f = 0; f < FILES; f++) {
        uint32_t numbers[NUMBERS];
        char name[32];
        char path[MPB_PATH_SIZE];

        for (uint32_t i = 0; i < NUMBERS; i++) {
            numbers[i] = NUMBERS * f + i;
        }
        snprintf(name, sizeof(name), "file-%u", f);
        scratch_write(root, name, numbers, sizeof(numbers), path);
        CHECK_OK(mpb_file_set_add(set, path));
        CHECK_TEXT(mpb_file_set_path(set, f), path);
    }
}

static void any_bytes_of_many_files_are_read_with_few_open(const char *root)
{
    mpb_file_set *set = NULL;

    CHECK_OK(mpb_file_set_create(&set));
    make_files(root, set);
    for (uint32_t i = 0; i < 4 * FILES; i++) {
        const uint32_t f = i * 389 % FILES;
        uint32_t numbers[2];

        mpb_file_set_expect(set, (f + 1) % FILES, 0, sizeof(numbers));
        CHECK_OK(mpb_file_set_read(set, f, 3 * sizeof(*numbers), numbers, sizeof(numbers)));
        CHECK(numbers[0] == NUMBERS * f + 3 && numbers[1] == NUMBERS * f + 4);
    }
    CHECK(count_descriptors() < OPEN_AT_MOST);
    mpb_file_set_destroy(&set);
    CHECK(set == NULL);
    CHECK(count_descriptors() < 20);
}

static void files_that_end_before_or_are_gone_are_named(const char *root)
{
    mpb_file_set *set = NULL;
    char path[MPB_PATH_SIZE];
    char bytes[8];

    CHECK_OK(mpb_file_set_create(&set));
    scratch_text(root, "short", "1234567890", path);
    CHECK_OK(mpb_file_set_add(set, path));
    CHECK_OK(mpb_file_set_read(set, 0, 2, bytes, sizeof(bytes)));
    CHECK_FAILS(mpb_file_set_read(set, 0, 3, bytes, sizeof(bytes)), MPB_ERR_DATA,
                "the file ends at byte 10, 11 were expected");
    scratch_path(root, "nowhere", path);
    CHECK_OK(mpb_file_set_add(set, path));
    mpb_file_set_expect(set, 1, 0, 8);
    CHECK_FAILS(mpb_file_set_read(set, 1, 0, bytes, 1), MPB_ERR_DATA, "nowhere");
    mpb_file_set_destroy(&set);
}

int main(void)
{
    char root[MPB_PATH_SIZE];

    scratch_make(root);
    any_bytes_of_many_files_are_read_with_few_open(root);
    files_that_end_before_or_are_gone_are_named(root);
    CHECK_OK(mpb_path_remove(root));
    return 0;
}
