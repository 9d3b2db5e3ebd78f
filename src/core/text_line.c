#include "mpibert/core/strings.h"

#include <string.h>

enum { DELETE = 0x7F };

static bool ends_line(char c)
{
    return ((unsigned char)c < ' ' && c != '\t') || c == DELETE;
}

bool mpb_text_is_line(const char *text)
{
    while (*text != '\0' && !ends_line(*text)) {
        text++;
    }
    return *text == '\0';
}

void mpb_text_make_line(char *text)
{
    static const char continued[] = "\n    ";

    for (; *text != '\0'; text++) {
        if (ends_line(*text) && strncmp(text, continued, strlen(continued)) != 0) {
            *text = '?';
        }
    }
}
