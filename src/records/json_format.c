#include "json_format.h"

#include <string.h>

#include "encoding.h"
#include "mpibert/io/json_value.h"

static size_t skip_blanks(const char *text, size_t size, size_t at)
{
    while (at < size && text[at] != '\0' && strchr(" \t\r\n", text[at]) != NULL) {
        at++;
    }
    return at;
}

/* Whether SQuAD's array is in the only object of a file. */
static bool has_data(const mpb_value *object)
{
    mpb_wanted_member data = {.name = "data"};

    mpb_value_pick(object, &data, 1);
    return data.count == 1 && data.value.kind == MPB_VALUE_ARRAY;
}

/* Bytes before the first line end. */
static size_t line_length(const char *text, size_t size)
{
    size_t length = 0;

    while (length < size && text[length] != '\n' && text[length] != '\r') {
        length++;
    }
    return length;
}

mpb_data_format mpb_json_format(const char *head, size_t size, bool whole)
{
    size_t begin = skip_blanks(head, size, mpb_text_mark(head, size));
    size_t end = begin + line_length(head + begin, size - begin);
    mpb_value value;
    mpb_value_problem problem;

    if (begin < size && head[begin] == '[') {
        return MPB_FORMAT_JSON;
    }
    if ((end == size && !whole) || !mpb_value_read(head + begin, end - begin, &value, &problem) ||
        value.kind != MPB_VALUE_OBJECT) {
        return MPB_FORMAT_SQUAD;
    }
    return skip_blanks(head, size, end) == size && has_data(&value) ? MPB_FORMAT_SQUAD
                                                                    : MPB_FORMAT_JSONL;
}
