#include "mpibert/io/unpack.h"

#include <string.h>

#include "check.h"
#include "scratch.h"

/* Made by Python's gzip and lzma: tests/golden/unpack/make_packed.py */
#define GOLDEN "tests/golden/unpack/"

enum { LINES = 40, COPIES = 1000 };

static mpb_buffer expected_content(int copies)
{
    mpb_buffer expected = {0};

    CHECK_OK(mpb_buffer_append_text(&expected, ""));
    for (int i = 0; i < copies * LINES; i++) {
        int n = i % LINES;

        CHECK_OK(mpb_buffer_append_format(&expected, "%d squared is %d\n", n, n * n));
    }
    return expected;
}

static bool same(const mpb_buffer *a, const mpb_buffer *b)
{
    return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

/* Unpacking gives `copies` times the lines. */
static void check_unpacked(const char *folder, const char *from, int copies)
{
    mpb_buffer expected = expected_content(copies);
    mpb_buffer got = {0};
    char to[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(folder, "unpacked", to, sizeof(to)));
    CHECK_OK(mpb_unpack_file(from, to, 0));
    CHECK_OK(mpb_file_read(to, &got));
    CHECK(same(&got, &expected));
    mpb_buffer_clear(&got);
    mpb_buffer_clear(&expected);
}

static void packing_is_told_by_the_name(void)
{
    CHECK(mpb_is_packed("a/train.csv.gz") && mpb_is_packed("b.xz") && mpb_is_packed("C.CSV.GZ"));
    CHECK(!mpb_is_packed("train.csv") && !mpb_is_packed(".gz") && !mpb_is_packed("gz") &&
          !mpb_is_packed("a.xz.txt"));
    CHECK(mpb_unpacked_length("train.csv.gz") == strlen("train.csv"));
    CHECK(mpb_unpacked_length("train.csv") == strlen("train.csv"));
}

static void files_packed_by_python_are_unpacked(const char *folder)
{
    check_unpacked(folder, GOLDEN "one.gz", 1);
    check_unpacked(folder, GOLDEN "one.xz", 1);
    check_unpacked(folder, GOLDEN "large.gz", COPIES);
    check_unpacked(folder, GOLDEN "large.xz", COPIES);
    check_unpacked(folder, GOLDEN "nothing.gz", 0);
    check_unpacked(folder, GOLDEN "nothing.xz", 0);
}

static void members_and_streams_follow_each_other(const char *folder)
{
    check_unpacked(folder, GOLDEN "two.gz", 1);
    check_unpacked(folder, GOLDEN "two.xz", 1);
    check_unpacked(folder, GOLDEN "padded.xz", 1);
}

/* Enough members that the packed file is read in several steps, which end within members. */
static void a_file_of_many_members_is_unpacked(const char *folder, const char *golden,
                                               const char *name)
{
    mpb_buffer member = {0};
    mpb_buffer many = {0};
    char path[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(folder, name, path, sizeof(path)));
    CHECK_OK(mpb_file_read(golden, &member));
    for (int i = 0; i < 2 * COPIES; i++) {
        CHECK_OK(mpb_buffer_append(&many, member.data, member.size));
    }
    CHECK_OK(mpb_file_replace(path, many.data, many.size));
    check_unpacked(folder, path, 2 * COPIES);
    mpb_buffer_clear(&many);
    mpb_buffer_clear(&member);
}

/* Unpacks the bytes to the file "unpacked". Thousands of files: mpb_file_replace would sync each.
 * */
static mpb_status unpack_bytes(const char *folder, const char *name, const char *bytes, size_t size)
{
    char path[MPB_PATH_SIZE], to[MPB_PATH_SIZE];
    FILE *file;

    CHECK_OK(mpb_path_join(folder, name, path, sizeof(path)));
    CHECK_OK(mpb_path_join(folder, "unpacked", to, sizeof(to)));
    file = fopen(path, "wb");
    CHECK(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
    return mpb_unpack_file(path, to, 0);
}

static void every_truncation_is_refused(const char *folder, const char *golden, const char *name)
{
    mpb_buffer packed = {0};

    CHECK_OK(mpb_file_read(golden, &packed));
    for (size_t size = 0; size < packed.size; size++) {
        char place[64];

        snprintf(place, sizeof(place), "%s, byte %zu)", name, size);
        CHECK_FAILS(unpack_bytes(folder, name, packed.data, size), MPB_ERR_DATA,
                    "the compressed data ends too early");
        CHECK(strstr(mpb_status_last(), place) != NULL);
    }
    mpb_buffer_clear(&packed);
}

/* gzip has bits that say nothing about the content (time, system, padding): with one of them
 * flipped a file may still be unpacked, but not to anything else. */
static void no_flipped_bit_changes_the_content(const char *folder, const char *golden,
                                               const char *name, bool all_count)
{
    mpb_buffer expected = expected_content(1);
    mpb_buffer packed = {0};
    mpb_buffer got = {0};
    char to[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(folder, "unpacked", to, sizeof(to)));
    CHECK_OK(mpb_file_read(golden, &packed));
    for (size_t bit = 0; bit < 8 * packed.size; bit++) {
        mpb_status status;

        packed.data[bit / 8] ^= (char)(1 << bit % 8);
        status = unpack_bytes(folder, name, packed.data, packed.size);
        CHECK(status == MPB_ERR_DATA || (status == MPB_OK && !all_count));
        if (status == MPB_OK) {
            mpb_buffer_reset(&got);
            CHECK_OK(mpb_file_read(to, &got));
            CHECK(same(&got, &expected));
        }
        packed.data[bit / 8] ^= (char)(1 << bit % 8);
    }
    mpb_buffer_clear(&got);
    mpb_buffer_clear(&packed);
    mpb_buffer_clear(&expected);
}

static void what_follows_the_data_is_refused(const char *folder, const char *golden,
                                             const char *name, const char *message)
{
    mpb_buffer packed = {0};

    CHECK_OK(mpb_file_read(golden, &packed));
    CHECK_OK(mpb_buffer_append_text(&packed, "more than a header"));
    CHECK_FAILS(unpack_bytes(folder, name, packed.data, packed.size), MPB_ERR_DATA, message);
    mpb_buffer_clear(&packed);
}

static void a_failure_leaves_the_target_as_it_was(const char *folder)
{
    char from[MPB_PATH_SIZE], to[MPB_PATH_SIZE];
    mpb_buffer got = {0};

    CHECK_OK(mpb_path_join(folder, "plain.gz", from, sizeof(from)));
    CHECK_OK(mpb_path_join(folder, "target", to, sizeof(to)));
    CHECK_OK(mpb_file_replace(from, "plain text", 10));
    CHECK_OK(mpb_file_replace(to, "old", 3));
    CHECK_FAILS(mpb_unpack_file(from, to, 0), MPB_ERR_DATA, "plain.gz, byte 2)");
    CHECK_OK(mpb_file_read(to, &got));
    CHECK_TEXT(got.data, "old");
    CHECK_FAILS(mpb_unpack_file("/no/such.xz", to, 0), MPB_ERR_DATA, "cannot open");
    CHECK_OK(mpb_path_join(folder, "folder.gz", from, sizeof(from)));
    CHECK_OK(mpb_directory_create(from));
    CHECK_FAILS(mpb_unpack_file(from, to, 0), MPB_ERR_DATA, "a folder was found");
    mpb_buffer_reset(&got);
    CHECK_OK(mpb_file_read(to, &got));
    CHECK_TEXT(got.data, "old");
    mpb_buffer_clear(&got);
}

/* `copies` of a packed file, one behind the other. */
static void write_copies(const char *golden, int copies, const char *path)
{
    mpb_buffer one = {0};
    mpb_buffer many = {0};

    CHECK_OK(mpb_file_read(golden, &one));
    for (int i = 0; i < copies; i++) {
        CHECK_OK(mpb_buffer_append(&many, one.data, one.size));
    }
    CHECK_OK(mpb_file_replace(path, many.data, many.size));
    mpb_buffer_clear(&one);
    mpb_buffer_clear(&many);
}

/* large.xz holds 1600 times its bytes, large.gz 200 times. */
static void a_file_that_holds_far_more_than_its_bytes_is_refused(const char *folder)
{
    char from[MPB_PATH_SIZE], to[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(folder, "bomb.xz", from, sizeof(from)));
    CHECK_OK(mpb_path_join(folder, "bomb", to, sizeof(to)));
    write_copies(GOLDEN "large.xz", 120, from);
    CHECK_FAILS(
        mpb_unpack_file(from, to, 0), MPB_ERR_DATA,
        "at most 100 times as many were expected: set data.max_unpacked to a size if that is "
        "right");
    CHECK(!mpb_file_exists(to));
    CHECK_OK(mpb_path_join(folder, "bomb.gz", from, sizeof(from)));
    write_copies(GOLDEN "large.gz", 250, from);
    CHECK_FAILS(mpb_unpack_file(from, to, 0), MPB_ERR_DATA, "set data.max_unpacked");
    CHECK(!mpb_file_exists(to));
}

static void a_limit_that_is_given_counts(const char *folder)
{
    char to[MPB_PATH_SIZE];
    uint64_t size;

    CHECK_OK(mpb_path_join(folder, "limited", to, sizeof(to)));
    CHECK_OK(mpb_unpack_file(GOLDEN "large.xz", to, 0));
    CHECK_OK(mpb_file_size(to, &size));
    CHECK_OK(mpb_unpack_file(GOLDEN "large.xz", to, size));
    CHECK_FAILS(mpb_unpack_file(GOLDEN "large.xz", to, size - 1), MPB_ERR_DATA,
                "as many as data.max_unpacked allows");
    CHECK_FAILS(mpb_unpack_file(GOLDEN "large.gz", to, size - 1), MPB_ERR_DATA,
                "as many as data.max_unpacked allows");
}

static void the_beginning_is_unpacked_alone(void)
{
    static const char *const files[] = {GOLDEN "large.gz", GOLDEN "large.xz"};

    for (size_t i = 0; i < 2; i++) {
        mpb_buffer head = {0};

        CHECK_OK(mpb_unpack_head(files[i], 12, &head));
        CHECK_TEXT(head.data, "0 squared is");
        mpb_buffer_clear(&head);
        CHECK_OK(mpb_unpack_head(files[i], 300000, &head));
        CHECK(head.size == 300000);
        mpb_buffer_clear(&head);
    }
}

int main(void)
{
    char folder[MPB_PATH_SIZE];

    scratch_make(folder);
    packing_is_told_by_the_name();
    files_packed_by_python_are_unpacked(folder);
    members_and_streams_follow_each_other(folder);
    a_file_of_many_members_is_unpacked(folder, GOLDEN "two.gz", "many.gz");
    a_file_of_many_members_is_unpacked(folder, GOLDEN "padded.xz", "many.xz");
    every_truncation_is_refused(folder, GOLDEN "one.gz", "cut.gz");
    every_truncation_is_refused(folder, GOLDEN "one.xz", "cut.xz");
    no_flipped_bit_changes_the_content(folder, GOLDEN "one.gz", "flipped.gz", false);
    no_flipped_bit_changes_the_content(folder, GOLDEN "one.xz", "flipped.xz", true);
    what_follows_the_data_is_refused(folder, GOLDEN "two.gz", "behind.gz", "header");
    what_follows_the_data_is_refused(folder, GOLDEN "two.xz", "behind.xz", "damaged");
    a_failure_leaves_the_target_as_it_was(folder);
    a_file_that_holds_far_more_than_its_bytes_is_refused(folder);
    a_limit_that_is_given_counts(folder);
    the_beginning_is_unpacked_alone();
    CHECK_OK(mpb_path_remove(folder));
    return EXIT_SUCCESS;
}
