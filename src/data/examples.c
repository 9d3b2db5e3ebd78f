#include "mpibert/data/examples.h"

#include <stdlib.h>
#include <string.h>

#include "collector.h"
#include "encoding.h"
#include "mpibert/io/file.h"
#include "readers.h"

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t end_length = strlen(end);

    return length > end_length && strcmp(text + length - end_length, end) == 0;
}

mpb_status mpb_data_format_find(const char *path, mpb_data_format asked, mpb_data_format *format)
{
    static const struct {
        const char *end;
        mpb_data_format format;
    } by_name[] = {{".csv", MPB_FORMAT_CSV},     {".tsv", MPB_FORMAT_TSV},
                   {".jsonl", MPB_FORMAT_JSONL}, {".ndjson", MPB_FORMAT_JSONL},
                   {".txt", MPB_FORMAT_TEXT},    {".text", MPB_FORMAT_TEXT}};
    char manifest[MPB_PATH_SIZE];

    MPB_REQUIRE(mpb_file_exists(path), MPB_ERR_DATA, "there is no such file or folder (%s)", path);
    if (asked != MPB_FORMAT_AUTO) {
        *format = asked;
        return MPB_OK;
    }
    if (mpb_file_is_directory(path)) {
        MPB_TRY(mpb_path_join(path, "manifest.json", manifest, sizeof(manifest)));
        *format = mpb_file_exists(manifest) ? MPB_FORMAT_SHARDS : MPB_FORMAT_FOLDER;
        return MPB_OK;
    }
    for (size_t i = 0; i < sizeof(by_name) / sizeof(*by_name); i++) {
        if (ends_with(path, by_name[i].end)) {
            *format = by_name[i].format;
            return MPB_OK;
        }
    }
    return MPB_FAIL(MPB_ERR_DATA,
                    "the name does not tell the format, .csv, .tsv, .jsonl or .txt was expected; "
                    "or set data.format (%s)",
                    path);
}

static mpb_status read_decoded(const mpb_buffer *text, const char *where, mpb_data_format format,
                               mpb_collector *collector)
{
    switch (format) {
    case MPB_FORMAT_CSV:
    case MPB_FORMAT_TSV:
        return mpb_read_table(text->data, text->size, where, format, collector);
    case MPB_FORMAT_JSONL:
        return mpb_read_jsonl(text->data, text->size, where, collector);
    case MPB_FORMAT_TEXT:
        return mpb_read_lines(text->data, text->size, where, collector);
    case MPB_FORMAT_AUTO:
    case MPB_FORMAT_FOLDER:
    case MPB_FORMAT_SHARDS:
        break;
    }
    return MPB_FAIL(MPB_ERR_DATA, "one file of text cannot be a folder or shards (%s)", where);
}

static mpb_status read_content(const char *content, size_t size, const char *where,
                               mpb_data_format format, mpb_collector *collector)
{
    size_t before = collector->examples.count;
    mpb_buffer text = {0};
    mpb_status status = mpb_text_decode(content, size, collector->options->encoding, where, &text);

    if (status == MPB_OK) {
        status = read_decoded(&text, where, format, collector);
    }
    mpb_buffer_clear(&text);
    MPB_TRY(status);
    MPB_REQUIRE(collector->examples.count > before, MPB_ERR_DATA,
                "there is no example, at least one was expected (%s)", where);
    return MPB_OK;
}

static mpb_status read_file(const char *path, mpb_data_format format, mpb_collector *collector)
{
    mpb_buffer content = {0};
    mpb_status status;

    MPB_REQUIRE(!mpb_file_is_directory(path), MPB_ERR_DATA,
                "a folder was found, a file was expected by data.format (%s)", path);
    status = mpb_file_read(path, &content);
    if (status == MPB_OK) {
        status = read_content(content.data, content.size, path, format, collector);
    }
    mpb_buffer_clear(&content);
    return status;
}

static mpb_status read_path(const char *path, mpb_collector *collector)
{
    size_t before = collector->examples.count;
    mpb_data_format format;

    MPB_TRY(mpb_data_format_find(path, collector->options->format, &format));
    MPB_REQUIRE(format != MPB_FORMAT_SHARDS, MPB_ERR_DATA,
                "shards were found, raw text was expected (%s)", path);
    if (format != MPB_FORMAT_FOLDER) {
        return read_file(path, format, collector);
    }
    MPB_REQUIRE(mpb_file_is_directory(path), MPB_ERR_DATA,
                "a file was found, a folder was expected by data.format (%s)", path);
    MPB_TRY(mpb_read_folder(path, collector));
    MPB_REQUIRE(collector->examples.count > before, MPB_ERR_DATA,
                "there is no example in any sub-folder, at least one was expected (%s)", path);
    return MPB_OK;
}

/* Names that were given, or that earlier examples settled; NULL where the data decides. */
static const mpb_strings *given_names(const mpb_read_options *options, const mpb_examples *examples)
{
    if (options->label_names != NULL && options->label_names->count > 0) {
        return options->label_names;
    }
    return examples->label_names.count > 0 ? &examples->label_names : NULL;
}

static mpb_collector begin(const mpb_read_options *options, const mpb_examples *examples)
{
    return (mpb_collector){
        .options = options,
        .names = given_names(options, examples),
        .first_row = examples->count,
    };
}

/* Moves what was collected behind the caller's examples. */
static mpb_status hand_over(mpb_collector *collector, mpb_examples *examples)
{
    mpb_examples *made = &collector->examples;
    size_t total = examples->count + made->count;
    mpb_example *items;

    MPB_TRY(mpb_collector_finish(collector));
    items = realloc(examples->items, total * sizeof(*items));
    MPB_REQUIRE(items != NULL, MPB_ERR_SYSTEM, "no memory for %zu examples", total);
    memcpy(items + examples->count, made->items, made->count * sizeof(*items));
    examples->items = items;
    examples->count = total;
    examples->capacity = total;
    made->count = 0;
    mpb_strings_clear(&examples->label_names);
    examples->label_names = made->label_names;
    made->label_names = (mpb_strings){0};
    return MPB_OK;
}

mpb_status mpb_examples_read(const mpb_strings *paths, const mpb_read_options *options,
                             mpb_examples *examples)
{
    mpb_collector collector = begin(options, examples);
    mpb_status status = MPB_OK;

    MPB_REQUIRE(paths->count > 0, MPB_ERR_DATA, "no data path was given");
    for (size_t i = 0; i < paths->count && status == MPB_OK; i++) {
        status = read_path(paths->items[i], &collector);
    }
    if (status == MPB_OK) {
        status = hand_over(&collector, examples);
    }
    mpb_collector_clear(&collector);
    return status;
}

mpb_status mpb_examples_parse(const char *content, size_t size, const char *where,
                              const mpb_read_options *options, mpb_examples *examples)
{
    mpb_data_format format = options->format == MPB_FORMAT_AUTO ? MPB_FORMAT_TEXT : options->format;
    mpb_collector collector = begin(options, examples);
    mpb_status status = read_content(content, size, where, format, &collector);

    if (status == MPB_OK) {
        status = hand_over(&collector, examples);
    }
    mpb_collector_clear(&collector);
    return status;
}
