#include "mpibert/describe/describe_parts.h"
#include "mpibert/io/file.h"

mpb_status mpb_describe_text(mpb_json *object, const char *name, const char *text)
{
    return mpb_json_set(object, name, mpb_json_new_text(text));
}

mpb_status mpb_describe_integer(mpb_json *object, const char *name, int64_t integer)
{
    return mpb_json_set(object, name, mpb_json_new_integer(integer));
}

bool mpb_describe_has(const char *directory, const char *name)
{
    char path[MPB_PATH_SIZE];

    return mpb_path_join(directory, name, path, sizeof(path)) == MPB_OK && mpb_file_exists(path);
}
