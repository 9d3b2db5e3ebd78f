#include "run_config_text.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "mpibert/core/utf8.h"

/* Whether YAML takes the character as it stands: neither control character, line break, byte order
 * mark nor no character at all. */
static bool is_printable(uint32_t c)
{
    return c >= 0x20 && !(c >= 0x7F && c < 0xA0) && c != 0x2028 && c != 0x2029 && c != 0xFEFF &&
           c != 0xFFFE && c != 0xFFFF;
}

mpb_status run_text_write(const char *text, mpb_buffer *out)
{
    size_t size = strlen(text);
    size_t length;

    MPB_TRY(mpb_buffer_append_text(out, "\""));
    for (size_t at = 0; at < size; at += length) {
        uint32_t c = 0;

        length = mpb_utf8_decode(text + at, size - at, &c);
        assert(length > 0);
        if (!is_printable(c)) {
            MPB_TRY(mpb_buffer_append_format(out, "\\u%04x", (unsigned)c));
            continue;
        }
        MPB_TRY(mpb_buffer_append_text(out, c == '"' || c == '\\' ? "\\" : ""));
        MPB_TRY(mpb_buffer_append(out, text + at, length));
    }
    return mpb_buffer_append_text(out, "\"");
}

mpb_status run_strings_write(const mpb_strings *strings, mpb_buffer *out)
{
    if (strings->count == 0) {
        return mpb_buffer_append_text(out, "null");
    }
    MPB_TRY(mpb_buffer_append_text(out, "["));
    for (size_t i = 0; i < strings->count; i++) {
        MPB_TRY(mpb_buffer_append_text(out, i == 0 ? "" : ", "));
        MPB_TRY(run_text_write(strings->items[i], out));
    }
    return mpb_buffer_append_text(out, "]");
}
