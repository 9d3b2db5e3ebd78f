/* What a document holds, counted in its text before anything is built from it: a value takes
 * hundreds of bytes of memory, two of text. */

#include "json_internal.h"

enum { MAX_TEXT = 1 << 20 }; /* bytes of one text or name */

/* A document that is being counted. */
typedef struct count {
    size_t values;
    size_t longest; /* text or name, bytes */
} count;

/* The length of the string that begins behind text[start], its quote. */
static size_t string_length(const char *text, size_t size, size_t start)
{
    size_t i = start + 1;

    while (i < size && text[i] != '"') {
        i += text[i] == '\\' ? 2 : 1;
    }
    return (i < size ? i : size) - start - 1;
}

/* At least as many values as there are: a comma parts two, and what a bracket opens may hold one.
 * */
static count count_values(const char *text, size_t size)
{
    count found = {.values = 1};

    for (size_t i = 0; i < size; i++) {
        if (text[i] == '"') {
            const size_t length = string_length(text, size, i);

            found.longest = length > found.longest ? length : found.longest;
            i += length + 1;
        } else if (text[i] == ',' || text[i] == '{' || text[i] == '[') {
            found.values++;
        }
    }
    return found;
}

mpb_status mpb_json_check_counts(const char *text, size_t size, size_t most_values,
                                 const char *where)
{
    const count found = count_values(text, size);

    MPB_REQUIRE(found.values <= most_values, MPB_ERR_DATA,
                "JSON: up to %zu values were found, at most %zu were expected (%s)", found.values,
                most_values, where);
    MPB_REQUIRE(found.longest <= MAX_TEXT, MPB_ERR_DATA,
                "JSON: a text of %zu bytes was found, at most %d were expected (%s)", found.longest,
                MAX_TEXT, where);
    return MPB_OK;
}
