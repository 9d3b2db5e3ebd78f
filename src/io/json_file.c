#include "mpibert/io/file.h"
#include "mpibert/io/json.h"

mpb_status mpb_json_replace(const char *path, const mpb_json *value, const char *end)
{
    mpb_buffer text = {0};
    mpb_status status = mpb_json_write(value, 2, &text);

    if (status == MPB_OK) {
        status = mpb_buffer_append_text(&text, end);
    }
    if (status == MPB_OK) {
        status = mpb_file_replace(path, text.data, text.size);
    }
    mpb_buffer_clear(&text);
    return status;
}
