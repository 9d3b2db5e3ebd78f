#include "mpibert/io/safetensors.h"

#include <math.h>
#include <string.h>

#include "check.h"
#include "scratch.h"

/* Both made by tests/golden/safetensors/make_safetensors.py. */
#define MIXED "tests/golden/safetensors/mixed.safetensors"
#define WRITTEN "tests/golden/safetensors/written.safetensors"

enum { NUMBERS = 9 };

static const double numbers[NUMBERS] = {0.0,     -0.0,        1.0,      -2.5,     65504.0,
                                        0x1p-24, 3 * 0x1p-16, INFINITY, 1.0 / 3.0};

/* `digits` of the fraction that the type keeps, hidden one included. */
static void reads_as_numbers(const mpb_safetensors *file, const char *name, mpb_dtype dtype,
                             int digits)
{
    const mpb_tensor_view *view = mpb_safetensors_find(file, name);
    float got[NUMBERS];

    CHECK(view != NULL && view->dtype == dtype && view->count == NUMBERS);
    CHECK(view->num_dims == 1 && view->shape[0] == NUMBERS);
    CHECK_OK(mpb_tensor_to_float(view, MIXED, got));
    for (int i = 0; i < NUMBERS; i++) {
        if (isinf(numbers[i])) {
            CHECK(isinf(got[i]) && got[i] > 0.0f);
            continue;
        }
        CHECK_NEAR(got[i], numbers[i], ldexp(fabs(numbers[i]), -digits)); /* half a last digit */
        CHECK(!signbit(got[i]) == !signbit(numbers[i]));
    }
}

static void every_floating_point_type_reads_as_float(void)
{
    mpb_safetensors *file = NULL;
    const mpb_tensor_view *view;
    float scalar = 0.0f;

    CHECK_OK(mpb_safetensors_open(MIXED, &file));
    CHECK(mpb_safetensors_count(file) == 10 && mpb_safetensors_at(file, 10) == NULL);
    reads_as_numbers(file, "f64", MPB_F64, 24);
    reads_as_numbers(file, "f32", MPB_F32, 24);
    reads_as_numbers(file, "f16", MPB_F16, 11);
    reads_as_numbers(file, "bf16", MPB_BF16, 8);
    view = mpb_safetensors_find(file, "scalar");
    CHECK(view->num_dims == 0 && view->count == 1);
    CHECK_OK(mpb_tensor_to_float(view, MIXED, &scalar));
    CHECK(scalar == 0.5f);
    view = mpb_safetensors_find(file, "empty");
    CHECK(view->num_dims == 2 && view->count == 0 && view->bytes == 0);
    CHECK_OK(mpb_tensor_take(view, MIXED, &scalar));
    CHECK_OK(mpb_tensor_to_float(view, MIXED, &scalar));
    view = mpb_safetensors_find(file, "i64");
    CHECK(view->dtype == MPB_I64 && view->shape[1] == 6 && view->bytes == 48);
    CHECK_FAILS(mpb_tensor_to_float(view, "m.st", &scalar), MPB_ERR_DATA, "'i64'");
    CHECK(mpb_safetensors_find(file, "u8")->dtype == MPB_OTHER);
    CHECK(mpb_safetensors_find(file, "f") == NULL);
    mpb_safetensors_close(&file);
    CHECK(file == NULL);
}

static void the_file_written_is_that_of_the_reference_library(const char *folder)
{
    float b[6], a[2] = {-1.0f, 1.5f}, c = 7.0f;
    const mpb_tensor_source tensors[] = {{"b.weight", 2, {2, 3}, b},
                                         {"a.bias", 1, {2}, a},
                                         {"c\"\xc3\xa9", 0, {0}, &c},
                                         {"B", 2, {0, 3}, b}};
    char path[MPB_PATH_SIZE];
    mpb_buffer got = {0};
    mpb_buffer want = {0};

    for (int i = 0; i < 6; i++) {
        b[i] = (float)i / 4.0f;
    }
    CHECK_OK(mpb_path_join(folder, "written", path, sizeof(path)));
    CHECK_OK(mpb_safetensors_write(path, tensors, 4));
    CHECK_OK(mpb_file_read(path, &got));
    CHECK_OK(mpb_file_read(WRITTEN, &want));
    CHECK(got.size == want.size && memcmp(got.data, want.data, got.size) == 0);
    mpb_buffer_clear(&got);
    mpb_buffer_clear(&want);
}

static void every_truncation_is_refused(const char *folder)
{
    char path[MPB_PATH_SIZE];
    mpb_buffer content = {0};
    mpb_safetensors *file = NULL;

    CHECK_OK(mpb_file_read(WRITTEN, &content));
    CHECK_OK(mpb_path_join(folder, "cut", path, sizeof(path)));
    for (size_t size = 0; size < content.size; size += 7) {
        CHECK_OK(mpb_file_replace(path, content.data, size));
        CHECK_FAILS(mpb_safetensors_open(path, &file), MPB_ERR_DATA, path);
    }
    CHECK_OK(mpb_buffer_append_text(&content, "tail"));
    CHECK_OK(mpb_file_replace(path, content.data, content.size));
    CHECK_FAILS(mpb_safetensors_open(path, &file), MPB_ERR_DATA, "the tensors end at byte");
    CHECK(file == NULL);
    mpb_buffer_clear(&content);
}

/* Opens a file of this header and 16 bytes of data. */
static void header_is_refused(const char *folder, const char *header, const char *part)
{
    char path[MPB_PATH_SIZE];
    mpb_buffer content = {0};
    mpb_safetensors *file = NULL;
    uint64_t length = strlen(header);

    CHECK_OK(mpb_path_join(folder, "wrong", path, sizeof(path)));
    CHECK_OK(mpb_buffer_append(&content, &length, sizeof(length)));
    CHECK_OK(mpb_buffer_append_text(&content, header));
    CHECK_OK(mpb_buffer_append(&content, "0123456789abcdef", 16));
    CHECK_OK(mpb_file_replace(path, content.data, content.size));
    CHECK_FAILS(mpb_safetensors_open(path, &file), MPB_ERR_DATA, path);
    CHECK_FAILS(mpb_safetensors_open(path, &file), MPB_ERR_DATA, part);
    CHECK(file == NULL);
    mpb_buffer_clear(&content);
}

#define TENSOR(dtype, shape, offsets)                                                              \
    "{\"x\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}}"

static void every_contradiction_in_a_header_is_refused(const char *folder)
{
    header_is_refused(folder, "[1, 2]", "no JSON object");
    header_is_refused(folder, "{\"x\":3}", "'x' is no object");
    header_is_refused(folder, TENSOR("F33", "[4]", "[0,16]"), "unknown type 'F33'");
    header_is_refused(folder, TENSOR("F32", "[3]", "[0,16]"), "its shape and type make 12");
    header_is_refused(folder, TENSOR("F4", "[3]", "[0,16]"), "'x' has 16 bytes");
    header_is_refused(folder, TENSOR("F32", "[-4]", "[0,16]"), "dimension");
    header_is_refused(folder, TENSOR("F32", "[4.0]", "[0,16]"), "dimension");
    header_is_refused(folder, TENSOR("F32", "[4294967296,4294967296]", "[0,16]"), "overflows");
    header_is_refused(folder, TENSOR("F32", "[4611686018427387908]", "[0,16]"), "beyond memory");
    header_is_refused(folder, TENSOR("F32", "[1,1,1,1,1,1,1,1,4]", "[0,16]"), "9 dimensions");
    header_is_refused(folder, TENSOR("F32", "[4]", "[16,0]"), "before it begins");
    header_is_refused(folder, TENSOR("F32", "[4]", "[0,9223372036854775807]"), "'x' has");
    header_is_refused(folder, TENSOR("F32", "[4]", "[-1,15]"), "data_offsets");
    header_is_refused(folder, TENSOR("F32", "[3]", "[4,16]"), "begins at byte 4");
    header_is_refused(folder, TENSOR("F32", "[3]", "[0,12]"), "the tensors end at byte 12");
    header_is_refused(folder, TENSOR("F32", "[8]", "[0,32]"), "truncated");
    header_is_refused(folder, "{\"__metadata__\":{\"a\":1}}", "is no text");
    header_is_refused(folder,
                      "{\"x\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]},"
                      "\"y\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}",
                      "'y' begins at byte 8");
    header_is_refused(folder,
                      "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                      "\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}",
                      "duplicate");
}

static void an_enormous_header_length_is_refused(const char *folder)
{
    const unsigned char bytes[16] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, '{', '}'};
    char path[MPB_PATH_SIZE];
    mpb_safetensors *file = NULL;

    CHECK_OK(mpb_path_join(folder, "long", path, sizeof(path)));
    CHECK_OK(mpb_file_replace(path, bytes, sizeof(bytes)));
    CHECK_FAILS(mpb_safetensors_open(path, &file), MPB_ERR_DATA, "18446744073709551615 bytes");
    CHECK_STATUS(mpb_safetensors_open(folder, &file), MPB_ERR_DATA);
    CHECK_FAILS(mpb_safetensors_open("/no/such", &file), MPB_ERR_DATA, "(/no/such)");
}

/* Pages of mapped files that count as memory of this process, in KiB. */
static long resident_file_kib(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[128];
    long kib = -1;

    CHECK(status != NULL);
    while (kib < 0 && fgets(line, sizeof(line), status) != NULL) {
        if (strncmp(line, "RssFile:", 8) == 0) {
            kib = strtol(line + 8, NULL, 10);
        }
    }
    fclose(status);
    return kib;
}

/* `values` are the source's. The last one is behind the last whole slice. */
static void tells_others_apart(const mpb_tensor_view *view, const mpb_tensor_source *source,
                               float *values)
{
    const size_t last = view->count - 1;
    mpb_tensor_view other = *view;

    values[last] += 1.0f;
    CHECK(!mpb_tensor_equals(view, source));
    values[last] -= 1.0f;
    CHECK(mpb_tensor_equals(view, source));
    other.dtype = MPB_I32;
    CHECK(!mpb_tensor_equals(&other, source));
    other = *view;
    other.shape[0]--;
    CHECK(!mpb_tensor_equals(&other, source));
}

/* Values around the ends of the slices in which it is read. */
static void taking_a_large_tensor_takes_little_memory(const char *folder)
{
    enum { COUNT = (4 << 20) + 3, TENSOR_KIB = COUNT / 1024 * 4 };
    float *written = malloc(COUNT * sizeof(float));
    float *taken = calloc(COUNT, sizeof(float));
    const mpb_tensor_source tensor = {"large", 1, {COUNT}, written};
    char path[MPB_PATH_SIZE];
    mpb_safetensors *file = NULL;
    long before;

    CHECK(written != NULL && taken != NULL);
    for (unsigned i = 0; i < COUNT; i++) {
        written[i] = (float)i;
    }
    CHECK_OK(mpb_path_join(folder, "large", path, sizeof(path)));
    CHECK_OK(mpb_safetensors_write(path, &tensor, 1));
    CHECK_OK(mpb_safetensors_open(path, &file));
    before = resident_file_kib();
    CHECK_OK(mpb_tensor_take(mpb_safetensors_at(file, 0), path, taken));
    CHECK(memcmp(written, taken, COUNT * sizeof(float)) == 0);
    CHECK(mpb_tensor_equals(mpb_safetensors_at(file, 0), &tensor));
    CHECK(resident_file_kib() < before + TENSOR_KIB / 8); /* pages at the ends of slices stay */
    tells_others_apart(mpb_safetensors_at(file, 0), &tensor, written);
    CHECK_OK(mpb_tensor_to_float(mpb_safetensors_at(file, 0), path, taken));
    CHECK(memcmp(written, taken, COUNT * sizeof(float)) == 0);
    CHECK(resident_file_kib() >= before + TENSOR_KIB / 2); /* as it would be otherwise */
    mpb_safetensors_close(&file);
    free(written);
    free(taken);
}

/* Parts end at multiples of 1 MiB, within and between tensors; some may be empty. */
static void processes_write_the_file_that_one_writes(const char *folder)
{
    enum { LARGE = 700000, SMALL = 3 };
    float *values = calloc(LARGE, sizeof(*values));
    const mpb_tensor_source tensors[] = {{"large", 2, {7, LARGE / 7}, values},
                                         {"small", 1, {SMALL}, values},
                                         {"again", 1, {LARGE}, values}};
    char path[MPB_PATH_SIZE];
    mpb_buffer want = {0};

    CHECK(values != NULL);
    for (unsigned i = 0; i < LARGE; i++) {
        values[i] = (float)i;
    }
    CHECK_OK(mpb_path_join(folder, "parts", path, sizeof(path)));
    CHECK_OK(mpb_safetensors_write(path, tensors, 3));
    CHECK_OK(mpb_file_read(path, &want));
    for (int parts = 1; parts <= 9; parts++) {
        mpb_buffer got = {0};

        CHECK_OK(mpb_path_remove(path));
        CHECK_OK(mpb_safetensors_begin_parts(path, tensors, 3));
        for (int part = parts - 1; part >= 0; part--) {
            CHECK_OK(mpb_safetensors_write_part(path, tensors, 3, part, parts));
        }
        CHECK_OK(mpb_file_read(path, &got));
        CHECK(got.size == want.size && memcmp(got.data, want.data, got.size) == 0);
        mpb_buffer_clear(&got);
    }
    CHECK_FAILS(mpb_safetensors_begin_parts(path, tensors, 3), MPB_ERR_SYSTEM, path);
    mpb_buffer_clear(&want);
    free(values);
}

int main(void)
{
    char folder[MPB_PATH_SIZE];

    scratch_make(folder);
    every_floating_point_type_reads_as_float();
    the_file_written_is_that_of_the_reference_library(folder);
    every_truncation_is_refused(folder);
    every_contradiction_in_a_header_is_refused(folder);
    an_enormous_header_length_is_refused(folder);
    taking_a_large_tensor_takes_little_memory(folder);
    processes_write_the_file_that_one_writes(folder);
    CHECK_OK(mpb_path_remove(folder));
    return EXIT_SUCCESS;
}
