#include "line_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 1 << 17 }; /* bytes that are asked for at least */

/* Moves what is left to the front and makes room for a block behind it. */
static mpb_status make_room(mpb_line_reader *reader)
{
    size_t left = reader->end - reader->begin;
    char *larger;

    if (reader->begin > 0) {
        memmove(reader->data, reader->data + reader->begin, left);
        reader->begin = 0;
        reader->end = left;
    }
    if (reader->capacity - left >= BLOCK) {
        return MPB_OK;
    }
    larger = realloc(reader->data, 2 * reader->capacity + BLOCK);
    MPB_REQUIRE(larger != NULL, MPB_ERR_SYSTEM, "no memory for a line of %zu bytes (%s)",
                2 * reader->capacity, reader->name);
    reader->data = larger;
    reader->capacity = 2 * reader->capacity + BLOCK;
    return MPB_OK;
}

static mpb_status read_block(mpb_line_reader *reader)
{
    ssize_t count;

    MPB_TRY(make_room(reader));
    count = read(reader->file, reader->data + reader->end, reader->capacity - reader->end);
    MPB_REQUIRE(count >= 0, MPB_ERR_SYSTEM, "reading failed: %s (%s)", strerror(errno),
                reader->name);
    reader->end += (size_t)count;
    reader->ended = count == 0;
    return MPB_OK;
}

/* Finds the line feed that ends the next line, or NULL where the file ends first. */
static mpb_status find_end(mpb_line_reader *reader, const char **feed)
{
    size_t searched = 0;

    *feed = NULL;
    while (*feed == NULL && !reader->ended) {
        size_t left = reader->end - reader->begin;

        if (left > searched) {
            *feed = memchr(reader->data + reader->begin + searched, '\n', left - searched);
        }
        if (*feed == NULL) {
            MPB_TRY(read_block(reader));
            searched = left;
        }
    }
    return MPB_OK;
}

mpb_status mpb_line_reader_next(mpb_line_reader *reader, const char **line, size_t *size)
{
    const char *feed;
    const char *begin;

    MPB_TRY(find_end(reader, &feed));
    if (feed == NULL && reader->begin == reader->end) {
        *line = NULL;
        return MPB_OK;
    }
    begin = reader->data + reader->begin;
    *line = begin;
    *size = feed == NULL ? reader->end - reader->begin : (size_t)(feed - begin);
    reader->begin += *size + (feed == NULL ? 0 : 1);
    return MPB_OK;
}

void mpb_line_reader_clear(mpb_line_reader *reader)
{
    free(reader->data);
    reader->data = NULL;
}
