#include "mpibert/io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aside.h"
#include "reading.h"

enum {
    READ_STEP = 1 << 20, /* bytes of one read or copy */
    NEW_FILE_MODE = 0666
};

bool mpb_file_exists(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0;
}

bool mpb_file_is_directory(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* *count is 0 at the end of the file. */
static mpb_status read_some(int descriptor, const char *path, char *bytes, size_t size,
                            size_t *count)
{
    ssize_t got;

    do {
        got = read(descriptor, bytes, size);
    } while (got < 0 && errno == EINTR);
    MPB_REQUIRE(got >= 0, MPB_ERR_DATA, "cannot read: %s (%s)", strerror(errno), path);
    *count = (size_t)got;
    return MPB_OK;
}

/* One read of the announced size where the file is an ordinary one, steps where it is a pipe. */
static size_t first_step(int descriptor)
{
    struct stat info;

    if (fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode) && info.st_size >= 0) {
        return (size_t)info.st_size + 1;
    }
    return READ_STEP;
}

static mpb_status read_all(int descriptor, const char *path, mpb_buffer *content)
{
    size_t step = first_step(descriptor);

    for (;;) {
        size_t count = 0;

        MPB_TRY(mpb_buffer_reserve(content, step));
        MPB_TRY(read_some(descriptor, path, content->data + content->size, step, &count));
        if (count == 0) {
            return MPB_OK;
        }
        content->size += count;
        step = count < step ? step - count : READ_STEP;
    }
}

mpb_status mpb_file_read(const char *path, mpb_buffer *content)
{
    size_t before = content->size;
    int descriptor;
    mpb_status status;

    MPB_TRY(mpb_reading_open(path, &descriptor));
    status = read_all(descriptor, path, content);
    close(descriptor);
    if (status != MPB_OK) {
        content->size = before;
    }
    if (content->data != NULL) {
        content->data[content->size] = '\0';
    }
    return status;
}

mpb_status mpb_file_read_range(const char *path, uint64_t begin, size_t size, mpb_buffer *content)
{
    int descriptor;
    mpb_status status;

    MPB_TRY(mpb_buffer_reserve(content, size));
    MPB_TRY(mpb_reading_open(path, &descriptor));
    status = mpb_reading_range(descriptor, path, begin, content->data + content->size, size);
    close(descriptor);
    if (status == MPB_OK) {
        content->size += size;
    }
    content->data[content->size] = '\0';
    return status;
}

mpb_status mpb_file_size(const char *path, uint64_t *bytes)
{
    struct stat info;

    MPB_REQUIRE(stat(path, &info) == 0, MPB_ERR_DATA, "cannot open: %s (%s)", strerror(errno),
                path);
    MPB_TRY(mpb_reading_check_file(path, &info));
    *bytes = (uint64_t)info.st_size;
    return MPB_OK;
}

mpb_status mpb_file_replace(const char *path, const void *bytes, size_t size)
{
    return mpb_file_replace_pieces(path, &(mpb_file_piece){bytes, size}, 1);
}

static mpb_status write_pieces(mpb_aside *aside, const mpb_file_piece *pieces, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        MPB_TRY(mpb_aside_write(aside, pieces[i].bytes, pieces[i].size));
    }
    return MPB_OK;
}

mpb_status mpb_file_replace_pieces(const char *path, const mpb_file_piece *pieces, size_t count)
{
    mpb_aside aside;

    MPB_TRY(mpb_aside_begin(path, &aside));
    return mpb_aside_end(&aside, write_pieces(&aside, pieces, count));
}

bool mpb_file_is_unfinished(const char *name)
{
    return strstr(name, MPB_ASIDE_MARK) != NULL;
}

mpb_status mpb_file_append(const char *path, const void *bytes, size_t size)
{
    int descriptor =
        open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, NEW_FILE_MODE);
    mpb_status status;

    MPB_REQUIRE(descriptor >= 0, MPB_ERR_SYSTEM, "cannot open for writing: %s (%s)",
                strerror(errno), path);
    status = mpb_descriptor_write(descriptor, path, bytes, size);
    if (close(descriptor) != 0 && status == MPB_OK) {
        status = MPB_FAIL(MPB_ERR_SYSTEM, "cannot write: %s (%s)", strerror(errno), path);
    }
    return status;
}

static mpb_status copy_bytes(int from, const char *from_path, mpb_aside *to)
{
    mpb_buffer step = {0};
    mpb_status status = mpb_buffer_reserve(&step, READ_STEP);
    size_t count = 1;

    while (status == MPB_OK && count > 0) {
        status = read_some(from, from_path, step.data, READ_STEP, &count);
        if (status == MPB_OK) {
            status = mpb_aside_write(to, step.data, count);
        }
    }
    mpb_buffer_clear(&step);
    return status;
}

mpb_status mpb_file_copy(const char *from, const char *to)
{
    mpb_aside aside;
    mpb_status status;
    int descriptor;

    MPB_TRY(mpb_reading_open(from, &descriptor));
    status = mpb_aside_begin(to, &aside);
    if (status == MPB_OK) {
        status = mpb_aside_end(&aside, copy_bytes(descriptor, from, &aside));
    }
    close(descriptor);
    return status;
}

mpb_status mpb_path_join(const char *folder, const char *name, char *out, size_t size)
{
    size_t length = strlen(folder);
    const char *between = length == 0 || folder[length - 1] == '/' ? "" : "/";
    size_t needed = length + strlen(between) + strlen(name) + 1;

    MPB_REQUIRE(needed <= size, MPB_ERR_SYSTEM,
                "path of %zu bytes is too long, at most %zu were expected (%s in %s)", needed - 1,
                size - 1, name, folder);
    snprintf(out, size, "%s%s%s", folder, between, name);
    return MPB_OK;
}
