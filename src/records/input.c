#include "mpibert/records/input.h"

#include <stdlib.h>
#include <string.h>

#include "delimiter.h"
#include "encoding.h"
#include "line_ends.h"
#include "mpibert/io/file.h"
#include "word_columns.h"

enum { HEAD_SIZE = 1 << 20 }; /* bytes in which the first row of a table must end */

void mpb_input_close(mpb_input *input)
{
    free(input->name);
    free(input->path);
    mpb_folder_clear(&input->folder);
    *input = (mpb_input){0};
}

void mpb_input_scratch_clear(mpb_input_scratch *scratch)
{
    mpb_buffer_clear(&scratch->bytes);
    mpb_buffer_clear(&scratch->decoded);
}

static mpb_status copy_text(const char *text, char **copy)
{
    *copy = strdup(text);
    MPB_REQUIRE(*copy != NULL, MPB_ERR_SYSTEM, "no memory for a path");
    return MPB_OK;
}

/* The bytes as UTF-8: they themselves, or a copy in scratch->decoded. */
static mpb_status decode(const mpb_input *input, mpb_input_scratch *scratch, mpb_stretch *stretch)
{
    const mpb_buffer *text = &scratch->bytes;

    if (input->options->encoding == MPB_LATIN1) {
        mpb_buffer_reset(&scratch->decoded);
        MPB_TRY(
            mpb_text_from_latin1(text->size == 0 ? "" : text->data, text->size, &scratch->decoded));
        text = &scratch->decoded;
    }
    stretch->content = text->data == NULL ? "" : text->data;
    stretch->size = text->size;
    return MPB_OK;
}

static mpb_status find_columns(mpb_input *input, mpb_table *table, mpb_row *row, size_t *consumed)
{
    bool found;

    MPB_TRY(mpb_table_next(table, row, &found));
    MPB_REQUIRE(found, MPB_ERR_DATA, "the file is empty, a row of column names was expected (%s)",
                input->name);
    MPB_REQUIRE(table->at < table->size || input->size <= HEAD_SIZE, MPB_ERR_DATA,
                "the first row is longer than %d bytes; is data.format %s right? (%s)", HEAD_SIZE,
                mpb_data_format_name(input->format), input->name);
    MPB_TRY(mpb_columns_find(row, input->options, input->name, &input->columns));
    *consumed = input->columns.have_header ? table->at : 0;
    return MPB_OK;
}

/* Tabs without quotes are a format of their own. */
static mpb_status check_tabs(const mpb_input *input)
{
    char asked = input->options->delimiter;

    MPB_REQUIRE(asked == '\0' || asked == '\t', MPB_ERR_DATA,
                "data.delimiter is '%c', but data.format tsv has tabs: set data.format=csv (%s)",
                asked, input->name);
    return MPB_OK;
}

/* Column names are told from their bytes: in Latin-1 they are looked for before decoding, so names
 * in the configuration must be ASCII there. */
static mpb_status read_table_head(mpb_input *input, const char *head, size_t size)
{
    bool quotes = input->format == MPB_FORMAT_CSV;
    bool whole = input->size <= HEAD_SIZE;
    mpb_place place = {.name = input->name, .line = 1};
    mpb_table table;
    mpb_row row = {0};
    char delimiter = '\t';
    size_t skip = 0;
    size_t consumed = 0;
    mpb_status status;

    MPB_TRY(quotes ? mpb_delimiter_find(head, size, whole, input->options, input->name, &delimiter,
                                        &skip)
                   : check_tabs(input));
    place.line += skip > 0;
    table = mpb_table_begin(head + skip, size - skip, &place, delimiter, quotes);
    status = find_columns(input, &table, &row, &consumed);
    mpb_row_clear(&row);
    input->columns.delimiter = delimiter;
    input->columns.quotes = quotes;
    input->begin += skip + consumed;
    return status;
}

static mpb_status read_head(mpb_input *input, const mpb_buffer *head)
{
    size_t mark = input->options->encoding == MPB_UTF8 ? mpb_text_mark(head->data, head->size) : 0;
    const char *begin = head->data + mark;
    size_t size = head->size - mark;

    input->begin = mark;
    switch (input->format) {
    case MPB_FORMAT_CSV:
    case MPB_FORMAT_TSV:
        return read_table_head(input, begin, size);
    case MPB_FORMAT_CONLL:
        return mpb_conll_columns(begin, size, input->options, input->name, &input->columns);
    case MPB_FORMAT_CONLLU:
        return mpb_conllu_columns(input->options, input->name, &input->columns);
    default:
        return MPB_OK;
    }
}

static mpb_status inspect_file(mpb_input *input)
{
    const size_t size = input->size < HEAD_SIZE ? (size_t)input->size : HEAD_SIZE;
    mpb_buffer head = {0};
    mpb_status status;

    MPB_REQUIRE(input->size > 0, MPB_ERR_DATA,
                "there is no example, at least one was expected: the file is empty (%s)",
                input->name);
    status = mpb_input_fetch(input, 0, size, &head);
    if (status == MPB_OK) {
        input->cr_lines =
            mpb_lines_end_with_cr(head.data, head.size, input->format == MPB_FORMAT_CSV);
        status = input->cr_lines ? mpb_input_fetch(input, 0, size, &head) : MPB_OK;
    }
    if (status == MPB_OK) {
        status = read_head(input, &head);
    }
    mpb_buffer_clear(&head);
    return status;
}

/* A file of a folder and a line of plain text are one text each. */
static mpb_status check_pairs(const mpb_input *input)
{
    bool single = input->format == MPB_FORMAT_FOLDER || input->format == MPB_FORMAT_TEXT;

    MPB_REQUIRE(!single || input->options->text_column_b == NULL, MPB_ERR_CONFIG,
                "%s has single texts, pairs were expected (data.text_column_b is '%.200s'): set "
                "data.format to jsonl, tsv or csv, or data.text_column_b=null (%s)",
                input->format == MPB_FORMAT_TEXT ? "plain text" : "a folder",
                input->options->text_column_b, input->name);
    return MPB_OK;
}

static mpb_status inspect(mpb_input *input)
{
    MPB_TRY(check_pairs(input));
    if (input->format == MPB_FORMAT_FOLDER) {
        MPB_REQUIRE(mpb_file_is_directory(input->path), MPB_ERR_DATA,
                    "a file was found, a folder was expected by data.format (%s)", input->name);
        MPB_TRY(mpb_folder_list(input->path, input->options->need_labels, &input->folder));
        input->size = input->folder.files.count;
        return MPB_OK;
    }
    MPB_REQUIRE(input->content != NULL || !mpb_file_is_directory(input->path), MPB_ERR_DATA,
                "a folder was found, a file was expected by data.format (%s)", input->name);
    MPB_REQUIRE(input->format != MPB_FORMAT_TEXT || !input->options->need_labels, MPB_ERR_DATA,
                "plain text has no labels, a format with labels was expected (%s)", input->name);
    if (input->content == NULL) {
        MPB_TRY(mpb_file_size(input->path, &input->size));
    }
    return inspect_file(input);
}

static mpb_status finish_opening(mpb_status status, mpb_input *made, mpb_input *input)
{
    if (status == MPB_OK) {
        status = inspect(made);
    }
    if (status != MPB_OK) {
        mpb_input_close(made);
        return status;
    }
    *input = *made;
    return MPB_OK;
}

mpb_status mpb_input_open(const char *name, const char *path, const mpb_read_options *options,
                          mpb_input *input)
{
    mpb_input made = {.options = options};
    mpb_status status;

    MPB_TRY(mpb_data_format_find(name, options->format, &made.format));
    MPB_REQUIRE(made.format != MPB_FORMAT_SHARDS, MPB_ERR_DATA,
                "shards were found, raw text was expected (%s)", name);
    status = copy_text(name, &made.name);
    if (status == MPB_OK) {
        status = copy_text(path, &made.path);
    }
    return finish_opening(status, &made, input);
}

mpb_status mpb_input_open_memory(const char *name, const char *content, size_t size,
                                 const mpb_read_options *options, mpb_input *input)
{
    mpb_input made = {
        .options = options,
        .format = options->format == MPB_FORMAT_AUTO ? MPB_FORMAT_TEXT : options->format,
        .content = content,
        .size = size,
    };
    bool one_file = made.format != MPB_FORMAT_FOLDER && made.format != MPB_FORMAT_SHARDS;

    MPB_REQUIRE(one_file, MPB_ERR_DATA, "one file of text cannot be a folder or shards (%s)", name);
    return finish_opening(copy_text(name, &made.name), &made, input);
}

static mpb_status read_stretch(const mpb_input *input, const mpb_stretch *stretch, mpb_sink *sink)
{
    switch (input->format) {
    case MPB_FORMAT_CSV:
    case MPB_FORMAT_TSV:
        return mpb_read_table(stretch, input->options, &input->columns, sink);
    case MPB_FORMAT_JSONL:
        return mpb_read_jsonl(stretch, input->options, sink);
    case MPB_FORMAT_JSON:
        return mpb_read_json(stretch, stretch->place.before == input->begin, input->options, sink);
    case MPB_FORMAT_TEXT:
        return mpb_read_lines(stretch, sink);
    case MPB_FORMAT_CONLL:
        return mpb_read_conll(stretch, &input->columns, sink);
    case MPB_FORMAT_CONLLU:
        return mpb_read_conllu(stretch, &input->columns, sink);
    case MPB_FORMAT_SQUAD:
        return mpb_read_squad(stretch, stretch->place.before == input->begin, input->options, sink);
    case MPB_FORMAT_AUTO:
    case MPB_FORMAT_FOLDER:
    case MPB_FORMAT_SHARDS:
        break;
    }
    return MPB_FAIL(MPB_ERR_DATA, "data.format %s cannot be read from one file (%s)",
                    mpb_data_format_name(input->format), input->name);
}

/* One text of a folder; its class is the folder that it lies in. */
static mpb_status read_text(const mpb_input *input, size_t index, mpb_input_scratch *scratch,
                            mpb_sink *sink)
{
    const char *inside = input->folder.files.items[index];
    const char *slash = input->folder.classes.count == 0 ? NULL : strchr(inside, '/');
    char path[MPB_PATH_SIZE];
    char class_name[MPB_PATH_SIZE];
    const char *labels[1] = {class_name};
    mpb_stretch stretch = {0};
    mpb_record record = {.id = inside, .place = {.name = path}};
    uint64_t bytes = input->folder.bytes[index];
    size_t mark;

    MPB_TRY(mpb_path_join(input->path, inside, path, sizeof(path)));
    MPB_TRY(mpb_name_check(inside, strlen(inside), &record.place));
    if (bytes > MPB_RECORD_LIMIT) {
        return mpb_input_refuse_long(input, bytes, &record.place);
    }
    mpb_buffer_reset(&scratch->bytes);
    MPB_TRY(mpb_file_read(path, &scratch->bytes));
    MPB_TRY(decode(input, scratch, &stretch));
    mark = input->options->encoding == MPB_UTF8 ? mpb_text_mark(stretch.content, stretch.size) : 0;
    record.text = stretch.content + mark;
    record.size = stretch.size - mark;
    if (slash != NULL) {
        memcpy(class_name, inside, (size_t)(slash - inside));
        class_name[slash - inside] = '\0';
        record.labels = labels;
        record.num_labels = 1;
    }
    return mpb_sink_take(sink, &record);
}

static mpb_status read_texts(const mpb_input *input, const mpb_range *range,
                             mpb_input_scratch *scratch, mpb_sink *sink)
{
    for (uint64_t i = range->begin; i < range->end; i++) {
        MPB_TRY(mpb_sink_settle(sink, read_text(input, (size_t)i, scratch, sink)));
    }
    return MPB_OK;
}

mpb_status mpb_input_read(const mpb_input *input, const mpb_range *range,
                          mpb_input_scratch *scratch, mpb_sink *sink)
{
    mpb_stretch stretch = {.place = {.name = input->name,
                                     .path = input->path,
                                     .content = input->content,
                                     .before = range->begin,
                                     .cr_lines = input->cr_lines,
                                     .line = 1}};

    if (input->format == MPB_FORMAT_FOLDER) {
        return read_texts(input, range, scratch, sink);
    }
    if (range->too_long) {
        mpb_buffer_reset(&scratch->bytes);
        return mpb_sink_settle(
            sink, mpb_input_refuse_long(input, range->end - range->begin, &stretch.place));
    }
    MPB_TRY(
        mpb_input_fetch(input, range->begin, (size_t)(range->end - range->begin), &scratch->bytes));
    MPB_TRY(decode(input, scratch, &stretch));
    return read_stretch(input, &stretch, sink);
}
