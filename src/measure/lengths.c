#include "mpibert/measure/lengths.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/memory.h"
#include "mpibert/io/file.h"

enum { SHOWN_CHARACTERS = 40 }; /* of a line that is refused */

static mpb_status allocate(size_t count, mpb_lengths *lengths)
{
    void *items = NULL;

    MPB_TRY(mpb_memory_create(count, sizeof(*lengths->items), "the lengths of sequences", &items));
    lengths->items = items;
    return MPB_OK;
}

mpb_status mpb_lengths_equal(size_t length, mpb_lengths *lengths)
{
    MPB_TRY(allocate(1, lengths));
    lengths->items[0] = length;
    lengths->count = 1;
    return MPB_OK;
}

void mpb_lengths_clear(mpb_lengths *lengths)
{
    mpb_memory_destroy(lengths->items);
    *lengths = (mpb_lengths){0};
}

size_t mpb_lengths_at(const mpb_lengths *lengths, size_t sequence)
{
    assert(lengths->count > 0);
    return lengths->items[sequence % lengths->count];
}

static size_t count_lines(const char *text)
{
    size_t count = 1;

    for (; *text != '\0'; text++) {
        count += *text == '\n';
    }
    return count;
}

/* A line that is not digits alone, up to a carriage return, is no length. */
static bool read_length(const char *line, size_t size, size_t max, size_t *length)
{
    char *end;
    unsigned long number;

    if (size > 0 && line[size - 1] == '\r') {
        size--;
    }
    errno = 0;
    number = strtoul(line, &end, 10);
    if (size == 0 || strspn(line, "0123456789") != size || errno != 0 || end != line + size) {
        return false;
    }
    *length = number;
    return number >= 1 && number <= max;
}

/* `content` holds no NUL, so that lines can be looked at as texts. */
static mpb_status read_lines(const char *path, const mpb_buffer *content, size_t max,
                             mpb_lengths *lengths)
{
    const char *end = content->data + content->size;

    for (const char *line = content->data; line < end;) {
        const size_t size = strcspn(line, "\n");

        MPB_REQUIRE(read_length(line, size, max, &lengths->items[lengths->count]), MPB_ERR_DATA,
                    "'%.*s' is no length, a whole number from 1 to %zu was expected (%s, line "
                    "%zu)",
                    (int)(size < SHOWN_CHARACTERS ? size : SHOWN_CHARACTERS), line, max, path,
                    lengths->count + 1);
        lengths->count++;
        line += size + 1;
    }
    return MPB_OK;
}

static mpb_status parse(const char *path, const mpb_buffer *content, size_t max,
                        mpb_lengths *lengths)
{
    MPB_REQUIRE(content->size > 0, MPB_ERR_DATA, "the file is empty, lengths were expected (%s)",
                path);
    MPB_REQUIRE(strlen(content->data) == content->size, MPB_ERR_DATA,
                "a zero byte was found, one length a line was expected (%s, line %zu)", path,
                count_lines(content->data));
    MPB_TRY(allocate(count_lines(content->data), lengths));
    return read_lines(path, content, max, lengths);
}

mpb_status mpb_lengths_read(const char *path, size_t max, mpb_lengths *lengths)
{
    mpb_buffer content = {0};
    mpb_lengths made = {0};
    mpb_status status = mpb_file_read(path, &content);

    if (status == MPB_OK) {
        status = parse(path, &content, max, &made);
    }
    mpb_buffer_clear(&content);
    if (status != MPB_OK) {
        mpb_lengths_clear(&made);
        return status;
    }
    *lengths = made;
    return MPB_OK;
}
