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

mpb_status mpb_json_end_in(const char *directory, const char *name, const char *end,
                           mpb_status status, mpb_json **root)
{
    char path[MPB_PATH_SIZE];

    if (status == MPB_OK) {
        status = mpb_path_join(directory, name, path, sizeof(path));
    }
    if (status == MPB_OK) {
        status = mpb_json_replace(path, *root, end);
    }
    mpb_json_destroy(root);
    return status;
}
