#include <inttypes.h>
#include <string.h>

#include "line_ends.h"
#include "mpibert/io/file.h"
#include "mpibert/records/input.h"

/* Bytes [begin, begin + size), as they are. */
static mpb_status fetch(const mpb_input *input, uint64_t begin, size_t size, mpb_buffer *bytes)
{
    mpb_buffer_reset(bytes);
    if (input->content != NULL) {
        return mpb_buffer_append(bytes, input->content + begin, size);
    }
    return mpb_file_read_range(input->path, begin, size, bytes);
}

/* LF would be a second kind of line end; quoted cells may hold it. */
static mpb_status translate(const mpb_input *input, mpb_buffer *bytes)
{
    MPB_REQUIRE(input->format == MPB_FORMAT_CSV || bytes->size == 0 ||
                    memchr(bytes->data, '\n', bytes->size) == NULL,
                MPB_ERR_DATA,
                "lines end with CR at the beginning and with LF later, one of them was expected "
                "(%s)",
                input->name);
    mpb_lines_translate(bytes->data, bytes->size);
    return MPB_OK;
}

mpb_status mpb_input_fetch(const mpb_input *input, uint64_t begin, size_t size, mpb_buffer *bytes)
{
    MPB_TRY(fetch(input, begin, size, bytes));
    return input->cr_lines ? translate(input, bytes) : MPB_OK;
}

mpb_status mpb_input_refuse_long(const mpb_input *input, uint64_t bytes, const mpb_place *place)
{
    char where[MPB_PLACE_SIZE];

    mpb_place_describe(place, where);
    return MPB_FAIL(MPB_ERR_DATA,
                    "one record of %" PRIu64
                    " bytes or more was found, at most %d were expected; is "
                    "data.format %s right? (%s)",
                    bytes, MPB_RECORD_LIMIT, mpb_data_format_name(input->format), where);
}
