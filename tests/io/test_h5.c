#include "mpibert/io/h5.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "check.h"
#include "scratch.h"

enum { ROWS = 200000, WIDTH = 3, NARROW_ROWS = 5 };

static void add(mpb_strings *strings, const char *text)
{
    CHECK_OK(mpb_strings_add(strings, text, strlen(text)));
}

/* More rows than one chunk holds, so that the last chunk is filled in part only. */
static void write_example(const char *path)
{
    static uint32_t tokens[ROWS];
    const float table[NARROW_ROWS * WIDTH] = {0.5f, -1.0f, 3e38f};
    const uint16_t none = 0;
    mpb_strings ids = {0};
    mpb_h5 *file = NULL;

    for (uint32_t i = 0; i < ROWS; i++) {
        tokens[i] = i * 7919u % 30522u;
    }
    add(&ids, "alt.atheism/49960");
    add(&ids, "");
    add(&ids, "\xc3\xa9t\xc3\xa9");
    CHECK_OK(mpb_h5_create(path, &file));
    CHECK_OK(mpb_h5_write(file, "tokens", MPB_H5_U32, ROWS, 0, tokens));
    CHECK_OK(mpb_h5_write(file, "state/deep/table", MPB_H5_F32, NARROW_ROWS, WIDTH, table));
    CHECK_OK(mpb_h5_write(file, "empty", MPB_H5_U16, 0, 0, &none));
    CHECK_OK(mpb_h5_write(file, "empty_wide", MPB_H5_I64, 0, 4, &none));
    CHECK_OK(mpb_h5_write_strings(file, "id", &ids));
    CHECK_OK(mpb_h5_set_text(file, "format", "mpibert-shard"));
    CHECK_OK(mpb_h5_set_text(file, "nothing", ""));
    CHECK_OK(mpb_h5_set_integer(file, "version", -1234567890123));
    CHECK_OK(mpb_h5_set_strings(file, "label_names", &ids));
    mpb_strings_clear(&ids);
    CHECK_OK(mpb_h5_write_strings(file, "no_ids", &ids));
    CHECK_OK(mpb_h5_set_strings(file, "no_names", &ids));
    CHECK_OK(mpb_h5_close(&file));
    CHECK(file == NULL);
}

static void datasets_read_back_as_written(const mpb_h5 *file)
{
    static uint32_t tokens[ROWS];
    float table[NARROW_ROWS * WIDTH];
    mpb_h5_type type;
    size_t rows, cols;

    CHECK_OK(mpb_h5_shape(file, "/tokens", &type, &rows, &cols));
    CHECK(type == MPB_H5_U32 && rows == ROWS && cols == 0);
    CHECK_OK(mpb_h5_read(file, "tokens", MPB_H5_U32, tokens));
    for (uint32_t i = 0; i < ROWS; i++) {
        CHECK(tokens[i] == i * 7919u % 30522u);
    }
    CHECK_OK(mpb_h5_shape(file, "state/deep/table", &type, &rows, &cols));
    CHECK(type == MPB_H5_F32 && rows == NARROW_ROWS && cols == WIDTH);
    CHECK_OK(mpb_h5_read(file, "state/deep/table", MPB_H5_F32, table));
    CHECK(table[1] == -1.0f && table[2] == 3e38f && table[14] == 0.0f);
    CHECK(mpb_h5_has(file, "state/deep") && !mpb_h5_has(file, "state/x/table"));
}

static void an_empty_dataset_has_a_shape(const mpb_h5 *file)
{
    mpb_h5_type type;
    size_t rows, cols;
    uint16_t untouched = 7;

    CHECK_OK(mpb_h5_shape(file, "empty", &type, &rows, &cols));
    CHECK(type == MPB_H5_U16 && rows == 0 && cols == 0);
    CHECK_OK(mpb_h5_read(file, "empty", MPB_H5_U16, &untouched));
    CHECK(untouched == 7);
    CHECK_OK(mpb_h5_shape(file, "empty_wide", &type, &rows, &cols));
    CHECK(type == MPB_H5_I64 && rows == 0 && cols == 4);
}

static void text_and_attributes_read_back_as_written(const mpb_h5 *file)
{
    mpb_strings strings = {0};
    int64_t version = 0;
    char *text = NULL;

    CHECK_OK(mpb_h5_read_strings(file, "id", &strings));
    CHECK_OK(mpb_h5_get_strings(file, "label_names", &strings));
    CHECK(strings.count == 6);
    CHECK_TEXT(strings.items[0], "alt.atheism/49960");
    CHECK_TEXT(strings.items[1], "");
    CHECK_TEXT(strings.items[5], "\xc3\xa9t\xc3\xa9");
    CHECK_OK(mpb_h5_read_strings(file, "no_ids", &strings));
    CHECK_OK(mpb_h5_get_strings(file, "no_names", &strings));
    CHECK(strings.count == 6);
    mpb_strings_clear(&strings);
    CHECK_OK(mpb_h5_get_text(file, "format", &text));
    CHECK_TEXT(text, "mpibert-shard");
    free(text);
    CHECK_OK(mpb_h5_get_text(file, "nothing", &text));
    CHECK_TEXT(text, "");
    free(text);
    CHECK_OK(mpb_h5_get_integer(file, "version", &version));
    CHECK(version == -1234567890123);
}

static void what_is_missing_or_mistyped_is_named(const mpb_h5 *file)
{
    mpb_strings strings = {0};
    mpb_h5_type type;
    size_t rows, cols;
    int64_t integer;
    uint16_t small[ROWS];
    char *text;

    CHECK_FAILS(mpb_h5_shape(file, "labels", &type, &rows, &cols), MPB_ERR_DATA,
                "dataset 'labels' is missing");
    CHECK_FAILS(mpb_h5_shape(file, "id", &type, &rows, &cols), MPB_ERR_DATA, "another type");
    CHECK_STATUS(mpb_h5_shape(file, "state", &type, &rows, &cols), MPB_ERR_DATA);
    CHECK_FAILS(mpb_h5_read_strings(file, "tokens", &strings), MPB_ERR_DATA, "no text");
    CHECK_FAILS(mpb_h5_get_text(file, "version", &text), MPB_ERR_DATA, "no text");
    CHECK_FAILS(mpb_h5_get_text(file, "label_names", &text), MPB_ERR_DATA, "holds 3 texts");
    CHECK_FAILS(mpb_h5_get_integer(file, "format", &integer), MPB_ERR_DATA, "no single integer");
    CHECK_FAILS(mpb_h5_get_integer(file, "stride", &integer), MPB_ERR_DATA, "'stride' is missing");
    CHECK_OK(mpb_h5_read(file, "tokens", MPB_H5_U16, small));
}

static void a_value_that_does_not_fit_is_no_clipped_value(const char *folder)
{
    const int64_t values[] = {1, -1, 70000};
    uint16_t small[3];
    int32_t fitting[3];
    char path[MPB_PATH_SIZE];
    mpb_h5 *file = NULL;

    CHECK_OK(mpb_path_join(folder, "values.h5", path, sizeof(path)));
    CHECK_OK(mpb_h5_create(path, &file));
    CHECK_OK(mpb_h5_write(file, "values", MPB_H5_I64, 3, 0, values));
    CHECK_STATUS(mpb_h5_write(file, "values", MPB_H5_I64, 3, 0, values), MPB_ERR_SYSTEM);
    CHECK_OK(mpb_h5_close(&file));
    CHECK_OK(mpb_h5_open(path, &file));
    CHECK_FAILS(mpb_h5_read(file, "values", MPB_H5_U16, small), MPB_ERR_DATA, "outside");
    CHECK_OK(mpb_h5_read(file, "values", MPB_H5_I32, fitting));
    CHECK(fitting[1] == -1 && fitting[2] == 70000);
    CHECK_OK(mpb_h5_close(&file));
}

static void equal_content_gives_equal_bytes(const char *folder, const char *path)
{
    char again[MPB_PATH_SIZE];
    mpb_buffer a = {0};
    mpb_buffer b = {0};
    char *soiled = malloc(1 << 20);

    CHECK(soiled != NULL);
    memset(soiled, 0xA5, 1 << 20); /* bytes that would show if a write left any uninitialised */
    free(soiled);
    CHECK_OK(mpb_path_join(folder, "again.h5", again, sizeof(again)));
    sleep(1); /* the unit of HDF5's time stamps: any would differ now */
    write_example(again);
    CHECK_OK(mpb_file_read(path, &a));
    CHECK_OK(mpb_file_read(again, &b));
    CHECK(a.size == b.size && memcmp(a.data, b.data, a.size) == 0);
    mpb_buffer_clear(&a);
    mpb_buffer_clear(&b);
}

enum { TRAILER_BYTES = 24 };

/* Without its last bytes a file is as another program would leave it: HDF5's own checks remain. */
static void drop_trailer(mpb_buffer *content)
{
    CHECK(memcmp(content->data + content->size - TRAILER_BYTES, "MPBH5SUM", 8) == 0);
    content->size -= TRAILER_BYTES;
}

/* Reads all; damage may show at opening or at reading, but it shows, and in no other way. */
static mpb_status read_everything(const char *path, uint32_t *tokens)
{
    mpb_h5 *file = NULL;
    mpb_h5_type type;
    size_t rows, cols;
    mpb_status status;

    MPB_TRY(mpb_h5_open(path, &file));
    status = mpb_h5_shape(file, "tokens", &type, &rows, &cols);
    if (status == MPB_OK && (rows != ROWS || cols != 0)) {
        status = MPB_FAIL(MPB_ERR_DATA, "the shape is wrong");
    }
    if (status == MPB_OK) {
        status = mpb_h5_read(file, "tokens", MPB_H5_U32, tokens);
    }
    MPB_TRY(mpb_h5_close(&file));
    return status;
}

static void a_flipped_bit_in_the_data_fails_its_checksum(const char *folder, const char *path)
{
    static uint32_t tokens[ROWS];
    const uint32_t pattern[] = {7919, 15838, 23757};
    char damaged[MPB_PATH_SIZE];
    mpb_buffer content = {0};
    char *found;

    CHECK_OK(mpb_file_read(path, &content));
    drop_trailer(&content);
    found = NULL;
    for (size_t i = 0; found == NULL && i + sizeof(pattern) < content.size; i++) {
        found = memcmp(content.data + i, pattern, sizeof(pattern)) == 0 ? content.data + i : NULL;
    }
    CHECK(found != NULL);
    found[1000] ^= 4;
    CHECK_OK(mpb_path_join(folder, "damaged.h5", damaged, sizeof(damaged)));
    CHECK_OK(mpb_file_replace(damaged, content.data, content.size));
    CHECK_FAILS(read_everything(damaged, tokens), MPB_ERR_DATA, "checksum");
    mpb_buffer_clear(&content);
}

static void a_flipped_bit_in_the_text_fails_its_checksum(const char *folder, const char *path)
{
    char damaged[MPB_PATH_SIZE];
    mpb_buffer content = {0};
    mpb_strings strings = {0};
    mpb_h5 *file = NULL;

    CHECK_OK(mpb_file_read(path, &content));
    drop_trailer(&content);
    for (size_t i = 0; i + 17 < content.size; i++) {
        if (memcmp(content.data + i, "alt.atheism/49960", 17) == 0) {
            content.data[i + 16] ^= 1;
        }
    }
    CHECK_OK(mpb_path_join(folder, "damaged.h5", damaged, sizeof(damaged)));
    CHECK_OK(mpb_file_replace(damaged, content.data, content.size));
    CHECK_OK(mpb_h5_open(damaged, &file));
    CHECK_FAILS(mpb_h5_read_strings(file, "id", &strings), MPB_ERR_DATA, "checksum");
    CHECK(strings.count == 0);
    CHECK_OK(mpb_h5_close(&file));
    mpb_buffer_clear(&content);
}

/* Text of variable length lies in heaps that HDF5 itself does not check. */
static void a_flipped_bit_anywhere_is_refused(const char *folder, const char *path)
{
    static uint32_t tokens[ROWS];
    char damaged[MPB_PATH_SIZE];
    mpb_buffer content = {0};

    CHECK_OK(mpb_file_read(path, &content));
    CHECK_OK(mpb_path_join(folder, "damaged.h5", damaged, sizeof(damaged)));
    for (size_t at = 0; at < content.size - TRAILER_BYTES; at += at < 10000 ? 97 : 15013) {
        content.data[at] ^= 1;
        CHECK_OK(mpb_file_replace(damaged, content.data, content.size));
        CHECK_FAILS(read_everything(damaged, tokens), MPB_ERR_DATA, "the file is damaged");
        content.data[at] ^= 1;
    }
    content.data[content.size - 1] ^= 1;
    CHECK_OK(mpb_file_replace(damaged, content.data, content.size));
    CHECK_FAILS(read_everything(damaged, tokens), MPB_ERR_DATA, "the file is damaged");
    mpb_buffer_clear(&content);
}

static void a_truncated_file_is_refused(const char *folder, const char *path)
{
    static uint32_t tokens[ROWS];
    const size_t sizes[] = {0, 7, 100, 3000, 400000};
    char cut[MPB_PATH_SIZE];
    mpb_buffer content = {0};

    CHECK_OK(mpb_file_read(path, &content));
    CHECK_OK(mpb_path_join(folder, "cut.h5", cut, sizeof(cut)));
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        CHECK_OK(mpb_file_replace(cut, content.data, sizes[i]));
        CHECK_FAILS(read_everything(cut, tokens), MPB_ERR_DATA, "cut.h5");
    }
    mpb_buffer_clear(&content);
}

static void what_cannot_be_opened_or_made_is_refused(const char *folder)
{
    mpb_h5 *file = NULL;

    CHECK_FAILS(mpb_h5_open("/no/such.h5", &file), MPB_ERR_DATA, "(/no/such.h5)");
    CHECK_STATUS(mpb_h5_open(folder, &file), MPB_ERR_DATA);
    CHECK_FAILS(mpb_h5_create("/no/such.h5", &file), MPB_ERR_SYSTEM, "/no/such.h5");
    CHECK(file == NULL);
    CHECK_OK(mpb_h5_close(&file));
}

/* HDF5 keeps small attributes in 64 KiB; these references take 16 bytes each. */
static void an_attribute_may_hold_many_names(const char *folder)
{
    mpb_strings names = {0};
    mpb_strings again = {0};
    char path[MPB_PATH_SIZE];
    mpb_h5 *file = NULL;

    for (int i = 0; i < 10000; i++) {
        add(&names, i % 2 == 0 ? "even" : "odd");
    }
    CHECK_OK(mpb_path_join(folder, "names.h5", path, sizeof(path)));
    CHECK_OK(mpb_h5_create(path, &file));
    CHECK_OK(mpb_h5_set_strings(file, "label_names", &names));
    CHECK_OK(mpb_h5_close(&file));
    CHECK_OK(mpb_h5_open(path, &file));
    CHECK_OK(mpb_h5_get_strings(file, "label_names", &again));
    CHECK(mpb_strings_equal(&names, &again));
    CHECK_OK(mpb_h5_close(&file));
    mpb_strings_clear(&names);
    mpb_strings_clear(&again);
}

/* Made by h5py: tests/golden/h5/make_h5.py */
static void a_file_of_h5py_is_read(void)
{
    mpb_h5 *file = NULL;
    mpb_strings strings = {0};
    mpb_h5_type type;
    size_t rows, cols;
    int32_t labels[6];
    int64_t version = 0;

    CHECK_OK(mpb_h5_open("tests/golden/h5/by_h5py.h5", &file));
    CHECK_OK(mpb_h5_shape(file, "group/labels", &type, &rows, &cols));
    CHECK(type == MPB_H5_I32 && rows == 2 && cols == 3);
    CHECK_OK(mpb_h5_read(file, "group/labels", MPB_H5_I32, labels));
    CHECK(labels[0] == 0 && labels[5] == -100);
    CHECK_OK(mpb_h5_read_strings(file, "id", &strings));
    CHECK_OK(mpb_h5_get_strings(file, "label_names", &strings));
    CHECK(strings.count == 4);
    CHECK_TEXT(strings.items[0], "a");
    CHECK_TEXT(strings.items[1], "");
    CHECK_TEXT(strings.items[3], "\xc3\xa9t\xc3\xa9");
    CHECK_OK(mpb_h5_get_integer(file, "version", &version));
    CHECK(version == 1);
    mpb_strings_clear(&strings);
    CHECK_OK(mpb_h5_close(&file));
}

/* A limit of the file's size stands for a full disk. */
static void a_full_disk_is_named_as_such(const char *folder)
{
    static uint32_t values[ROWS];
    const struct rlimit small = {.rlim_cur = 4096, .rlim_max = RLIM_INFINITY};
    struct rlimit before;
    char path[MPB_PATH_SIZE];
    mpb_h5 *file = NULL;
    mpb_status status;

    for (uint32_t i = 0; i < ROWS; i++) {
        values[i] = i * 2654435761u;
    }
    CHECK_OK(mpb_path_join(folder, "full.h5", path, sizeof(path)));
    CHECK(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
    CHECK_OK(mpb_h5_create(path, &file));
    status = mpb_h5_write(file, "values", MPB_H5_U32, ROWS, 0, values);
    CHECK_STATUS(status == MPB_OK ? mpb_h5_close(&file) : status, MPB_ERR_SYSTEM);
    check_contains(mpb_status_last(), ": File too large (", __FILE__, __LINE__);
    CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
    if (file != NULL) {
        CHECK_OK(mpb_h5_close(&file));
    }
}

/* Whoever knows the runs needs no HDF5. */
static void elements_lie_where_their_runs_say(const mpb_h5 *file, const char *path)
{
    static uint32_t run[ROWS];
    mpb_h5_runs runs = {0};
    FILE *bytes = fopen(path, "rb");
    size_t seen = 0;

    CHECK(bytes != NULL);
    CHECK_OK(mpb_h5_find_runs(file, "tokens", &runs));
    CHECK(runs.element == sizeof(uint32_t) && runs.count > 1);
    for (size_t r = 0; r < runs.count; r++) {
        const size_t count = ROWS - seen < runs.length ? ROWS - seen : runs.length;

        CHECK(fseek(bytes, (long)runs.begins[r], SEEK_SET) == 0);
        CHECK(fread(run, sizeof(*run), count, bytes) == count);
        for (size_t i = 0; i < count; i++) {
            CHECK(run[i] == (uint32_t)(seen + i) * 7919u % 30522u);
        }
        seen += count;
    }
    CHECK(seen == ROWS);
    fclose(bytes);
    mpb_h5_runs_clear(&runs);
    CHECK_OK(mpb_h5_find_runs(file, "empty", &runs));
    CHECK(runs.count == 0 && runs.element == sizeof(uint16_t));
    mpb_h5_runs_clear(&runs);
    CHECK_FAILS(mpb_h5_find_runs(file, "state/deep/table", &runs), MPB_ERR_DATA, "two dimensions");
    CHECK_FAILS(mpb_h5_find_runs(file, "nothing", &runs), MPB_ERR_DATA, "'nothing' is missing");
}

static void compressed_elements_have_no_runs(const char *folder)
{
    static const uint32_t tokens[ROWS];
    mpb_h5_runs runs = {0};
    mpb_h5 *file = NULL;
    char path[MPB_PATH_SIZE];

    scratch_path(folder, "compressed.h5", path);
    CHECK_OK(mpb_h5_create(path, &file));
    mpb_h5_set_compression(file, 1);
    CHECK_OK(mpb_h5_write(file, "tokens", MPB_H5_U32, ROWS, 0, tokens));
    CHECK_OK(mpb_h5_close(&file));
    CHECK_OK(mpb_h5_open(path, &file));
    CHECK_FAILS(mpb_h5_find_runs(file, "tokens", &runs), MPB_ERR_DATA,
                "'tokens' is compressed: its elements have no places");
    CHECK_OK(mpb_h5_close(&file));
}

int main(void)
{
    char folder[MPB_PATH_SIZE];
    char path[MPB_PATH_SIZE];
    mpb_h5 *file = NULL;

    scratch_make(folder);
    CHECK_OK(mpb_path_join(folder, "example.h5", path, sizeof(path)));
    write_example(path);
    CHECK_OK(mpb_h5_open(path, &file));
    datasets_read_back_as_written(file);
    an_empty_dataset_has_a_shape(file);
    text_and_attributes_read_back_as_written(file);
    what_is_missing_or_mistyped_is_named(file);
    elements_lie_where_their_runs_say(file, path);
    CHECK_OK(mpb_h5_close(&file));
    compressed_elements_have_no_runs(folder);
    a_value_that_does_not_fit_is_no_clipped_value(folder);
    equal_content_gives_equal_bytes(folder, path);
    a_flipped_bit_in_the_data_fails_its_checksum(folder, path);
    a_flipped_bit_in_the_text_fails_its_checksum(folder, path);
    a_flipped_bit_anywhere_is_refused(folder, path);
    a_truncated_file_is_refused(folder, path);
    what_cannot_be_opened_or_made_is_refused(folder);
    an_attribute_may_hold_many_names(folder);
    a_file_of_h5py_is_read();
    a_full_disk_is_named_as_such(folder);
    CHECK_OK(mpb_path_remove(folder));
    return EXIT_SUCCESS;
}
