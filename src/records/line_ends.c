#include "line_ends.h"

/* The last byte tells nothing: LF may follow. */
static bool is_cr_alone(const char *head, size_t size, size_t i)
{
    return head[i] == '\r' && i + 1 < size && head[i + 1] != '\n';
}

bool mpb_lines_end_with_cr(const char *head, size_t size, bool quotes)
{
    bool quoted = false;
    bool found = false;

    for (size_t i = 0; i < size; i++) {
        quoted = quoted != (quotes && head[i] == '"');
        if (head[i] == '\n' && !quoted) {
            return false;
        }
        found = found || (!quoted && is_cr_alone(head, size, i));
    }
    return found;
}

void mpb_lines_translate(char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        text[i] = text[i] == '\r' ? '\n' : text[i];
    }
}
