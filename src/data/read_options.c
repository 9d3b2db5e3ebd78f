#include "mpibert/data/read_options.h"

#include <string.h>
#include <strings.h>

#include "mpibert/io/file.h"
#include "mpibert/io/unpack.h"

const char *mpb_task_name(mpb_task task)
{
    static const char *const names[] = {
        [MPB_TASK_AUTO] = "auto",
        [MPB_TASK_CLASSIFICATION] = "classification",
        [MPB_TASK_MULTILABEL] = "multilabel",
        [MPB_TASK_REGRESSION] = "regression",
        [MPB_TASK_TOKEN] = "token",
        [MPB_TASK_QA] = "qa",
        [MPB_TASK_MLM] = "mlm",
        [MPB_TASK_PRETRAINING] = "pretraining",
    };

    return names[task];
}

const char *mpb_data_format_name(mpb_data_format format)
{
    static const char *const names[] = {
        [MPB_FORMAT_AUTO] = "auto",   [MPB_FORMAT_FOLDER] = "folder",
        [MPB_FORMAT_CSV] = "csv",     [MPB_FORMAT_TSV] = "tsv",
        [MPB_FORMAT_JSONL] = "jsonl", [MPB_FORMAT_TEXT] = "text",
        [MPB_FORMAT_CONLL] = "conll", [MPB_FORMAT_CONLLU] = "conllu",
        [MPB_FORMAT_SQUAD] = "squad", [MPB_FORMAT_SHARDS] = "shards",
    };

    return names[format];
}

mpb_data_format mpb_data_format_of_name(const char *path)
{
    static const struct {
        const char *end;
        mpb_data_format format;
    } endings[] = {
        {".csv", MPB_FORMAT_CSV},       {".tsv", MPB_FORMAT_TSV},    {".jsonl", MPB_FORMAT_JSONL},
        {".ndjson", MPB_FORMAT_JSONL},  {".txt", MPB_FORMAT_TEXT},   {".text", MPB_FORMAT_TEXT},
        {".conll", MPB_FORMAT_CONLL},   {".iob", MPB_FORMAT_CONLL},  {".iob2", MPB_FORMAT_CONLL},
        {".conllu", MPB_FORMAT_CONLLU}, {".json", MPB_FORMAT_SQUAD},
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

mpb_status mpb_data_format_find(const char *path, mpb_data_format asked, mpb_data_format *format)
{
    char manifest[MPB_PATH_SIZE];
    mpb_data_format found = asked;

    MPB_REQUIRE(mpb_file_exists(path), MPB_ERR_DATA, "there is no such file or folder (%s)", path);
    if (asked == MPB_FORMAT_AUTO && mpb_file_is_directory(path)) {
        MPB_TRY(mpb_path_join(path, "manifest.json", manifest, sizeof(manifest)));
        found = mpb_file_exists(manifest) ? MPB_FORMAT_SHARDS : MPB_FORMAT_FOLDER;
    } else if (asked == MPB_FORMAT_AUTO) {
        found = mpb_data_format_of_name(path);
    }
    MPB_REQUIRE(found != MPB_FORMAT_AUTO, MPB_ERR_DATA,
                "the name does not tell the format, .csv, .tsv, .jsonl, .txt, .conll, .conllu or "
                ".json (SQuAD) was expected, or any of them with .gz or .xz; or set data.format "
                "(%s)",
                path);
    *format = found;
    return MPB_OK;
}
