#include "mpibert/records/read_options.h"

#include <glob.h>
#include <string.h>
#include <strings.h>

#include "json_format.h"
#include "mpibert/io/file.h"
#include "mpibert/io/unpack.h"

enum { HEAD_SIZE = 1 << 20 }; /* bytes by which the content of a file is told */

/* A format: its name, and what data of it is for. */
static const struct {
    const char *name;
    mpb_task task;
} FORMATS[] = {
    [MPB_FORMAT_AUTO] = {"auto", MPB_TASK_CLASSIFICATION},
    [MPB_FORMAT_FOLDER] = {"folder", MPB_TASK_CLASSIFICATION},
    [MPB_FORMAT_CSV] = {"csv", MPB_TASK_CLASSIFICATION},
    [MPB_FORMAT_TSV] = {"tsv", MPB_TASK_CLASSIFICATION},
    [MPB_FORMAT_JSONL] = {"jsonl", MPB_TASK_CLASSIFICATION},
    [MPB_FORMAT_JSON] = {"json", MPB_TASK_CLASSIFICATION},
    [MPB_FORMAT_TEXT] = {"text", MPB_TASK_MLM},
    [MPB_FORMAT_CONLL] = {"conll", MPB_TASK_TOKEN},
    [MPB_FORMAT_CONLLU] = {"conllu", MPB_TASK_TOKEN},
    [MPB_FORMAT_SQUAD] = {"squad", MPB_TASK_QA},
    [MPB_FORMAT_SHARDS] = {"shards", MPB_TASK_CLASSIFICATION},
};

const char *mpb_data_format_name(mpb_data_format format)
{
    return FORMATS[format].name;
}

mpb_task mpb_task_of_format(mpb_data_format format)
{
    return FORMATS[format].task;
}

/* What the name of a file tells (before .gz or .xz), or MPB_FORMAT_AUTO; of .json MPB_FORMAT_JSON.
 * */
static mpb_data_format format_of_name(const char *path)
{
    static const struct {
        const char *end;
        mpb_data_format format;
    } endings[] = {
        {".csv", MPB_FORMAT_CSV},       {".tsv", MPB_FORMAT_TSV},   {".jsonl", MPB_FORMAT_JSONL},
        {".ndjson", MPB_FORMAT_JSONL},  {".txt", MPB_FORMAT_TEXT},  {".text", MPB_FORMAT_TEXT},
        {".conll", MPB_FORMAT_CONLL},   {".iob", MPB_FORMAT_CONLL}, {".iob2", MPB_FORMAT_CONLL},
        {".conllu", MPB_FORMAT_CONLLU}, {".json", MPB_FORMAT_JSON},
    };
    size_t length = mpb_unpacked_length(path);

    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
        size_t end = strlen(endings[i].end);

        if (length > end && strncasecmp(path + length - end, endings[i].end, end) == 0) {
            return endings[i].format;
        }
    }
    return MPB_FORMAT_AUTO;
}

static mpb_status read_head(const char *path, mpb_buffer *head)
{
    uint64_t size;

    if (mpb_is_packed(path)) {
        return mpb_unpack_head(path, HEAD_SIZE, head);
    }
    MPB_TRY(mpb_file_size(path, &size));
    return mpb_file_read_range(path, 0, size < HEAD_SIZE ? (size_t)size : HEAD_SIZE, head);
}

static mpb_status find_json_format(const char *path, mpb_data_format *format)
{
    mpb_buffer head = {0};
    mpb_status status = read_head(path, &head);

    if (status == MPB_OK) {
        *format =
            mpb_json_format(head.data == NULL ? "" : head.data, head.size, head.size < HEAD_SIZE);
    }
    mpb_buffer_clear(&head);
    return status;
}

mpb_status mpb_data_format_find(const char *path, mpb_data_format asked, mpb_data_format *format)
{
    char manifest[MPB_PATH_SIZE];
    mpb_data_format found = asked;

    MPB_REQUIRE(mpb_file_exists(path), MPB_ERR_DATA, "there is no such file or folder (%s)", path);
    if (asked == MPB_FORMAT_AUTO && mpb_file_is_directory(path)) {
        MPB_TRY(mpb_path_join(path, "manifest.json", manifest, sizeof(manifest)));
        found = mpb_file_exists(manifest) ? MPB_FORMAT_SHARDS : MPB_FORMAT_FOLDER;
    } else if (asked == MPB_FORMAT_AUTO) {
        found = format_of_name(path);
        MPB_TRY(found == MPB_FORMAT_JSON ? find_json_format(path, &found) : MPB_OK);
    }
    MPB_REQUIRE(found != MPB_FORMAT_AUTO, MPB_ERR_DATA,
                "the name does not tell the format, .csv, .tsv, .jsonl, .json, .txt, .conll or "
                ".conllu was expected, or any of them with .gz or .xz; or set data.format (%s)",
                path);
    *format = found;
    return MPB_OK;
}

mpb_data_format mpb_data_format_guess(const char *pattern)
{
    mpb_data_format format = MPB_FORMAT_AUTO;
    glob_t found = {0};

    if (mpb_file_exists(pattern)) {
        return mpb_data_format_find(pattern, format, &format) == MPB_OK ? format : MPB_FORMAT_AUTO;
    }
    if (glob(pattern, GLOB_ERR, NULL, &found) == 0 && found.gl_pathc > 0 &&
        mpb_data_format_find(found.gl_pathv[0], format, &format) != MPB_OK) {
        format = MPB_FORMAT_AUTO;
    }
    globfree(&found);
    return format;
}
