#include "json_place.h"

#include "encoding.h"
#include "mpibert/core/utf8.h"

static mpb_status describe(const mpb_value_problem *problem, const char *text,
                           const mpb_place *place)
{
    mpb_place there = *place;
    char where[MPB_PLACE_SIZE];
    size_t begin = problem->at; /* of the line */

    while (begin > 0 && text[begin - 1] != '\n') {
        begin--;
    }
    there.line += mpb_count_line_ends(text, begin);
    mpb_place_describe(&there, where);
    return MPB_FAIL(MPB_ERR_DATA, "JSON: %s (%s, column %zu)", problem->what, where,
                    mpb_utf8_length(text + begin, problem->at - begin) + 1);
}

mpb_status mpb_place_read_json(const char *text, size_t size, const mpb_place *place,
                               mpb_value *value)
{
    mpb_value_problem problem;

    MPB_TRY(mpb_text_check(text, size, place));
    return mpb_value_read(text, size, value, &problem) ? MPB_OK : describe(&problem, text, place);
}

mpb_status mpb_place_decode(const mpb_value *text, const mpb_place *place, mpb_buffer *out)
{
    size_t size;

    MPB_TRY(mpb_buffer_reserve(out, text->size));
    if (!mpb_value_decode(text, out->data + out->size, &size)) {
        return mpb_place_fail(place, "JSON: half of a surrogate pair (\\ud800 to \\udfff) stands "
                                     "alone in a text");
    }
    out->size += size;
    out->data[out->size] = '\0';
    return MPB_OK;
}
