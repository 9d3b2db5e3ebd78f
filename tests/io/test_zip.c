#include "mpibert/io/zip.h"

#include <string.h>

#include "check.h"
#include "scratch.h"

/* Made by Python's zipfile: tests/golden/zip/make_zip.py */
#define ARCHIVE "tests/golden/zip/model.zip"

static void entries_are_listed_in_the_order_of_the_archive(void)
{
    mpb_strings names = {0};

    CHECK_OK(mpb_zip_list(ARCHIVE, &names));
    CHECK(names.count == 3);
    CHECK_TEXT(names.items[0], "package/model/");
    CHECK_TEXT(names.items[1], "package/model/config.json");
    CHECK_TEXT(names.items[2], "package/model/weights");
    mpb_strings_clear(&names);
}

static void an_entry_is_extracted_byte_by_byte(const char *folder)
{
    char to[MPB_PATH_SIZE];
    mpb_buffer got = {0};

    CHECK_OK(mpb_path_join(folder, "out", to, sizeof(to)));
    CHECK_OK(mpb_zip_extract(ARCHIVE, "package/model/config.json", to));
    CHECK_OK(mpb_file_read(to, &got));
    CHECK_TEXT(got.data, "{\"hidden_size\": 4}\n");
    mpb_buffer_reset(&got);
    CHECK_OK(mpb_zip_extract(ARCHIVE, "package/model/weights", to));
    CHECK_OK(mpb_file_read(to, &got));
    CHECK(got.size == 20000);
    for (size_t i = 0; i < got.size; i++) {
        CHECK((unsigned char)got.data[i] == i * i % 251);
    }
    mpb_buffer_clear(&got);
}

static void what_is_not_there_is_named(const char *folder)
{
    char to[MPB_PATH_SIZE];
    mpb_strings names = {0};

    CHECK_OK(mpb_path_join(folder, "none", to, sizeof(to)));
    CHECK_FAILS(mpb_zip_extract(ARCHIVE, "config.json", to), MPB_ERR_DATA, "'config.json'");
    CHECK_FAILS(mpb_zip_list("/no/such.whl", &names), MPB_ERR_DATA, "(/no/such.whl)");
    CHECK_STATUS(mpb_zip_list("tests/golden/zip/make_zip.py", &names), MPB_ERR_DATA);
    CHECK(!mpb_file_exists(to) && names.count == 0);
}

static void a_name_with_a_line_break_is_refused(void)
{
    mpb_strings names = {0};

    CHECK_FAILS(mpb_zip_list("tests/golden/zip/forged.zip", &names), MPB_ERR_DATA,
                "'a?b' has a line break");
    mpb_strings_clear(&names);
}

/* Listing and extracting from `size` bytes; *whole tells whether both went well. */
static void try_archive(const char *folder, const char *bytes, size_t size, int *whole)
{
    char path[MPB_PATH_SIZE], to[MPB_PATH_SIZE];
    mpb_strings names = {0};
    mpb_status status;

    CHECK_OK(mpb_path_join(folder, "damaged.zip", path, sizeof(path)));
    CHECK_OK(mpb_path_join(folder, "damaged.out", to, sizeof(to)));
    CHECK_OK(mpb_file_replace(path, bytes, size));
    status = mpb_zip_list(path, &names);
    if (status == MPB_OK) {
        status = mpb_zip_extract(path, "package/model/weights", to);
    }
    CHECK(status == MPB_OK || status == MPB_ERR_DATA);
    CHECK(status == MPB_OK || !mpb_file_exists(to));
    *whole = status == MPB_OK;
    CHECK_OK(mpb_path_remove(to));
    mpb_strings_clear(&names);
}

static void truncation_and_damage_are_refused(const char *folder)
{
    mpb_buffer archive = {0};
    int whole;

    CHECK_OK(mpb_file_read(ARCHIVE, &archive));
    for (size_t size = 0; size < archive.size; size += 31) {
        try_archive(folder, archive.data, size, &whole);
        CHECK(!whole);
    }
    try_archive(folder, archive.data, archive.size, &whole);
    CHECK(whole);
    archive.data[archive.size / 2] ^= 16; /* inside the compressed weights */
    try_archive(folder, archive.data, archive.size, &whole);
    CHECK(!whole);
    mpb_buffer_clear(&archive);
}

/* The archive says that its weights, 20000 bytes, are 1 GiB. */
static void an_entry_that_holds_far_more_than_its_bytes_is_refused(const char *folder)
{
    static const char size[4] = {0x20, 0x4E, 0, 0};
    static const char large[4] = {0, 0, 0, 0x40};
    char path[MPB_PATH_SIZE], to[MPB_PATH_SIZE];
    mpb_buffer archive = {0};

    CHECK_OK(mpb_file_read(ARCHIVE, &archive));
    for (size_t i = 0; i + sizeof(size) <= archive.size; i++) {
        if (memcmp(archive.data + i, size, sizeof(size)) == 0) {
            memcpy(archive.data + i, large, sizeof(large));
        }
    }
    CHECK_OK(mpb_path_join(folder, "bomb.zip", path, sizeof(path)));
    CHECK_OK(mpb_path_join(folder, "bomb", to, sizeof(to)));
    CHECK_OK(mpb_file_replace(path, archive.data, archive.size));
    CHECK_FAILS(mpb_zip_extract(path, "package/model/weights", to), MPB_ERR_DATA,
                "holds 1073741824, at most 100 times as many were expected");
    CHECK(!mpb_file_exists(to));
    mpb_buffer_clear(&archive);
}

int main(void)
{
    char folder[MPB_PATH_SIZE];

    scratch_make(folder);
    entries_are_listed_in_the_order_of_the_archive();
    an_entry_is_extracted_byte_by_byte(folder);
    what_is_not_there_is_named(folder);
    a_name_with_a_line_break_is_refused();
    truncation_and_damage_are_refused(folder);
    an_entry_that_holds_far_more_than_its_bytes_is_refused(folder);
    CHECK_OK(mpb_path_remove(folder));
    return EXIT_SUCCESS;
}
