/* Writes that fail, are cut short, or are lost although the system says that they were done: each
 * in its turn, of an HDF5 file and of a plain one. */

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "aside.h"
#include "check.h"
#include "mpibert/io/file.h"
#include "mpibert/io/h5.h"
#include "scratch.h"

enum { ROWS = 150000, FEW = 7 };

typedef enum mishap { NONE, FAILS, LOST, SHORT } mishap;

static mishap kind;
static int calls; /* of write and pwrite so far */
static int turn;  /* the call that `kind` happens to */

/* These stand in front of the C library's, for HDF5's calls as well as ours. */
ssize_t write(int descriptor, const void *bytes, size_t size);
ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t at);
ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off_t at);

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t at)
{
    switch (calls++ == turn ? kind : NONE) {
    case FAILS:
        errno = EIO;
        return -1;
    case LOST:
        return (ssize_t)size;
    case SHORT:
        return syscall(SYS_pwrite64, descriptor, bytes, (size + 1) / 2, at);
    case NONE:
        break;
    }
    return syscall(SYS_pwrite64, descriptor, bytes, size, at);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off_t at)
{
    return pwrite(descriptor, bytes, size, at);
}

/* What is lost leaves a hole, like a page that a file system drops. */
ssize_t write(int descriptor, const void *bytes, size_t size)
{
    off_t at = lseek(descriptor, 0, SEEK_CUR);
    ssize_t written =
        at < 0 ? syscall(SYS_write, descriptor, bytes, size) : pwrite(descriptor, bytes, size, at);

    return at < 0 || written < 0 || lseek(descriptor, written, SEEK_CUR) >= 0 ? written : -1;
}

/* For the leak checker of sanitizers: HDF5 forgets some memory of its own where a write fails. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5";
}

static void begin_mishap(mishap what, int when)
{
    kind = what;
    turn = when;
    calls = 0;
}

static mpb_status fill_h5(mpb_h5 *file)
{
    static float moments[ROWS];
    const int32_t table[FEW * 2] = {3, -1};
    char *items[] = {"one", "", "three"};
    const mpb_strings strings = {.items = items, .count = 3, .capacity = 3};

    for (unsigned i = 0; i < ROWS; i++) {
        moments[i] = test_value(1, i);
    }
    MPB_TRY(mpb_h5_set_text(file, "format", "a format"));
    MPB_TRY(mpb_h5_set_integer(file, "step", 12));
    MPB_TRY(mpb_h5_write(file, "/optimizer/moments", MPB_H5_F32, ROWS, 0, moments));
    MPB_TRY(mpb_h5_write(file, "table", MPB_H5_I32, FEW, 2, table));
    MPB_TRY(mpb_h5_set_strings(file, "names", &strings));
    return mpb_h5_write_strings(file, "id", &strings);
}

static mpb_status write_h5(const char *path)
{
    mpb_h5 *file = NULL;

    MPB_TRY(mpb_h5_create(path, &file));
    return mpb_h5_end(&file, fill_h5(file));
}

static mpb_status write_plain(const char *path)
{
    static char text[5000];

    memset(text, 'x', sizeof(text));
    return mpb_file_replace(path, text, sizeof(text));
}

typedef mpb_status write_fn(const char *path);

static void holds(const char *path, const mpb_buffer *want)
{
    mpb_buffer got = {0};

    CHECK_OK(mpb_file_read(path, &got));
    CHECK(got.size == want->size && memcmp(got.data, want->data, got.size) == 0);
    mpb_buffer_clear(&got);
}

static size_t count_files(const char *folder)
{
    mpb_strings names = {0};
    size_t count;

    CHECK_OK(mpb_directory_list(folder, &names));
    count = names.count;
    mpb_strings_clear(&names);
    return count;
}

/* The failure is the system's, names the file, and leaves the older one and nothing beside it; or
 * there is none and the bytes are right. Gives the number of failures. */
static int try_each(const char *folder, write_fn *write_file, mishap what, int num_calls)
{
    char path[MPB_PATH_SIZE];
    mpb_buffer want = {0};
    int failures = 0;

    CHECK_OK(mpb_path_join(folder, "file", path, sizeof(path)));
    begin_mishap(NONE, 0);
    CHECK_OK(write_file(path));
    CHECK_OK(mpb_file_read(path, &want));
    for (int i = 0; i < num_calls; i++) {
        mpb_status status;

        begin_mishap(NONE, 0);
        CHECK_OK(mpb_file_replace(path, "old", 3));
        begin_mishap(what, i);
        status = write_file(path);
        CHECK(count_files(folder) == 1);
        if (status == MPB_OK) {
            holds(path, &want);
            continue;
        }
        CHECK(status == MPB_ERR_SYSTEM);
        check_contains(mpb_status_last(), path, __FILE__, __LINE__);
        holds(path, &(mpb_buffer){.data = (char[]){"old"}, .size = 3});
        failures++;
    }
    mpb_buffer_clear(&want);
    CHECK_OK(mpb_path_remove(path));
    return failures;
}

static int count_calls(const char *folder, write_fn *write_file)
{
    char path[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(folder, "file", path, sizeof(path)));
    begin_mishap(NONE, 0);
    CHECK_OK(write_file(path));
    return calls;
}

static void a_failed_write_leaves_the_older_file_and_is_named(const char *folder, write_fn *f)
{
    const int num_calls = count_calls(folder, f);

    CHECK(num_calls > 0);
    CHECK(try_each(folder, f, FAILS, num_calls) == num_calls);
}

/* A write that another one overwrites may be lost. */
static void a_write_that_was_lost_is_found(const char *folder, write_fn *f, int harmless)
{
    const int num_calls = count_calls(folder, f);

    CHECK(try_each(folder, f, LOST, num_calls) >= num_calls - harmless);
}

static void a_short_write_is_continued(const char *folder, write_fn *f)
{
    CHECK(try_each(folder, f, SHORT, count_calls(folder, f)) == 0);
}

int main(void)
{
    char folder[MPB_PATH_SIZE];
    write_fn *const writers[] = {write_h5, write_plain};
    const int harmless[] = {1, 0}; /* HDF5 writes its superblock twice */

    scratch_make(folder);
    for (int i = 0; i < 2; i++) {
        a_failed_write_leaves_the_older_file_and_is_named(folder, writers[i]);
        a_write_that_was_lost_is_found(folder, writers[i], harmless[i]);
        a_short_write_is_continued(folder, writers[i]);
    }
    CHECK_OK(mpb_path_remove(folder));
    return EXIT_SUCCESS;
}
